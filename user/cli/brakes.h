/* SPDX-License-Identifier: GPL-2.0 */
/* The destinations whose bounces are braked by hand, for `status`. */
#ifndef SPAMWEIR_CLI_BRAKES_H
#define SPAMWEIR_CLI_BRAKES_H

#include <jansson.h>

#include "store/store.h"

/* A line for each, with who ordered it, until when, and the command that lifts it; a
 * warning if the store cannot be read. Of none (NULL), nothing. */
void sw_print_brakes(struct sw_store *store);

/* A list of the same. */
json_t *sw_brakes_json(struct sw_store *store);

#endif
