// SPDX-License-Identifier: GPL-2.0
#include "run/samples_people.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "detect/senders.h"
#include "kernel/ledger.h"
#include "store/met.h"
#include "store/serving.h"

#define BIT(reason) (1ULL << (reason))
#define CNC (BIT(SW_CNC_SRC) | BIT(SW_CNC_DST))
#define LISTED (CNC | BIT(SW_ZOMBIE_FEED) | BIT(SW_ZOMBIE_LIVE) | BIT(SW_ZOMBIE_FRAGMENT))
#define SLOWS (BIT(SW_RATE_LIMIT) | BIT(SW_PROTECT_LIMIT) | BIT(SW_BOUNCE))

struct reading {
	const struct sw_samples_from *from;
	struct sw_met_writer *writer;
	__u64 blocked, slowed; /* subscribers, in this hour */
	struct sw_error *error;
};

static __s64 before(const struct reading *r, __u64 age_s)
{
	return r->from->now_ms - (__s64)age_s * 1000;
}

static int note_met(struct reading *r, const struct sw_ledger_view *view)
{
	struct sw_met met = {
		.subject = view->subject,
		.listed = CNC >> view->reason & 1 ? view->peer : view->subject,
		.remote = view->side == SW_SIDE_REMOTE,
		.called = CNC >> view->reason & 1 && !view->calls,
		.first_ms = before(r, view->first_age_s),
		.last_ms = before(r, view->last_age_s),
	};
	int reason;

	if (!(LISTED >> view->reason & 1))
		return 0;
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (LISTED >> reason & 1)
			met.count += view->by_reason[reason];
	}
	if (view->drops > met.count) /* the first one may have been for something else */
		met.first_ms = met.last_ms;
	if (!view->monitored)
		met.dropped_ms = met.last_ms;
	snprintf(met.feed, sizeof(met.feed), "%s", r->from->registry->feed[view->feed].name);
	return sw_met_note(r->writer, &met, r->error);
}

static int take(void *ctx, const struct sw_ledger_view *view)
{
	struct reading *r = ctx;
	__s64 last_ms = before(r, view->last_age_s);
	bool slows = SLOWS >> view->reason & 1;
	int err = 0;

	if (view->side == SW_SIDE_SUBSCRIBER &&
	    last_ms >= r->from->now_ms - r->from->now_ms % SW_HOUR_MS) {
		r->blocked += !slows;
		r->slowed += slows;
	}
	if (last_ms < r->from->since_ms)
		return 0;
	if (view->side == SW_SIDE_SUBSCRIBER)
		err = sw_affected_note(r->writer, last_ms, &view->subject,
				       (slows ? SW_AFFECTED_SLOWED : SW_AFFECTED_BLOCKED) |
					       (view->monitored ? SW_AFFECTED_MONITORED
								: SW_AFFECTED_DROPPED),
				       r->error);
	return err ? err : note_met(r, view);
}

int sw_samples_of_ledger(const struct sw_samples_from *from, struct sw_error *error)
{
	struct reading r = { .from = from, .error = error };
	int err = sw_met_open(from->store, from->anew, &r.writer, error);

	if (!err)
		err = sw_ledger_each(from->state, from->settings, SW_SIDES, take, &r);
	sw_met_close(r.writer);
	if (!err)
		err = sw_hours_most(from->hours, "customers", "blocked", r.blocked, error);
	return err ? err : sw_hours_most(from->hours, "customers", "slowed", r.slowed, error);
}

static int note_serving(const struct sw_samples_from *from, const struct sw_suspect *sender,
			bool remote, struct sw_error *error)
{
	struct sw_serving serving = {
		.address = sender->subject,
		.remote = remote,
		.first_ms = sender->first_s * 1000,
		.last_ms = sender->last_s * 1000,
	};
	char sentence[SW_SENTENCE];

	snprintf(serving.sentence, sizeof(serving.sentence), "%.255s",
		 sw_suspect_sentence(sender, sentence));
	return sw_serving_note(from->store, &serving, error);
}

int sw_samples_of_conduct(const struct sw_samples_from *from, struct sw_error *error)
{
	struct sw_senders senders = { 0 };
	enum sw_side side;
	int err = 0;
	size_t i;

	for (side = 0; side < SW_SIDES && !err; side++) {
		err = sw_senders_read(from->state, from->settings, side, &senders);
		if (err)
			sw_fail(error, err, "cannot read the conduct table: %s", strerror(-err));
		for (i = 0; i < senders.count && !err; i++) {
			const struct sw_suspect *sender = &senders.sender[i];

			if (sw_suspect_serves(&sender->seen) &&
			    sender->last_s * 1000 >= from->since_ms)
				err = note_serving(from, sender, side == SW_SIDE_REMOTE, error);
		}
		sw_senders_free(&senders);
	}
	return err;
}
