/* SPDX-License-Identifier: GPL-2.0 */
/* How an address opens SMTP connections, for people and for programs. */
#ifndef SPAMWEIR_CLI_CONDUCT_OUTPUT_H
#define SPAMWEIR_CLI_CONDUCT_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

#include "kernel/conduct.h"

struct sw_conduct_found {
	bool known[SW_SIDES];
	struct sw_conduct_view side[SW_SIDES];
};

/* -errno; what is not known is no error. */
int sw_conduct_look(const struct sw_state *state, const struct sw_settings *settings,
		    const struct sw_prefix *address, struct sw_conduct_found *out);

/* A line for each side that is known. */
void sw_print_conduct(const struct sw_conduct_found *found);

/* An object by side; null if there is nothing to tell. */
json_t *sw_conduct_json(const struct sw_conduct_found *found);

/* Of one side. */
void sw_print_conduct_view(const struct sw_conduct_view *view);
json_t *sw_conduct_view_json(const struct sw_conduct_view *view);

#endif
