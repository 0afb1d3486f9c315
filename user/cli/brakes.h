/* SPDX-License-Identifier: GPL-2.0 */
/* The destinations whose bounces are braked by hand, for `status`. */
#ifndef SPAMWEIR_CLI_BRAKES_H
#define SPAMWEIR_CLI_BRAKES_H

#include <jansson.h>

#include "cli/options.h"

/* A line for each, with who ordered it, until when, and the command that lifts it; a
 * warning if the store cannot be read. */
void sw_print_brakes(const struct sw_options *options);

/* A list of the same. */
json_t *sw_brakes_json(const struct sw_options *options);

#endif
