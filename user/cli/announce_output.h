/* SPDX-License-Identifier: GPL-2.0 */
/* What is announced, for people and programs. */
#ifndef SPAMWEIR_CLI_ANNOUNCE_OUTPUT_H
#define SPAMWEIR_CLI_ANNOUNCE_OUTPUT_H

#include <jansson.h>

#include "cli/options.h"

json_t *sw_announce_json(const struct sw_options *options); /* null: nothing is */

/* A line behind an empty one; none if nothing is announced. */
void sw_print_announce(const struct sw_options *options);

#endif
