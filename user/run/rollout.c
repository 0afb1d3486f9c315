// SPDX-License-Identifier: GPL-2.0
#include "run/rollout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "report/metrics_text.h"
#include "run/announced.h"
#include "run/history.h"
#include "run/signals_suspects.h"
#include "store/cases_read.h"
#include "store/holders_source.h"
#include "store/notice_receivers.h"
#include "store/notices.h"
#include "store/publishes.h"

static void note_changed(void *ctx, const char *feed, __s64 at_ms)
{
	struct sw_snapshot *s = ctx;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!strcmp(s->registry.feed[i].name, feed))
			s->rollout.changed_s[i] = at_ms / 1000;
	}
}

static int note_source(void *ctx, const struct sw_holders_source *source)
{
	struct sw_sources *sources = ctx;

	if (sources->count == SW_COUNT(sources->source))
		return 0;
	snprintf(sources->source[sources->count].name, SW_NAME_LEN, "%s", source->name);
	sources->source[sources->count].ok = !source->error.text[0];
	sources->source[sources->count++].checked_s = source->checked_ms / 1000;
	return 0;
}

static int note_receiver(void *ctx, const struct sw_notice_receiver_state *state)
{
	struct sw_told *told = ctx;

	if (told->count == SW_COUNT(told->receiver))
		return 0;
	snprintf(told->receiver[told->count].name, SW_NAME_LEN, "%s", state->name);
	told->receiver[told->count++].ok = !state->failures;
	return 0;
}

static int count_notices(struct sw_store *store, struct sw_told *told, struct sw_error *error)
{
	int err = sw_notice_receivers_each(store, note_receiver, told, error);
	__s64 due_ms;
	size_t i;

	for (i = 0; i < told->count && !err; i++)
		err = sw_notices_waiting(store, told->receiver[i].name, &told->receiver[i].waiting,
					 &due_ms, error);
	return err;
}

static int read_rollout(struct sw_store *store, __u64 *held, struct sw_trial *trial,
			struct sw_error *error)
{
	int err = sw_history_held_in(store, held, error);

	return err ? err : sw_trial_look_in(store, trial, error);
}

void sw_rollout_look(struct sw_store *store, __u64 *held, struct sw_trial *trial)
{
	*held = 0;
	*trial = (struct sw_trial){};
	if (store && read_rollout(store, held, trial, NULL)) {
		*held = 0;
		*trial = (struct sw_trial){};
	}
}

static int look(const struct sw_instance *instance, struct sw_snapshot *s, struct sw_error *error)
{
	__u64 cases[SW_CASE_STATES];
	struct sw_trial trial = {};
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, SW_STORE_LOOK, &store, error);

	if (err == -ENOENT) {
		s->rollout.known = true;
		return 0;
	}
	if (err)
		return err;
	err = sw_publishes_changed(store, note_changed, s, error);
	if (!err)
		err = read_rollout(store, &s->rollout.held, &trial, error);
	if (!err)
		err = sw_holders_sources(store, note_source, &s->sources, error);
	if (!err)
		err = sw_cases_count(store, cases, error);
	if (!err)
		err = count_notices(store, &s->told, error);
	if (!err)
		err = sw_suspects_counted(store, s->suspects, error);
	sw_store_close(store);
	if (err)
		return err;
	s->cases = (struct sw_case_counts){ true, cases[SW_CASE_OPEN], cases[SW_CASE_QUIET],
					    cases[SW_CASE_CLOSED] };
	s->rollout.pending = trial.back != 0;
	s->rollout.known = true;
	return 0;
}

static int look_at_announced(const struct sw_instance *instance, struct sw_snapshot *s)
{
	struct sw_announced announced;
	int err = sw_announced_read(instance, &announced, NULL);

	s->announcing = (struct sw_announcing){
		.configured = err != -ENOENT,
		.ok = !err && !announced.trouble[0],
		.routes = announced.routes,
		.missing = announced.over + announced.taken,
	};
	return err == -ENOMEM ? err : 0;
}

int sw_rollout_take(const struct sw_instance *instance, struct sw_snapshot **out,
		    struct sw_error *missing, struct sw_error *error)
{
	int err = sw_snapshot_take(instance->pin_dir, out, error);

	if (err)
		return err;
	err = look_at_announced(instance, *out);
	if (!err)
		err = look(instance, *out, missing);
	if (err != -ENOMEM)
		return 0;
	sw_snapshot_free(*out);
	return err;
}

int sw_rollout_write(const struct sw_instance *instance, const char *path, struct sw_error *missing,
		     struct sw_error *error)
{
	struct sw_snapshot *snapshot;
	int err;

	err = sw_rollout_take(instance, &snapshot, missing, error);
	if (err)
		return err;
	err = sw_metrics_write(snapshot, path, error);
	sw_snapshot_free(snapshot);
	return err;
}
