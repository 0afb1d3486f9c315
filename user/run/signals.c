// SPDX-License-Identifier: GPL-2.0
#include "run/signals.h"

#include <stdbool.h>

#include "base/array.h"
#include "base/clock.h"
#include "run/signals_ledger.h"
#include "run/signals_suspects.h"
#include "store/cases_read.h"

/* Who has something to say. 0 or -errno, or what `visit` returned. */
static int (*const sources[])(const struct sw_signals_from *from, sw_signal_visit visit, void *ctx,
			      struct sw_error *error) = {
	sw_signals_of_ledger,
	sw_signals_of_suspects,
};

/* Clocks are read apart, and the datapath's goes by steps. */
#define OVERLAP_MS 10000
#define BATCH 5000 /* signals, until others may write */

static const char watermark[] = "signals_seen";

struct taking {
	struct sw_store *store;
	__s64 now_ms;
	__u64 taken;
	bool begun; /* a transaction */
	struct sw_error *error;
};

/* Nothing is written where nothing happens. */
static int begin(struct taking *t)
{
	if (t->begun)
		return 0;
	t->begun = true;
	return sw_store_begin(t->store, t->error);
}

static int take(void *ctx, const struct sw_signal *signal)
{
	struct taking *t = ctx;
	int err = begin(t);

	if (!err)
		err = sw_cases_signal(t->store, signal, t->now_ms, t->error);
	if (!err && ++t->taken % BATCH == 0) {
		err = sw_store_commit(t->store, t->error);
		if (!err)
			err = sw_store_begin(t->store, t->error);
	}
	return err;
}

static int gather(struct sw_signals_from *from, struct taking *t)
{
	__s64 seen;
	size_t i;
	int err = sw_store_get_number(t->store, watermark, 0, &seen, t->error);

	from->since_ms = seen > from->now_ms ? 0 : seen - OVERLAP_MS; /* the clock was set back */
	for (i = 0; i < SW_COUNT(sources) && !err; i++)
		err = sources[i](from, take, t, t->error);
	return err;
}

/* And what silence makes of those that were there before. */
static int finish(struct taking *t, const struct sw_case_times *times)
{
	__u64 count[SW_CASE_STATES];
	int err = sw_cases_count(t->store, count, t->error);

	if (err ||
	    (!t->begun && !count[SW_CASE_OPEN] && !count[SW_CASE_QUIET] && !count[SW_CASE_CLOSED]))
		return err;
	err = begin(t);
	if (!err)
		err = sw_store_put_number(t->store, watermark, t->now_ms, t->error);
	if (!err)
		err = sw_cases_silence(t->store, times, t->now_ms, t->error);
	return err ? err : sw_store_commit(t->store, t->error);
}

int sw_signals_take(const struct sw_instance *instance, const struct sw_config *config,
		    struct sw_store *store, struct sw_error *error)
{
	const struct sw_case_times times = {
		.quiet_ms = config->cases.quiet_for_s * 1000,
		.close_ms = config->cases.close_after_s * 1000,
		.keep_ms = config->cases.keep_s * 1000,
	};
	__u64 suspects[SW_SUSPECT_RULES] = {};
	struct sw_signals_from from = {
		.instance = instance,
		.config = config,
		.now_ms = sw_wall_ms(),
		.suspects = suspects,
	};
	struct taking t = { .store = store, .now_ms = from.now_ms, .error = error };
	int err = gather(&from, &t);

	if (!err)
		err = finish(&t, &times);
	if (!err)
		err = sw_suspects_count(store, suspects, error);
	if (err)
		sw_store_rollback(store);
	return err;
}
