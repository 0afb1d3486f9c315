/* SPDX-License-Identifier: GPL-2.0 */
/* How the lists of subscribers are, for people and for programs. */
#ifndef SPAMWEIR_CLI_SOURCES_OUTPUT_H
#define SPAMWEIR_CLI_SOURCES_OUTPUT_H

#include <jansson.h>

#include "store/store.h"

/* A list of them, empty without a store; a warning if that cannot be read. NULL: no memory. */
json_t *sw_sources_json(struct sw_store *store);

/* That list as a table behind an empty line; nothing if it is empty. */
void sw_print_sources(const json_t *list);

#endif
