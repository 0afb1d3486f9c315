/* SPDX-License-Identifier: GPL-2.0 */
/* What goes on: the counters that `status` and `metrics` read, read again and again. */
#ifndef SPAMWEIR_TOP_SAMPLE_H
#define SPAMWEIR_TOP_SAMPLE_H

#include "report/snapshot.h"
#include "top/trouble.h"

#define SW_TOP_HISTORY 180 /* samples that are remembered */

/* Rows of one kind stand together. */
enum sw_top_kind {
	SW_TOP_REASONS,
	SW_TOP_INTERFACES,
	SW_TOP_FEEDS,
	SW_TOP_CLASSES, /* whose rate holds for new SMTP connections: a role's, or a limit feed's */
	SW_TOP_KINDS,
};

struct sw_top_row {
	bool used;
	char name[SW_NAME_LEN];
	const char *note; /* a constant: what it is */
	__u64 packets;	  /* since it is counted */
	__u64 cut;	  /* of those, what did not pass, or in monitor mode would not have */
	double rate;	  /* packets a second, of late */
	double cut_rate;
	float history[SW_TOP_HISTORY]; /* of .rate or, of what has it, .cut_rate: a ring */
};

#define SW_TOP_ROOM SW_MAX_FEEDS /* rows of a kind */

struct sw_top {
	const char *pin_dir;
	struct sw_snapshot *now; /* NULL: it could not be read; .error says why */
	struct sw_error error;
	struct sw_top_row row[SW_TOP_KINDS][SW_TOP_ROOM];
	struct sw_top_row all; /* whatever came in */
	struct sw_top_wrong wrong;
	double bits; /* a second */
	__u64 at_ms; /* CLOCK_MONOTONIC */
	__u64 bytes;
	unsigned samples; /* so far; the history's next place is this modulo its size */
};

const char *sw_top_kind_name(enum sw_top_kind kind);

/* Reads all once more. What cannot be read is in .error, and rates are 0 then. -errno. */
int sw_top_read(struct sw_top *top);
void sw_top_free(struct sw_top *top);

/* The latest values of a row, the oldest first: how many of `count` there are. */
unsigned sw_top_history(const struct sw_top *top, const struct sw_top_row *row, unsigned count,
			float *out);

#endif
