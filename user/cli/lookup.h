/* SPDX-License-Identifier: GPL-2.0 */
/* All that is known of an address: what the kernel would decide and has noted of it, and
 * which entries of the configuration's feeds list it. */
#ifndef SPAMWEIR_CLI_LOOKUP_H
#define SPAMWEIR_CLI_LOOKUP_H

#include "cli/case_output.h"
#include "cli/conduct_output.h"
#include "cli/ledger_output.h"
#include "cli/options.h"
#include "cli/subscriber_output.h"
#include "kernel/buckets.h"
#include "kernel/generation.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "kernel/registry.h"
#include "kernel/state.h"
#include "policy/explain.h"

struct sw_lookup {
	const struct sw_options *options;
	struct sw_prefix address;
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_listing listing;
	struct sw_registry registry;
	struct sw_config *config;
	struct sw_explanation explained;
	enum sw_reason reason;
	__u8 feed;
	bool is_live;
	struct sw_live live;
	struct sw_prefix live_prefix;
	struct sw_limit_view limit[SW_ROLES];
	struct sw_limit_view tried[SW_ROLES]; /* of a class that is on trial */
	struct sw_ledger_found ledger;
	struct sw_conduct_found conduct;
	struct sw_whose whose;
	struct sw_case_found open_case;
};

/* Looks up lookup->address by lookup->options; all else is zero before. A warning says
 * what cannot be read, unless it is the kernel's tables: -errno. Closed by
 * sw_lookup_close(), also after an error. */
int sw_lookup_read(struct sw_lookup *lookup, struct sw_error *error);
void sw_lookup_close(struct sw_lookup *lookup);

/* Whether the entry is of a file that is left out, so that it does nothing. */
bool sw_lookup_is_left_out(const struct sw_lookup *lookup, const struct sw_match *match);

/* Whether the entry does nothing, for an allow feed lists the address. */
bool sw_lookup_is_allowed(const struct sw_lookup *lookup, const struct sw_match *match);

/* Whether the entry's file has changed since it was published. */
bool sw_lookup_is_stale(const struct sw_lookup *lookup, const struct sw_match *match);

/* Whether the list of the feed was unfit when it was looked at last: publishing anew brings
 * nothing. */
bool sw_lookup_is_unfit(const struct sw_lookup *lookup, const struct sw_feed_config *feed);

#endif
