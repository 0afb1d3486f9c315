// SPDX-License-Identifier: GPL-2.0
#include "kernel/tally.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cpus.h"
#include "kernel/buckets.h"
#include "kernel/counters.h"
#include "kernel/window.h"

/* A table whose buckets begin with their row. */
struct table {
	enum sw_tallied which;
	enum sw_map map;
	size_t bucket_size;
	unsigned bits; /* 1 << bits buckets of either side */
};

static const struct table tables[] = {
	{ SW_TALLY_LEDGER, SW_MAP_ledger, sizeof(struct sw_ledger_bucket), SW_LEDGER_BITS },
	{ SW_TALLY_CONDUCT, SW_MAP_conduct, sizeof(struct sw_conduct_bucket), SW_CONDUCT_BITS },
};

#define TABLES SW_COUNT(tables)

/* All rows of a side: tens of megabytes are mapped for it. */
static int sum_rows(const struct sw_state *state, const struct table *table, enum sw_side side,
		    struct sw_row_sum *sum)
{
	const size_t size = table->bucket_size << table->bits;
	struct sw_window window;
	size_t at;
	int err;

	*sum = (struct sw_row_sum){};
	if (state->map[table->map] < 0)
		return 0;
	err = sw_window_open(state->map[table->map], side * size, size, &window);
	if (err)
		return err;
	for (at = 0; at < size; at += table->bucket_size)
		sw_row_add((const void *)((const char *)window.at + at), sum);
	sw_window_close(&window);
	return 0;
}

static int read_tally(const struct sw_state *state, __u32 which, struct sw_row_sum *out)
{
	struct sw_tally_row count;
	int err = sw_tally_read(state, which, &count);

	*out = (struct sw_row_sum){ count.claimed, count.evicted, count.missed };
	return err;
}

static void add(struct sw_row_sum *sum, const struct sw_row_sum *more)
{
	sum->used += more->used;
	sum->evicted += more->evicted;
	sum->missed += more->missed;
}

bool sw_tally_known(const struct sw_state *state)
{
	struct sw_tally_row before;

	return state->map[SW_MAP_tally] >= 0 && state->map[SW_MAP_busy] >= 0 &&
	       !sw_tally_read(state, SW_TALLY_BEFORE, &before) && before.known;
}

static int sum_side(const struct sw_state *state, const struct table *table, enum sw_side side,
		    bool known, struct sw_row_sum *out)
{
	struct sw_row_sum counted;
	int err;

	err = known ? read_tally(state, SW_TALLY_BEFORE + table->which + side, out)
		    : sum_rows(state, table, side, out);
	if (!err)
		err = read_tally(state, table->which + side, &counted);
	if (!err && !known)
		counted.used = 0; /* the rows tell these as well */
	if (!err)
		add(out, &counted);
	return err;
}

int sw_tally_sum(const struct sw_state *state, enum sw_tallied which,
		 struct sw_row_sum out[SW_SIDES])
{
	bool known = sw_tally_known(state);
	size_t i = 0;
	int side, err = 0;

	while (i + 1 < TABLES && tables[i].which != which)
		i++;
	for (side = 0; side < SW_SIDES && !err; side++)
		err = sum_side(state, &tables[i], side, known, &out[side]);
	return err;
}

#define TRIES 100 /* that programs claim ways meanwhile */

/* What the rows say beyond what is tallied by now. */
static int find_before(const struct sw_state *state, const struct table *table, enum sw_side side,
		       struct sw_row_sum *out)
{
	struct sw_row_sum counted, again = {};
	int try, err;

	err = read_tally(state, table->which + side, &again);
	for (try = 0; try < TRIES && !err; try++) {
		counted = again;
		err = sum_rows(state, table, side, out);
		if (!err)
			err = read_tally(state, table->which + side, &again);
		if (!err && again.used == counted.used)
			break;
	}
	out->used -= again.used < out->used ? again.used : out->used;
	return err;
}

static int write_before(const struct sw_state *state, __u32 which, const struct sw_row_sum *sum)
{
	int cpus = sw_possible_cpus(), err = 0;
	__u32 key = SW_TALLY_BEFORE + which;
	struct sw_tally_row *values;

	if (cpus < 0)
		return cpus;
	values = calloc(cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	values[0] = (struct sw_tally_row){ sum->used, sum->evicted, sum->missed, 1 };
	if (bpf_map_update_elem(state->map[SW_MAP_tally], &key, values, BPF_ANY))
		err = -errno;
	free(values);
	return err;
}

int sw_tally_begin(const struct sw_state *state, bool fresh)
{
	struct sw_row_sum sum = {};
	size_t i = TABLES;
	int side, err = 0;

	if (sw_tally_known(state))
		return 0;
	if (!fresh)
		err = sw_limit_all_busy(state);
	/* The first of the first table comes last: it says that all is known. */
	while (i-- > 0 && !err) {
		for (side = SW_SIDES - 1; side >= 0 && !err; side--) {
			if (!fresh)
				err = find_before(state, &tables[i], side, &sum);
			if (!err)
				err = write_before(state, tables[i].which + side, &sum);
		}
	}
	return err;
}

_Static_assert(SW_TALLY_LEDGER == 0, "the first of the first table");
