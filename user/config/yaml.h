/* SPDX-License-Identifier: GPL-2.0 */
/* The YAML of the configuration: a document of which every value knows its line. */
#ifndef SPAMWEIR_CONFIG_YAML_H
#define SPAMWEIR_CONFIG_YAML_H

#include <stdbool.h>
#include <yaml.h>

#include "base/error.h"

struct sw_yaml {
	yaml_document_t document;
	const char *path; /* the caller's, as is `error` */
	struct sw_error *error;
};

/* Reads a file of exactly one document. *yaml is released by sw_yaml_free on
 * success, and holds nothing on failure. */
int sw_yaml_load(struct sw_yaml *yaml, const char *path, struct sw_error *error);
void sw_yaml_free(struct sw_yaml *yaml);

/* Whether a node is a key with nothing behind it, or null. */
bool sw_yaml_is_nothing(const yaml_node_t *node);

#endif
