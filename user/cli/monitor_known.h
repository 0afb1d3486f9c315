/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of how hosts send mail, now and in the last month. */
#ifndef SPAMWEIR_CLI_MONITOR_KNOWN_H
#define SPAMWEIR_CLI_MONITOR_KNOWN_H

#include "config/schema.h"
#include "detect/senders.h"
#include "kernel/state.h"
#include "store/serving.h"

struct sw_monitor_known {
	struct sw_senders senders[SW_SIDES];
	struct sw_prefix *suspect; /* sorted */
	size_t suspects, suspect_room;
	__u64 by_rule[SW_SUSPECT_RULES]; /* suspects */
	struct sw_serving *serving;	 /* mail servers that the daemon has seen, sorted */
	size_t servings, serving_room;
	__u64 watched_s; /* so long the daemon looked on, in monitor mode if all is in it */
};

/* `policy` is all of a generation's. Without a database, what the kernel knows is all. *out is
 * released by sw_monitor_forget, also after an error. -errno. */
int sw_monitor_know(const char *state_dir, const struct sw_state *state,
		    const struct sw_policy *policy, const struct sw_suspects_config *config,
		    struct sw_monitor_known *out, struct sw_error *error);
void sw_monitor_forget(struct sw_monitor_known *known);

/* Whether it behaves like a zombie. */
bool sw_monitor_suspects(const struct sw_monitor_known *known, const struct sw_prefix *subject);

/* How it sends if it behaves like a mail server now, or did in the last month; or NULL. */
const struct sw_suspect *sw_monitor_serves(const struct sw_monitor_known *known,
					   const struct sw_prefix *subject, enum sw_side side);
const struct sw_serving *sw_monitor_served(const struct sw_monitor_known *known,
					   const struct sw_prefix *subject, enum sw_side side);

#endif
