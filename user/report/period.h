/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a time, as reports tell it. */
#ifndef SPAMWEIR_REPORT_PERIOD_H
#define SPAMWEIR_REPORT_PERIOD_H

#include <stdbool.h>
#include <stddef.h>

#include "reasons.h"
#include "words.h"

/* Reasons that are told of together. */
enum sw_held_by {
	SW_HELD_CNC,
	SW_HELD_ZOMBIE,
	SW_HELD_LIMIT,
	SW_HELD_OTHER,
	SW_HELDS,
};

const char *sw_held_name(enum sw_held_by held); /* "cnc", "zombie", "limit", "other" */
enum sw_held_by sw_held_of(enum sw_reason reason);

/* Packets: what was dropped, and what monitor mode let pass. */
struct sw_period_sum {
	__u64 dropped;
	__u64 monitored;
};

struct sw_period_bucket {
	__s64 at_ms;	       /* it begins: Unix milliseconds */
	__u64 held[SW_HELDS];  /* packets of both sums */
	__u64 blocked, slowed; /* subscribers, in its hour with the most */
	__u64 watched_s;       /* that anybody looked on */
};

struct sw_period_nic {
	char name[SW_NAME_LEN];
	char role[16];
	struct sw_period_sum held;
	__u64 passed;
};

struct sw_period_feed {
	char name[SW_NAME_LEN];
	char kind[16];
	__u64 entries;	 /* as published last; 0: not in force any more */
	__u64 packets;	 /* that it decided */
	__u64 addresses; /* of its entries that anybody dealt with, or that sent */
	__u64 alone;	 /* of these, that no other feed lists now */
	__u64 subjects;	 /* subscribers and others who did */
};

struct sw_period_case {
	__s64 id;
	char who[256]; /* account and address */
	char state[16];
	char severity[16];
	char sentence[256];
	char why[256];
	__s64 opened_ms, closed_ms; /* 0: it is not closed */
};

struct sw_period_listed {
	char list[16];
	char prefix[64];
	char by[64];
	char why[200];
	__s64 since_ms;
};

/* How long something took, seconds. */
struct sw_period_times {
	__u64 count;
	__u64 median;
	__u64 nine_in_ten; /* took no longer */
};

struct sw_period {
	__s64 from_ms, to_ms;
	__s64 step_ms; /* of buckets: an hour or a day */
	__u64 watched_s;
	__u64 monitored_s; /* of these, in monitor mode */
	struct sw_period_bucket *bucket;
	size_t buckets;
	struct sw_period_sum held, by_reason[SW_REASON_COUNT];
	__u64 passed;
	struct sw_period_nic *nic;
	size_t nics;
	struct sw_period_feed *feed;
	size_t feeds;
	__u64 syns_passed;    /* SMTP connections that were asked for first and let through */
	__u64 syns_monitored; /* in monitor mode: would have been held back, and passed */
	__u64 syns_limited;   /* held back; */
	__u64 syns_admitted;  /* asked for again, and let through then */
	__u64 affected, affected_blocked, affected_slowed, affected_dropped; /* subscribers */
	__u64 opened, relapsed, closed_by_hand, closed_by_silence;	     /* cases */
	__u64 open_now, quiet_now;
	struct sw_period_times detect, recover;
	struct sw_period_case *cases; /* that were opened or closed: the gravest first */
	size_t case_count, case_total;
	struct sw_period_listed *listed; /* by hand, and in force */
	size_t listed_count;
};

/* Held back, and not seen again or still waiting: packets of the ends of the period apart,
 * never below 0. */
__u64 sw_period_lost(const struct sw_period *period);

/* Frees what it holds. */
void sw_period_release(struct sw_period *period);

#endif
