/* SPDX-License-Identifier: GPL-2.0 */
/* What the ledger knows of an address, for people and for programs. */
#ifndef SPAMWEIR_CLI_LEDGER_OUTPUT_H
#define SPAMWEIR_CLI_LEDGER_OUTPUT_H

#include <jansson.h>

#include "kernel/ledger.h"
#include "kernel/registry.h"

/* What is known of an address by side; one without drops is not known. */
struct sw_ledger_found {
	struct sw_ledger_view side[SW_SIDES];
};

/* -errno; what is not known is no error. */
int sw_ledger_look(const struct sw_state *state, const struct sw_settings *settings,
		   const struct sw_prefix *address, struct sw_ledger_found *out);

/* A line for each side that is known. */
void sw_print_ledger(const struct sw_ledger_found *found, const struct sw_registry *registry);

/* An object by side; null if there is nothing to tell. */
json_t *sw_ledger_json(const struct sw_ledger_found *found, const struct sw_registry *registry);

/* Of one side. `feed`: the name of the view's; empty if none decided. `now_s`: Unix time to
 * which its ages are. */
void sw_print_ledger_view(const struct sw_ledger_view *view, const char *feed, __u64 now_s);
json_t *sw_ledger_view_json(const struct sw_ledger_view *view, const char *feed, __u64 now_s);

#endif
