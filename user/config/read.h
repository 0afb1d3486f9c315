/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file, read and validated; all defaults filled in. */
#ifndef SPAMWEIR_CONFIG_READ_H
#define SPAMWEIR_CONFIG_READ_H

#include "base/error.h"
#include "config/schema.h"

/* Reads `path`. On success *out is the caller's, to be freed by
 * sw_config_free; on failure it is NULL and `error` names file, line, the
 * offending text and what was expected. -EINVAL for bad content, else what
 * open(2) or read(2) said. */
int sw_config_read(const char *path, struct sw_config **out, struct sw_error *error);

void sw_config_free(struct sw_config *config); /* NULL is fine */

#endif
