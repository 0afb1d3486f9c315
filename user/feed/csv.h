/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comma-separated values, or separated otherwise (RFC 4180): fields in quotes may
 * hold separators, newlines and quotes, which are doubled or, as many write them, have a
 * backslash before them. Blanks around a field are no part of
 * it, and lines that begin with '#' are comments, as lists of addresses have them.
 */
#ifndef SPAMWEIR_FEED_CSV_H
#define SPAMWEIR_FEED_CSV_H

#include <linux/types.h>

#include "base/span.h"

#define SW_CSV_FIELDS 128
#define SW_CSV_RECORD_MAX 65536

enum sw_csv_result {
	SW_CSV_END,
	SW_CSV_RECORD,
	SW_CSV_COMMENT,	 /* split as a record is: it may be a header */
	SW_CSV_BROKEN,	 /* its first line is passed over; `expected` says why */
	SW_CSV_UNCLOSED, /* a quote, up to the end of the text */
};

struct sw_csv {
	struct sw_span rest; /* the text, at first */
	char delimiter;
	/* The rest is about the record that was read last. */
	__u32 line;  /* where it begins, counted from 1 */
	__u32 lines; /* up to its end */
	bool last;   /* no newline is behind it */
	struct sw_span record;
	struct sw_span field[SW_CSV_FIELDS]; /* unescaped; valid until the next one is read */
	size_t fields;
	const char *expected;
	char unescaped[SW_CSV_RECORD_MAX];
	size_t used;
};

enum sw_csv_result sw_csv_next(struct sw_csv *csv);

#endif
