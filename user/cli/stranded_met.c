// SPDX-License-Identifier: GPL-2.0
#include "cli/stranded_met.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "kernel/generation.h"
#include "kernel/ledger.h"
#include "kernel/open.h"
#include "store/cases_read.h"

struct reading {
	struct sw_stranded_met *out;
	size_t stored; /* of them, sorted */
	__s64 since_ms, now_ms;
};

static int add(struct sw_stranded_met *out, const struct sw_met *met)
{
	if (out->count == out->room &&
	    sw_grow((void **)&out->met, &out->room, sizeof(*out->met), 1024))
		return -ENOMEM;
	out->met[out->count++] = *met;
	return 0;
}

static int take_stored(void *ctx, const struct sw_met *met)
{
	struct reading *r = ctx;

	if (met->remote || met->called || !sw_prefix_compare(&met->subject, &met->listed))
		return 0;
	return add(r->out, met);
}

static int compare(const void *a, const void *b)
{
	const struct sw_met *left = a, *right = b;
	int order = sw_prefix_compare(&left->subject, &right->subject);

	if (!order)
		order = sw_prefix_compare(&left->listed, &right->listed);
	return order ? order : strcmp(left->feed, right->feed);
}

/* One that was taken down; NULL. */
static struct sw_met *find(struct reading *r, const struct sw_met *met)
{
	return r->stored ? bsearch(met, r->out->met, r->stored, sizeof(*met), compare) : NULL;
}

/* Takes what the case of somebody has and nobody has taken down, such as what came before anybody
 * did. */
static int take_signal(void *ctx, const struct sw_signal *signal)
{
	struct reading *r = ctx;
	struct sw_met met = {
		.subject = signal->address,
		.first_ms = signal->first_ms,
		.last_ms = signal->last_ms,
		.count = signal->count,
	};

	if (strcmp(signal->kind, "cnc") != 0 ||
	    sw_prefix_parse(signal->peer, strlen(signal->peer), &met.listed))
		return 0;
	memcpy(met.feed, signal->feed, sizeof(met.feed));
	return find(r, &met) ? 0 : add(r->out, &met);
}

/* The ledger knows the last one that a subscriber called: what was not seen yet, or nobody
 * has looked at. */
static int take_ledger(void *ctx, const struct sw_ledger_view *view)
{
	struct reading *r = ctx;
	struct sw_met met = {
		.subject = view->subject,
		.listed = view->peer,
		.first_ms = r->now_ms - (__s64)view->first_age_s * 1000,
		.last_ms = r->now_ms - (__s64)view->last_age_s * 1000,
		.count = view->calls,
	};
	struct sw_met *known;

	if (!view->calls || met.last_ms < r->since_ms ||
	    (view->reason != SW_CNC_DST && view->reason != SW_CNC_SRC))
		return 0;
	met.dropped_ms = view->monitored ? 0 : met.last_ms;
	snprintf(met.feed, sizeof(met.feed), "%s", r->out->registry->feed[view->feed].name);
	known = find(r, &met);
	if (!known)
		return add(r->out, &met);
	if (met.last_ms > known->last_ms)
		known->last_ms = met.last_ms;
	if (met.dropped_ms > known->dropped_ms)
		known->dropped_ms = met.dropped_ms;
	return 0;
}

static void sort(struct reading *r)
{
	if (r->out->count)
		qsort(r->out->met, r->out->count, sizeof(*r->out->met), compare);
	r->stored = r->out->count;
}

static int read_store(struct reading *r, const char *state_dir, struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(state_dir, SW_STORE_LOOK, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_met_each(store, r->since_ms, take_stored, r, error);
	sort(r);
	if (!err)
		err = sw_case_dealings(store, r->since_ms, take_signal, r, error);
	sw_store_close(store);
	sort(r);
	return err;
}

static int read_kernel(struct reading *r, const char *pin_dir, struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_state *state;
	int err = sw_state_open(pin_dir, SW_READ, &state, NULL);

	if (err)
		return 0;
	r->out->registry = calloc(1, sizeof(*r->out->registry));
	err = r->out->registry ? sw_registry_read(state, r->out->registry, error) : -ENOMEM;
	if (!err)
		err = sw_generation_glance(state->map[SW_MAP_policy], &running, error);
	if (!err)
		err = sw_ledger_each(state, &running.policy->settings, SW_SIDE_SUBSCRIBER,
				     take_ledger, r);
	if (!err)
		err = sw_senders_read(state, &running.policy->settings, SW_SIDE_SUBSCRIBER,
				      &r->out->senders);
	sw_generation_close(&running);
	sw_state_close(state);
	return err;
}

int sw_stranded_met_read(const struct sw_options *options, __s64 since_ms,
			 struct sw_stranded_met *out, struct sw_error *error)
{
	struct reading r = { .out = out, .since_ms = since_ms, .now_ms = sw_wall_ms() };
	int err;

	*out = (struct sw_stranded_met){ 0 };
	err = read_store(&r, options->instance.state_dir, error);
	if (!err)
		err = read_kernel(&r, options->instance.pin_dir, error);
	if (!err && out->count)
		qsort(out->met, out->count, sizeof(*out->met), compare);
	return err;
}

void sw_stranded_met_free(struct sw_stranded_met *met)
{
	free(met->met);
	free(met->registry);
	sw_senders_free(&met->senders);
	*met = (struct sw_stranded_met){ 0 };
}
