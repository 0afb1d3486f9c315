/* SPDX-License-Identifier: GPL-2.0 */
/* Reading a table of rows, as the ledger and the conduct table are: see maps/subject.h. No lock
 * is needed. */
#ifndef SPAMWEIR_KERNEL_ROWS_H
#define SPAMWEIR_KERNEL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/subject.h"

/* What a table is to its reader: the buckets of one side, and behind them those of the other. */
struct sw_rows {
	int map;       /* SW_MAP_... */
	int bits;      /* a side has 1 << bits buckets */
	size_t bucket; /* bytes; it begins with its row */
	/* Copies what is known of the one at a way of the `index`th bucket, and tells whether
	 * that is anything, and whole. */
	bool (*read)(const struct sw_row_reader *reader, const void *bucket, __u32 index, int way,
		     void *view);
};

/* Reads what is known of an address, or of the IPv6 prefix it is in, to `view`. -ENOENT: nothing;
 * -errno. */
int sw_rows_get(const struct sw_rows *rows, const struct sw_state *state,
		const struct sw_settings *settings, const struct sw_prefix *address,
		enum sw_side side, void *view);

/* Reads all of a side, or, by SW_SIDES, of both, one after the other to `view`, in no order, and
 * calls `visit` each time; not 0 stops and is returned. `map` is a fd. -errno. */
int sw_rows_each(const struct sw_rows *rows, const struct sw_row_reader *reader, int map,
		 enum sw_side side, void *view, int (*visit)(void *ctx, const void *view),
		 void *ctx);

#endif
