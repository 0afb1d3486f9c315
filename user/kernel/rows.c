// SPDX-License-Identifier: GPL-2.0
#include "kernel/rows.h"

#include <errno.h>

#include "kernel/window.h"

static int find(const struct sw_rows *rows, const struct sw_row_reader *reader, int map,
		const struct sw_spot *spot, void *view)
{
	const struct sw_row *row;
	struct sw_window window;
	int way, err;

	err = sw_window_open(map, spot->bucket * rows->bucket, rows->bucket, &window);
	if (err)
		return err;
	row = window.at;
	err = -ENOENT;
	for (way = 0; way < SW_ROW_WAYS && err; way++) {
		if (sw_row_tag(row->word[way]) == spot->tag &&
		    rows->read(reader, window.at, spot->bucket, way, view))
			err = 0;
	}
	sw_window_close(&window);
	return err;
}

int sw_rows_get(const struct sw_rows *rows, const struct sw_state *state,
		const struct sw_settings *settings, const struct sw_prefix *address,
		enum sw_side side, void *view)
{
	struct sw_subject subject = sw_subject_of(settings, address);
	struct sw_spot spot = sw_spot(&state->abi.seed, subject.hi, subject.lo,
				      address->family == SW_IPV6, side, rows->bits);
	struct sw_row_reader reader;
	int err;

	if (state->map[rows->map] < 0)
		return -ENOENT;
	err = sw_row_reader(state, settings, &reader);
	return err ? err : find(rows, &reader, state->map[rows->map], &spot, view);
}

/* The other side's pages are not mapped. */
static int read_side(const struct sw_rows *rows, const struct sw_row_reader *reader, int map,
		     enum sw_side side, void *view, int (*visit)(void *ctx, const void *view),
		     void *ctx)
{
	size_t count = 1UL << rows->bits, size = count * rows->bucket, i;
	struct sw_window window;
	int way, err;

	err = sw_window_open(map, side * size, size, &window);
	if (err)
		return err;
	for (i = 0; i < count && !err; i++) {
		const struct sw_row *row = window.at + i * rows->bucket;

		for (way = 0; way < SW_ROW_WAYS && !err; way++) {
			if (row->word[way] && rows->read(reader, row, side * count + i, way, view))
				err = visit(ctx, view);
		}
	}
	sw_window_close(&window);
	return err;
}

int sw_rows_each(const struct sw_rows *rows, const struct sw_row_reader *reader, int map,
		 enum sw_side side, void *view, int (*visit)(void *ctx, const void *view),
		 void *ctx)
{
	int err;

	if (side != SW_SIDES)
		return read_side(rows, reader, map, side, view, visit, ctx);
	err = read_side(rows, reader, map, SW_SIDE_SUBSCRIBER, view, visit, ctx);
	return err ? err : read_side(rows, reader, map, SW_SIDE_REMOTE, view, visit, ctx);
}
