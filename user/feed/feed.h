/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feed files: from bytes to prefixes, with an account of every line that gave
 * none. A format is a function that reads one line; feed.c owns files, lines,
 * detection and the rules of what makes a feed unfit.
 */
#ifndef SPAMWEIR_FEED_FEED_H
#define SPAMWEIR_FEED_FEED_H

#include "base/entry.h"
#include "config/schema.h"

#define SW_FEED_LINE_MAX 4096 /* a longer line refuses the feed */
#define SW_FEED_BAD_KEPT 5

struct sw_feed_bad {
	__u32 line;
	char text[80];	   /* quoted */
	const char *expected; /* static */
};

struct sw_feed_report {
	enum sw_format format; /* the one that was detected or given */
	__u32 lines;
	__u32 content; /* lines that are neither blank nor comment nor header */
	__u32 entries; /* prefixes emitted */
	__u32 bad;     /* content lines that are no entry */
	__u32 below;   /* ipsum: under min_count */
	__u32 wide;    /* entries refused for their width */
	__u32 host_bits; /* entries whose host bits were cleared */
	__u32 bads;	 /* filled in kept[] */
	struct sw_feed_bad kept[SW_FEED_BAD_KEPT]; /* the first of `bad` and `wide` */
};

/* Parses a feed's text. `feed` says format, min_count and max_width; its path
 * is only named in errors. *report is filled in on failure too.
 * 0; -EINVAL with `error` set when the feed is unfit as a whole (binary, HTML,
 * empty, truncated, too many bad lines, an endless line); or what emit said. */
int sw_feed_parse(const struct sw_feed_config *feed, const char *text, size_t size,
		  sw_entry_emit emit, void *ctx, struct sw_feed_report *report,
		  struct sw_error *error);

#endif
