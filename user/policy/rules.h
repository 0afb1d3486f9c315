/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All prefixes of a config's feeds, by kind and family: what compile.h turns
 * into tables. IPv4 entries are one word, so that a million of them sort fast.
 */
#ifndef SPAMWEIR_POLICY_RULES_H
#define SPAMWEIR_POLICY_RULES_H

#include "feed/feed.h"
#include "policy/ends.h"
#include "policy/source.h"

/* address << 32 | length << 24 | rank << 8: sorted as numbers, prefixes stand in
 * address order, the wider first, of equal ones the feed named first. `rank`
 * is the feed's place in the config, counted from 0. */
static inline __u64 sw_rule4(__u32 address, __u8 length, __u8 rank)
{
	return (__u64)address << 32 | (__u64)length << 24 | (__u64)rank << 8;
}

static inline __u32 sw_rule4_address(__u64 rule)
{
	return rule >> 32;
}

static inline __u8 sw_rule4_length(__u64 rule)
{
	return rule >> 24;
}

static inline __u32 sw_rule4_last(__u64 rule)
{
	return rule >> 32 | 0xffffffffULL >> sw_rule4_length(rule);
}

static inline __u8 sw_rule4_rank(__u64 rule)
{
	return rule >> 8;
}

struct sw_rule6 {
	__u64 hi;
	__u64 lo;
	__u8 length;
	__u8 rank;
	__u8 pad[6];
};

static inline struct sw_prefix sw_rule4_prefix(__u64 rule)
{
	return (struct sw_prefix){
		.address = sw_rule4_address(rule),
		.family = SW_IPV4,
		.length = sw_rule4_length(rule),
	};
}

static inline struct sw_prefix sw_rule6_prefix(const struct sw_rule6 *rule)
{
	return (struct sw_prefix){
		.address = sw_from_in6((struct sw_in6){ .hi = rule->hi, .lo = rule->lo }),
		.family = SW_IPV6,
		.length = rule->length,
	};
}

struct sw_rule_list {
	__u64 *v4;
	size_t v4_count, v4_room;
	struct sw_rule6 *v6;
	size_t v6_count, v6_room;
};

struct sw_feed_state {
	struct sw_feed_report report; /* of what is in force, file and inline */
	struct sw_source source;      /* of its file; zeroes without one */
	__u32 own;		      /* entries refused: within own space */
	__u32 special;	/* entries of which something is left out: special-purpose space */
	__u32 hosts;	/* the same: what this router needs */
	__u32 prefixes; /* taken, file and inline together */
	__u8 digest[SW_DIGEST_SIZE]; /* of the copy that its file is taken from; zeroes: none */
};

/* What holds of an address by more than one feed, by ranks. */
struct sw_combination {
	__u8 source;
	__u8 to;
	__u8 protect;
	__u8 brake;
};

#define SW_NO_RANK 255

struct sw_rules {
	struct sw_rule_list kind[SW_KINDS]; /* unsorted until sw_rules_sort */
	struct sw_feed_state *feed;	    /* config->feeds of them */
	size_t feeds;
	struct sw_rule_ends ends;
	bool monitor[SW_MAX_FEEDS]; /* by rank: the feed lists nothing that another enforces */
	__u64 as_of_s;		    /* Unix time: what had an end by then is not in it */
	__u8 to[SW_MAX_FEEDS];	    /* enum sw_to, by rank */
	/* The same of protect feeds, 0: it says nothing of that. What says more counts first. */
	__u8 protect[SW_MAX_FEEDS];
	__u8 brake[SW_MAX_FEEDS];

	/* By sw_rules_sort. */
	bool to_differs; /* allow feeds say different things of mail to their addresses */
	struct sw_combination combination[SW_MAX_FEEDS];
	size_t combinations;
};

/* Without rules yet, of the feeds of a config, as of now. NULL: no memory. */
struct sw_rules *sw_rules_new(const struct sw_config *config);

void sw_rules_free(struct sw_rules *rules);

/* Makes room for so many more of each family, and no more than that. -ENOMEM. */
int sw_rule_list_reserve(struct sw_rule_list *list, size_t v4, size_t v6);

/* What the config says of its feeds that decides how their prefixes overlap. */
void sw_rules_describe(struct sw_rules *rules, const struct sw_config *config);

/* Adds one prefix, host bits cleared. -ENOMEM. */
int sw_rule_list_add(struct sw_rule_list *list, const struct sw_prefix *prefix, __u8 rank);

#endif
