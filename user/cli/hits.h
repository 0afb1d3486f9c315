/* SPDX-License-Identifier: GPL-2.0 */
/* Who would be hit by a list: hosts that this machine has seen lately. */
#ifndef SPAMWEIR_CLI_HITS_H
#define SPAMWEIR_CLI_HITS_H

#include "cli/options.h"
#include "kernel/registry.h"
#include "policy/own.h"

/* Who knows hosts. */
enum sw_witness {
	SW_WITNESS_LEDGER,  /* who had packets dropped */
	SW_WITNESS_LIMITER, /* who has opened SMTP connections */
	SW_WITNESS_EVENTS,  /* of the last hour */
	SW_WITNESSES,
};

extern const char *const sw_witness_name[SW_WITNESSES];

struct sw_hit {
	struct sw_prefix host; /* IPv6: the prefix that is limited by */
	__u8 witnesses;	       /* bit by enum sw_witness */
	bool talks;	       /* to whom is listed, and is not listed itself */
	__u64 drops;	       /* that the ledger has */
	__u64 events;
	__u8 listed; /* slot of the feed that lists it now to be dropped; 0: none */
};

struct sw_hits {
	struct sw_hit *hit; /* those with the most drops and events first; free(3) */
	size_t count, room;
	size_t by[SW_WITNESSES];
	bool asked[SW_WITNESSES];
	size_t listed;		      /* those that something lists by now */
	struct sw_registry *registry; /* NULL: nothing is loaded; free(3) */
};

struct sw_hits_of {
	const struct sw_instance *instance;
	const struct sw_own *reached;
	bool talkers;				      /* who talks to those is hit too */
	void (*unasked)(void *ctx, const char *text); /* a line about what cannot be asked */
	void *ctx;
};

/* *out is released by sw_hits_free. -ENOMEM. */
int sw_hits_find(const struct sw_hits_of *of, struct sw_hits *out);
void sw_hits_free(struct sw_hits *hits);

#endif
