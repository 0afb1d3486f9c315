/* SPDX-License-Identifier: GPL-2.0 */
/* What enforcing would change: whom it would block or slow, by what, and which mail servers
 * are among them. */
#ifndef SPAMWEIR_CLI_MONITOR_REPORT_H
#define SPAMWEIR_CLI_MONITOR_REPORT_H

#include "cli/monitor_known.h"
#include "cli/options.h"
#include "report/snapshot.h"

/* Whether it is safe to enforce. */
enum sw_safety {
	SW_SAFE,
	SW_UNSAFE,    /* there are mail servers among those that would be hit */
	SW_TOO_EARLY, /* nothing speaks against it, and it was not watched for a day */
	SW_ENFORCED,  /* nothing is in monitor mode */
};

const char *sw_safety_name(enum sw_safety safety); /* "yes", "no", "not_yet", "enforced" */

/* One that would have had packets dropped. */
struct sw_monitor_hit {
	struct sw_prefix subject; /* IPv6: a prefix */
	enum sw_side side;
	__u64 blocked;			 /* packets */
	__u64 slowed;			 /* the same, over a rate */
	enum sw_reason reason;		 /* of most of them */
	__u8 feed;			 /* slot, of the last one; 0: none */
	struct sw_prefix peer;		 /* of that */
	__s64 first_s, last_s;		 /* Unix time */
	bool suspect;			 /* it behaves like a zombie */
	bool serves;			 /* it behaves like a mail server: */
	const struct sw_suspect *about;	 /* how it sends; or, if it does not now, */
	const struct sw_serving *before; /* how it did; NULL */
};

struct sw_monitor_sum {
	__u64 blocked, slowed; /* subjects; one may be both */
	__u64 packets;
	__u64 serving; /* mail servers among them */
	__u64 unclear; /* slowed, and neither that nor suspects */
	__u64 senders; /* of whom SMTP connections are known now, all of the side */
	__u64 by_reason[SW_REASON_COUNT]; /* subjects */
	__u64 by_feed[SW_MAX_FEEDS];
};

/* An address that many subscribers deal with. */
struct sw_monitor_peer {
	struct sw_prefix peer;
	__u8 feed;
	__u64 subscribers;
};

#define SW_MONITOR_PEERS 5

struct sw_monitor_report {
	struct sw_snapshot *snapshot;
	struct sw_monitor_hit *hit; /* mail servers first, then by packets */
	size_t hits, room;
	struct sw_monitor_known known;
	struct sw_monitor_sum sum[SW_SIDES];
	struct sw_monitor_peer peer[SW_MONITOR_PEERS]; /* those with the most callers */
	size_t peers;
	__u64 packets[SW_REASON_COUNT]; /* that passed, and would not */
	enum sw_suspect_action action[SW_SUSPECT_RULES];
	__u64 watched_s; /* so long there is something to judge by: the daemon looked on, or
			  * so old is what the ledger knows */
	enum sw_safety safety;
};

/* *out is released by sw_monitor_report_free, also after an error. -ENOENT: nothing is
 * loaded; -errno. */
int sw_monitor_report_make(const struct sw_options *options, struct sw_monitor_report *out,
			   struct sw_error *error);
void sw_monitor_report_free(struct sw_monitor_report *report);

/* Whether the reason slows, and does not cut off. */
bool sw_monitor_slows(enum sw_reason reason);

#endif
