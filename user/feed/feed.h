/* SPDX-License-Identifier: GPL-2.0 */
/* What is read of a feed, and an account of every line that gave nothing. */
#ifndef SPAMWEIR_FEED_FEED_H
#define SPAMWEIR_FEED_FEED_H

#include "base/prefix.h"
#include "base/span.h"
#include "config/schema.h"

#define SW_FEED_LINE_MAX 4096 /* a longer line refuses the feed */
#define SW_FEED_ABOUT_MAX 255
#define SW_FEED_BAD_KEPT 5

struct sw_feed_bad {
	__u32 line;
	char text[80]; /* quoted */
	char expected[132];
};

struct sw_feed_report {
	enum sw_format format; /* the one that was detected or given */
	__u32 lines;
	__u32 content;	 /* lines that are neither blank nor comment nor header */
	__u32 entries;	 /* prefixes emitted */
	__u32 bad;	 /* content lines that are no entry */
	__u32 below;	 /* good lines that are passed over: under min_count, no address */
	__u32 wide;	 /* entries refused for their width */
	__u32 host_bits; /* entries whose host bits were cleared */
	__u32 excluded;	 /* lines that say what is not listed */
	__u16 cut;	 /* 1: the last line is an entry without a newline, and left out */
	__u16 unnamed;	 /* names of the feed's `json` that no object has, as mapped.h has them */
	__u32 bads;	 /* filled in kept[] */
	struct sw_feed_bad kept[SW_FEED_BAD_KEPT]; /* the first of `bad`, `wide` and `cut` */
	__u32 begins_s; /* Unix time from which the first of `below` is to be listed; 0: never */
};

struct sw_feed_entry {
	struct sw_prefix prefix; /* host bits cleared */
	__u32 line;
	struct sw_span about; /* what the list says of it, cut; valid during the call */
	__u64 until;	      /* Unix time from which it is listed no more; 0: none */
};

/* What an exclusion takes out, of entries that it covers in whole or part. */
enum sw_exclusion {
	SW_EXCLUDES_LONGEST, /* of those as wide as it is, or wider */
	SW_EXCLUDES_BEHIND,  /* the same, but not of one as wide that came before it */
	SW_EXCLUDES_CLASS,   /* the same as the first, with lengths rounded up to octets */
};

/* Who takes what a feed's lines say. Not 0 stops the parse, and is what that
 * returns. */
struct sw_feed_sink {
	int (*emit)(void *ctx, const struct sw_feed_entry *entry);
	/* An IPv4 entry that has neither an end nor anything said of it, in host byte order,
	 * its host bits cleared. NULL: emit() takes these too. */
	int (*bare)(void *ctx, __u32 address, __u8 length, __u32 line);
	/* "!192.0.2.7": not to be listed. NULL: nobody can heed it, so that a feed
	 * with such a line is refused. */
	int (*exclude)(void *ctx, const struct sw_prefix *prefix, __u32 line,
		       enum sw_exclusion rule);
	/* The text before `at` is not looked at again: told now and then. May be NULL. */
	void (*passed)(void *ctx, const char *at);
	void *ctx;
	__u64 as_of_s; /* Unix time of the text: durations count from then */
	__u64 now_s;   /* Unix time: what begins later is not listed yet */
};

/* The feed's file or URL, for people. */
const char *sw_feed_source(const struct sw_feed_config *feed);

/* max_entries, or its default. */
__u32 sw_feed_most_entries(const struct sw_feed_config *feed, __u8 family);

#endif
