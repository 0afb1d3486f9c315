// SPDX-License-Identifier: GPL-2.0
#include "run/signals_ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kernel/generation.h"
#include "kernel/ledger.h"
#include "kernel/open.h"
#include "kernel/registry.h"

#define BIT(reason) (1ULL << (reason))

/* `text` names the peer, if it is known whom the signal was about. */
static const struct kind {
	const char *name;
	enum sw_severity severity;
	__u64 reasons;
	const char *text;
	const char *plain;
} kinds[] = {
	{ "cnc", SW_SEVERITY_HIGH, BIT(SW_CNC_DST), "it calls a control server of a botnet, %s",
	  "it calls a control server of a botnet" },
	{ "cnc_in", SW_SEVERITY_LOW, BIT(SW_CNC_SRC), "a control server of a botnet, %s, calls it",
	  "a control server of a botnet calls it" },
	{ "zombie", SW_SEVERITY_MEDIUM,
	  BIT(SW_ZOMBIE_FEED) | BIT(SW_ZOMBIE_LIVE) | BIT(SW_ZOMBIE_FRAGMENT),
	  "it is listed as infected and tries to send mail, last to %s",
	  "it is listed as infected and tries to send mail" },
};

/* The ledger is read in one go, and what is said goes to a disk. */
struct reading {
	const struct sw_signals_from *from;
	struct sw_registry registry;
	struct sw_ledger_view *view;
	size_t views, room;
};

static int keep(void *ctx, const struct sw_ledger_view *view)
{
	struct reading *r = ctx;

	if (r->from->now_ms - (__s64)view->last_age_s * 1000 < r->from->since_ms)
		return 0;
	if (r->views == r->room && sw_grow((void **)&r->view, &r->room, sizeof(*r->view), 1024))
		return -ENOMEM;
	r->view[r->views++] = *view;
	return 0;
}

static void describe(const struct reading *r, const struct sw_ledger_view *view,
		     const struct kind *kind, struct sw_signal *out)
{
	const char *feed = r->registry.feed[view->feed].name;

	if (!(kind->reasons >> view->reason & 1)) { /* the last one was another */
		snprintf(out->sentence, sizeof(out->sentence), "%s", kind->plain);
		return;
	}
	sw_prefix_format(&view->peer, out->peer);
	snprintf(out->feed, sizeof(out->feed), "%s", feed);
	snprintf(out->sentence, sizeof(out->sentence), kind->text, out->peer);
}

static int tell(const struct reading *r, const struct sw_ledger_view *view, sw_signal_visit visit,
		void *ctx)
{
	int reason, err = 0;
	size_t i;

	for (i = 0; i < SW_COUNT(kinds) && !err; i++) {
		struct sw_signal signal = {
			.address = view->subject,
			.severity = kinds[i].severity,
			.first_ms = r->from->now_ms - (__s64)view->first_age_s * 1000,
			.last_ms = r->from->now_ms - (__s64)view->last_age_s * 1000,
		};

		for (reason = 0; reason < SW_REASON_COUNT; reason++) {
			if (kinds[i].reasons >> reason & 1)
				signal.count += view->by_reason[reason];
		}
		if (kinds[i].reasons == BIT(SW_CNC_DST))
			signal.count = view->calls;
		if (!signal.count)
			continue;
		snprintf(signal.kind, sizeof(signal.kind), "%s", kinds[i].name);
		describe(r, view, &kinds[i], &signal);
		err = visit(ctx, &signal);
	}
	return err;
}

static int read_ledger(const struct sw_instance *instance, struct reading *r,
		       struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_READ, &state, NULL);

	if (err)
		return 0; /* nothing is loaded, which others say */
	err = sw_generation_glance(state->map[SW_MAP_policy], &running, error);
	if (!err)
		err = sw_registry_read(state, &r->registry, error);
	if (!err) {
		err = sw_ledger_each(state, &running.policy->settings, SW_SIDE_SUBSCRIBER, keep, r);
		if (err)
			sw_fail(error, err, "cannot read the ledger: %s", strerror(-err));
	}
	sw_generation_close(&running);
	sw_state_close(state);
	return err;
}

int sw_signals_of_ledger(const struct sw_signals_from *from, sw_signal_visit visit, void *ctx,
			 struct sw_error *error)
{
	struct reading *r = calloc(1, sizeof(*r));
	size_t i;
	int err = r ? 0 : -ENOMEM;

	if (r) {
		r->from = from;
		err = read_ledger(from->instance, r, error);
	}
	for (i = 0; !err && i < r->views; i++)
		err = tell(r, &r->view[i], visit, ctx);
	if (r)
		free(r->view);
	free(r);
	return err;
}
