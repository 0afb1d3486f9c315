// SPDX-License-Identifier: GPL-2.0
#include "run/samples.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/array.h"
#include "base/clock.h"
#include "kernel/open.h"
#include "run/samples_counters.h"
#include "run/samples_from.h"
#include "run/samples_people.h"
#include "store/met.h"
#include "store/serving.h"

/* Who knows of something. 0 or -errno. */
static int (*const sources[])(const struct sw_samples_from *from, struct sw_error *error) = {
	sw_samples_of_counters,
	sw_samples_of_ledger,
	sw_samples_of_conduct,
};

/* Clocks are read apart, and the datapath's goes by steps. */
#define OVERLAP_MS 10000

/* What takes long is done more seldom: of a core, no more than one part in so many. */
#define SHARE 20

static const char taken_at[] = "samples_taken";
static const char cost[] = "samples_cost"; /* milliseconds of a CPU, the last time */
static const char expired_at[] = "samples_expired";

/* What a state counts is told from what another does by its seed. */
static __s64 holder_of(const struct sw_state *state)
{
	return (__s64)(state->abi.seed.key[0] >> 1) | 1;
}

/* So long was looked on, in monitor mode or not. A state that is new was not there since
 * the last time. */
static int note_watched(const struct sw_samples_from *from, __s64 taken_ms, struct sw_error *error)
{
	__s64 since = from->now_ms - taken_ms;

	if (!taken_ms || from->anew || since < 0)
		return 0;
	return sw_hours_add(from->hours, "watched", from->settings->monitor ? "monitor" : "enforce",
			    from->now_ms / 1000 - taken_ms / 1000, error);
}

static int expire(const struct sw_samples_from *from, struct sw_error *error)
{
	__s64 expired;
	int err = sw_store_get_number(from->store, expired_at, 0, &expired, error);

	if (err || (from->now_ms >= expired && from->now_ms - expired < SW_HOUR_MS))
		return err;
	err = sw_hours_expire(from->store, from->now_ms - SW_HOURS_KEPT_MS, error);
	if (!err)
		err = sw_met_expire(from->store, from->now_ms, error);
	if (!err)
		err = sw_serving_expire(from->store, from->now_ms, error);
	return err ? err : sw_store_put_number(from->store, expired_at, from->now_ms, error);
}

static int take(struct sw_samples_from *from, __s64 taken, struct sw_error *error)
{
	clock_t began = clock();
	size_t i;
	int err;

	from->since_ms = taken > from->now_ms ? 0 : taken - OVERLAP_MS; /* the clock was set back */
	err = sw_hours_open(from->store, from->now_ms, &from->hours, error);
	if (!err)
		err = sw_hours_begin(from->hours, holder_of(from->state), &from->anew, error);
	if (!err)
		err = note_watched(from, taken, error);
	for (i = 0; i < SW_COUNT(sources) && !err; i++)
		err = sources[i](from, error);
	sw_hours_close(from->hours);
	if (!err)
		err = expire(from, error);
	if (!err)
		err = sw_store_put_number(from->store, cost,
					  (clock() - began) / (CLOCKS_PER_SEC / 1000), error);
	return err ? err : sw_store_put_number(from->store, taken_at, from->now_ms, error);
}

static int take_all(struct sw_samples_from *from, struct sw_error *error)
{
	__s64 taken, took;
	int err = sw_store_get_number(from->store, taken_at, 0, &taken, error);

	if (!err)
		err = sw_store_get_number(from->store, cost, 0, &took, error);
	if (err || (from->now_ms >= taken && from->now_ms - taken < took * SHARE))
		return err;
	err = sw_registry_read(from->state, from->registry, error);
	if (!err)
		err = sw_store_begin(from->store, error);
	if (!err)
		err = take(from, taken, error);
	if (!err)
		err = sw_store_commit(from->store, error);
	if (err)
		sw_store_rollback(from->store);
	return err;
}

int sw_samples_take(const struct sw_instance *instance, struct sw_store *store,
		    struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_samples_from from = { .store = store, .now_ms = sw_wall_ms() };
	int err = sw_state_open(instance->pin_dir, SW_READ, &from.state, NULL);

	if (err)
		return 0; /* nothing is loaded, which others say */
	from.registry = calloc(1, sizeof(*from.registry));
	err = from.registry ? sw_generation_glance(from.state->map[SW_MAP_policy], &running, error)
			    : -ENOMEM;
	if (!err) {
		from.settings = &running.policy->settings;
		err = take_all(&from, error);
	}
	free(from.registry);
	sw_generation_close(&running);
	sw_state_close(from.state);
	return err;
}
