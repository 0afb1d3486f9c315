/* SPDX-License-Identifier: GPL-2.0 */
/* All there is to know of a running spamweir, read once: what `status` and
 * `metrics` print. */
#ifndef SPAMWEIR_REPORT_SNAPSHOT_H
#define SPAMWEIR_REPORT_SNAPSHOT_H

#include <stdbool.h>

#include "config/schema.h"
#include "kernel/attached.h"
#include "kernel/dispatcher.h"
#include "kernel/generation.h"
#include "kernel/conduct.h"
#include "kernel/detected.h"
#include "kernel/ledger.h"
#include "kernel/links.h"
#include "kernel/registry.h"

enum sw_table {
	SW_TABLE_IPV4_NETS,
	SW_TABLE_IPV4_LEAVES,
	SW_TABLE_IPV6_DIRECTORY,
	SW_TABLE_IPV6_BOUNDS,
	SW_TABLE_LIVE,
	SW_TABLE_LIMITER,
	SW_TABLE_LEDGER_SUBSCRIBERS,
	SW_TABLE_LEDGER_REMOTES,
	SW_TABLE_CONDUCT_SUBSCRIBERS,
	SW_TABLE_CONDUCT_REMOTES,
	SW_TABLES,
};

/* Why a NIC that should be attached is not. */
enum sw_nic_problem {
	SW_NIC_FINE,
	SW_NIC_MISSING,	  /* no NIC has its name */
	SW_NIC_ELSEWHERE, /* it is in another network namespace, and judged there */
	SW_NIC_OCCUPIED,  /* another XDP program is on it */
	SW_NIC_UNFIT,	  /* its frames have no Ethernet headers */
	SW_NIC_STACKED,	  /* its frames are judged on another, on top of it or below */
	SW_NIC_BARE,	  /* it is there, and has no XDP program */
};

/* What is on disk of it. */
struct sw_rollout {
	bool known;		       /* or the disk cannot be read */
	__u64 held;		       /* the generation that a rollback holds in force; 0: none */
	bool pending;		       /* what is in force goes back unless somebody confirms */
	__u64 changed_s[SW_MAX_FEEDS]; /* Unix time of the publish in which the entries of the
					  feed in this slot last changed; 0: not known */
};

/* What others are told of it, the same. */
struct sw_announcing {
	bool configured;
	bool ok;       /* the routing table is as it should be */
	__u64 routes;  /* in it, of ours */
	__u64 missing; /* for which there is no room: max_routes, or others' routes */
};

/* The lists of subscribers. */
struct sw_sources {
	size_t count;
	struct {
		char name[SW_NAME_LEN];
		bool ok;
		__u64 checked_s; /* Unix time */
	} source[SW_SUBSCRIBERS_SOURCES];
};

/* Those who get notices. */
struct sw_told {
	size_t count;
	struct {
		char name[SW_NAME_LEN];
		bool ok; /* the last attempt went well */
		__u64 waiting;
	} receiver[SW_NOTICE_RECEIVERS];
};

/* Cases of subscribers, by state: open, quiet, closed. */
struct sw_case_counts {
	bool known;
	__u64 open, quiet, closed;
};

struct sw_snapshot {
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_registry registry;
	struct sw_counters counters[SW_MAX_INTERFACES];
	struct sw_attempts attempts[SW_MAX_INTERFACES];
	struct sw_tunnelled tunnelled[SW_MAX_INTERFACES];
	struct sw_counter feed_counter[SW_MAX_FEEDS];
	enum sw_attachment attachment[SW_MAX_INTERFACES];
	struct sw_share share[SW_MAX_INTERFACES];
	enum sw_nic_problem problem[SW_MAX_INTERFACES];
	char kernel_name[SW_MAX_INTERFACES][IF_NAMESIZE]; /* of the NIC; "": it is not here */
	__u64 events_lost;
	bool reload_failed; /* the last load or reload */
	struct sw_row_sum ledger[SW_SIDES];
	struct sw_row_sum conduct[SW_SIDES];
	struct sw_detected_view detected;
	__u64 entries[SW_TABLES];
	__u64 capacity[SW_TABLES];
	__u64 now_s;
	struct sw_announcing announcing;
	struct sw_sources sources; /* by the same */
	struct sw_case_counts cases;
	struct sw_told told;
	__u64 suspects[SW_SUSPECT_RULES]; /* that `run` found last, by rule; if cases are known */
	struct sw_rollout rollout;	  /* not known until somebody has looked (run/rollout.h) */
};

/* *out is the caller's, released by sw_snapshot_free. -ENOENT: nothing loaded. */
int sw_snapshot_take(const char *pin_dir, struct sw_snapshot **out, struct sw_error *error);
void sw_snapshot_free(struct sw_snapshot *snapshot);

/* Constants, for programs and for people. NULL if there is none. */
const char *sw_nic_problem_name(enum sw_nic_problem problem);
const char *sw_nic_problem_text(enum sw_nic_problem problem);

const char *sw_table_name(enum sw_table table);

/* Whether a list of the feed was ever read: if not, it has no age. */
bool sw_snapshot_feed_has_age(const struct sw_snapshot *snapshot, int feed);

/* Seconds since the feed's file last changed, as it was published; since it
 * was published, for a feed without a file. */
__u64 sw_snapshot_feed_age(const struct sw_snapshot *snapshot, int feed);

#endif
