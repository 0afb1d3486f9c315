/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses to be entered or lifted, from the command line or many at once. */
#ifndef SPAMWEIR_CLI_ORDERS_H
#define SPAMWEIR_CLI_ORDERS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"
#include "cli/options.h"

#define SW_ORDER_WHY 256 /* the longest `room` */
#define SW_LONGEST_NS (10 * 366 * 86400 * 1000000000ULL)

struct sw_order {
	struct sw_prefix prefix; /* host bits kept */
	__u64 duration_ns;	 /* 0: without end */
	struct sw_span why;	 /* valid UTF-8 without control characters */
	__u32 line;		 /* of the file; 0: the command line's */
};

/* What the command line or its file orders; released by sw_orders_free. */
struct sw_orders {
	struct sw_order *order;
	size_t count;
	bool filed;		 /* the command line is right, and names a file */
	const char *source;	 /* the file's name for people; NULL: the command line */
	char *text;		 /* of the file */
	unsigned bad;		 /* named by sw_orders_refuse */
	struct sw_error refusal; /* of the command line's */
};

/* `ADDR` with --for and --why, or --file: one a line, "ADDR [TIME] [TEXT]", where
 * --for and --why stand for what a line leaves out; blank lines and lines of "#"
 * are none. `room`: bytes of a text, with its NUL, SW_ORDER_WHY at most. -EINVAL; lines that are bad
 * are named on stderr, a few of them, and then what `error` has is how many. */
int sw_orders_read(const struct sw_options *options, size_t room, struct sw_orders *out,
		   struct sw_error *error);
void sw_orders_free(struct sw_orders *orders);

/* Names one that cannot be done: of a file on stderr, by its line, the first few. */
void sw_orders_refuse(struct sw_orders *orders, __u32 line, const char *text, size_t size,
		      const char *why);

/* The line for all that were refused, or for the command line's. -EINVAL. */
int sw_orders_refused(const struct sw_orders *orders, struct sw_error *error);

#endif
