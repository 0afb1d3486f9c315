/* SPDX-License-Identifier: GPL-2.0 */
/* A text of lines, each of which its format reads. */
#ifndef SPAMWEIR_FEED_LINES_H
#define SPAMWEIR_FEED_LINES_H

#include "feed/format.h"

/* The text without the mark that some editors put before it. */
struct sw_span sw_feed_without_bom(struct sw_span text);

/* Counts what it reads. -EINVAL with reader->error set, what the sink said, or of a half
 * -EAGAIN: what it says of all lines can only be held against all. */
int sw_feed_read_lines(struct sw_feed_reader *reader, const struct sw_feed_format *format,
		       struct sw_span text);

#endif
