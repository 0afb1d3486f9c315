/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was fetched of a feed that has a `url`, in the state directory beside its good
 * copy: the list as it was read last, as a copy of the same form, and what is to be
 * known for the next time. The good copy is what was published of it, so that a
 * list which the gate holds back is there to be accepted.
 */
#ifndef SPAMWEIR_FEED_FETCHED_H
#define SPAMWEIR_FEED_FETCHED_H

#include "feed/copy.h"

#define SW_ETAG_MAX 256
#define SW_HTTP_DATE_MAX 64

/* Times are Unix seconds; 0: never. */
struct sw_fetch_state {
	__u64 checked_s; /* the last attempt */
	__u64 asked_s; /* when the provider's server last sent a list, or said that it has no other */
	__u64 fetched_s; /* when what is kept was last known to be what the provider has */
	__u64 content_s; /* of what is kept: as its server dates it, or when it came */
	__u64 next_s;	 /* of the next attempt */
	__u64 took_ms;	 /* the last attempt */
	__u32 failures;	 /* attempts since the last that was none */
	char etag[SW_ETAG_MAX], modified[SW_HTTP_DATE_MAX]; /* as the server said */
	char error[sizeof(((struct sw_error *)0)->text)];   /* of the last attempt; "" */
};

/* Sets `error` to why a list cannot be fetched, and what to type to try again. Returns `code`. */
int sw_fetch_fail(const struct sw_feed_config *feed, const char *why, int code,
		  struct sw_error *error);

/* What is not there, or damaged, or of another URL, is all zero. -ENOMEM. */
int sw_fetch_state_read(const char *state_dir, const struct sw_feed_config *feed,
			struct sw_fetch_state *state);

/* Written to a file of its own and renamed. -errno with `error` set. */
int sw_fetch_state_write(const char *state_dir, const struct sw_feed_config *feed,
			 const struct sw_fetch_state *state, struct sw_error *error);

/* Opens the list that was fetched, which can be written to in memory. -ENOENT: none
 * was, of this URL and with the feed's options of today; or as sw_feed_copy_open. */
int sw_fetched_open(const char *state_dir, const struct sw_feed_config *feed,
		    struct sw_feed_copy *copy, struct sw_error *error);

/* Whether a good copy was made from the list that was fetched last. */
bool sw_fetched_is_in(const char *state_dir, const struct sw_feed_config *feed,
		      const struct sw_feed_copy *good);

/* Keeps a list that was just parsed, dated `content_s`, and gives it an identity by
 * which a good copy is known to have been made from it. */
int sw_fetched_keep(const char *state_dir, const struct sw_feed_config *feed,
		    struct sw_feed_copy *copy, __u64 content_s, struct sw_error *error);

/* Whether the lists have the same entries, on the same lines, with the same tags. */
bool sw_fetched_equal(const struct sw_feed_copy *a, const struct sw_feed_copy *b);

/* Whether both were made from the same list under the same options. */
bool sw_fetched_same(const struct sw_feed_copy *a, const struct sw_feed_copy *b);

#endif
