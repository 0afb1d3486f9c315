/* SPDX-License-Identifier: GPL-2.0 */
/* Who it is: out of the ledger, and who behaves like a zombie. */
#ifndef SPAMWEIR_TOP_HOSTS_H
#define SPAMWEIR_TOP_HOSTS_H

#include "detect/suspects.h"
#include "kernel/ledger.h"

#define SW_TOP_HOSTS 64	   /* of each list */
#define SW_TOP_RECENT_S 60 /* who is hot has had a drop within */

struct sw_top_host {
	struct sw_ledger_view view;
	double rate; /* drops a second, between the last two looks; below 0: not known yet */
};

struct sw_top_hosts {
	struct sw_top_host hot[SW_TOP_HOSTS]; /* of those dropped of late, who had most */
	size_t hots;
	struct sw_top_host fresh[SW_TOP_HOSTS]; /* whose first drop was last */
	size_t freshes;
	struct sw_suspect suspect[SW_TOP_HOSTS]; /* the gravest first */
	size_t suspects;
	__u64 looked_ms;   /* CLOCK_MONOTONIC */
	__u64 suspects_ms; /* the same */
};

/* Reads the ledger. -errno. */
int sw_top_hosts_read(struct sw_top_hosts *hosts, const struct sw_state *state,
		      const struct sw_settings *settings);

/* Finds suspects; none without a `config`. -errno. */
int sw_top_suspects_read(struct sw_top_hosts *hosts, const struct sw_state *state,
			 const struct sw_config *config);

#endif
