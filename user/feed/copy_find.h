/* SPDX-License-Identifier: GPL-2.0 */
/* Searching a copy as it lies in the file: the index that lookups use. */
#ifndef SPAMWEIR_FEED_COPY_FIND_H
#define SPAMWEIR_FEED_COPY_FIND_H

#include "feed/copy.h"

struct sw_feed_found {
	struct sw_prefix prefix;
	__u32 line;
	const char *tag; /* within the copy; "": none */
	__u64 until;	 /* Unix time; 0: it has no end */
};

/* Calls `visit` for every entry that covers all of `prefix`, the widest first,
 * ended or not; not 0 stops and is returned. */
int sw_feed_copy_find(const struct sw_feed_copy *copy, const struct sw_prefix *prefix,
		      int (*visit)(void *ctx, const struct sw_feed_found *found), void *ctx);

/* The same of every entry that has any address in common with `prefix`, those that cover
 * it first. */
int sw_feed_copy_touching(const struct sw_feed_copy *copy, const struct sw_prefix *prefix,
			  int (*visit)(void *ctx, const struct sw_feed_found *found), void *ctx);

/* The place of the first IPv4 entry from an address on. */
__u64 sw_feed_copy_seek4(const struct sw_feed_copy *copy, __u32 address);

/* The place of the first IPv6 entry from an address on. */
__u64 sw_feed_copy_seek6(const struct sw_feed_copy *copy, sw_u128 address);

/* Unix time at which the next of its entries ends, or is to be read, behind `now_s`; 0: none
 * does. */
__u64 sw_feed_copy_next_turn(const struct sw_feed_copy *copy, __u64 now_s);

/* Whether an entry has any address in common with `prefix`. */
bool sw_feed_copy_overlaps(const struct sw_feed_copy *copy, const struct sw_prefix *prefix);

#endif
