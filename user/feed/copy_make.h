/* SPDX-License-Identifier: GPL-2.0 */
/* From a feed's file to a copy of it in memory. */
#ifndef SPAMWEIR_FEED_COPY_MAKE_H
#define SPAMWEIR_FEED_COPY_MAKE_H

#include "feed/copy.h"
#include "feed/copy_out.h"

/* Reads and parses the feed's file. On success *copy is the caller's, released by
 * sw_feed_copy_close, and its header has the report; on failure *report tells how
 * far it came. -ENOMEM; else the feed is unfit, as `error` says: what sw_file_map
 * and sw_feed_parse say. */
int sw_feed_copy_read(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
		      struct sw_feed_report *report, struct sw_error *error);

/* The same of bytes that were read already, from `read_ns` on; the file's are
 * unmapped. */
int sw_feed_copy_make(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
		      struct sw_feed_copy *copy, struct sw_feed_report *report,
		      struct sw_error *error);

/* The same, into `out`, what of that is not 0 is returned too. */
int sw_feed_copy_make_into(const struct sw_feed_config *feed, struct sw_file *file, __u64 read_ns,
			   const struct sw_copy_out *out, struct sw_feed_report *report,
			   struct sw_error *error);

/* Notes in a copy that was just made that a person has accepted so many IPv4
 * addresses. */
void sw_feed_copy_accept(struct sw_feed_copy *copy, __u64 accepted);

#endif
