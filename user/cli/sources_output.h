/* SPDX-License-Identifier: GPL-2.0 */
/* How the lists of subscribers are, for people and for programs. */
#ifndef SPAMWEIR_CLI_SOURCES_OUTPUT_H
#define SPAMWEIR_CLI_SOURCES_OUTPUT_H

#include <jansson.h>

#include "cli/options.h"

/* A table of them behind an empty line; nothing if there is none. A warning if the store
 * cannot be read. */
void sw_print_sources(const struct sw_options *options);
json_t *sw_sources_json(const struct sw_options *options);

#endif
