// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "config/read.h"
#include "kernel/ledger.h"
#include "kernel/listed.h"

#define DAY_S 86400ULL /* a business day has hours that a night has not */

struct making {
	struct sw_monitor_report *report;
	struct sw_generation running; /* all of it, not its settings alone */
	__s64 now_s;
};

const char *sw_safety_name(enum sw_safety safety)
{
	switch (safety) {
	case SW_SAFE:
		return "yes";
	case SW_UNSAFE:
		return "no";
	case SW_TOO_EARLY:
		return "not_yet";
	case SW_ENFORCED:
		return "enforced";
	}
	return NULL;
}

bool sw_monitor_slows(enum sw_reason reason)
{
	return reason == SW_RATE_LIMIT || reason == SW_PROTECT_LIMIT || reason == SW_BOUNCE;
}

static void count_hit(struct sw_monitor_sum *sum, const struct sw_monitor_hit *hit,
		      const struct sw_ledger_view *view)
{
	int reason;

	sum->blocked += hit->blocked > 0;
	sum->slowed += hit->slowed > 0;
	sum->packets += hit->blocked + hit->slowed;
	sum->serving += hit->serves;
	sum->unclear += hit->slowed && !hit->serves && !hit->suspect;
	sum->by_feed[hit->feed]++;
	for (reason = 0; reason < SW_REASON_COUNT; reason++)
		sum->by_reason[reason] += view->by_reason[reason] > 0;
}

/* Leaves what would happen again of what is in the ledger: whoever was allowed since, or is listed no
 * more, is not hit by that any more. */
static struct sw_ledger_view still(const struct making *m, const struct sw_ledger_view *view)
{
	const struct sw_listing listing = sw_listed(m->running.policy, &view->subject);
	bool allowed = listing.standing.kind == SW_KIND_ALLOW;
	struct sw_ledger_view now = *view;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (allowed && reason != SW_CNC_SRC && reason != SW_CNC_DST)
			now.by_reason[reason] = 0;
	}
	if (listing.standing.kind != SW_KIND_ZOMBIE)
		now.by_reason[SW_ZOMBIE_FEED] = 0;
	return now;
}

static void describe(const struct making *m, const struct sw_ledger_view *view,
		     struct sw_monitor_hit *out)
{
	const struct sw_monitor_known *known = &m->report->known;
	__u64 most = 0;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (sw_monitor_slows(reason))
			out->slowed += view->by_reason[reason];
		else
			out->blocked += view->by_reason[reason];
		if (view->by_reason[reason] > most) {
			most = view->by_reason[reason];
			out->reason = reason;
		}
	}
	out->suspect = sw_monitor_suspects(known, &view->subject);
	out->about = sw_monitor_serves(known, &view->subject, view->side);
	if (!out->about)
		out->before = sw_monitor_served(known, &view->subject, view->side);
	out->serves = out->about || out->before;
}

/* Takes those whose last packet passed: what was dropped is enforced already. */
static int take(void *ctx, const struct sw_ledger_view *seen)
{
	struct making *m = ctx;
	struct sw_monitor_report *report = m->report;
	const struct sw_ledger_view view = still(m, seen);
	struct sw_monitor_hit hit = {
		.subject = view.subject,
		.side = view.side,
		.feed = view.feed,
		.peer = view.peer,
		.first_s = m->now_s - view.first_age_s,
		.last_s = m->now_s - view.last_age_s,
	};

	if (view.first_age_s > report->watched_s)
		report->watched_s = view.first_age_s;
	if (!view.monitored)
		return 0;
	describe(m, &view, &hit);
	if (!hit.blocked && !hit.slowed)
		return 0;
	if (report->hits == report->room &&
	    sw_grow((void **)&report->hit, &report->room, sizeof(*report->hit), 256))
		return -ENOMEM;
	report->hit[report->hits++] = hit;
	count_hit(&report->sum[view.side], &hit, &view);
	return 0;
}

/* Mail servers first, then those with the most packets. */
static int by_weight(const void *a, const void *b)
{
	const struct sw_monitor_hit *left = a, *right = b;
	__u64 of_left = left->blocked + left->slowed, of_right = right->blocked + right->slowed;

	if (left->serves != right->serves)
		return left->serves ? -1 : 1;
	if (of_left != of_right)
		return of_left > of_right ? -1 : 1;
	return sw_prefix_compare(&left->subject, &right->subject);
}

static int by_peer(const void *a, const void *b)
{
	const struct sw_monitor_hit *left = a, *right = b;

	return sw_prefix_compare(&left->peer, &right->peer);
}

/* Keeps it if it is among those with the most. */
static void offer(struct sw_monitor_report *report, const struct sw_monitor_peer *peer)
{
	size_t at = report->peers;

	if (at < SW_MONITOR_PEERS)
		report->peers++;
	else if (report->peer[--at].subscribers >= peer->subscribers)
		return;
	for (; at && report->peer[at - 1].subscribers < peer->subscribers; at--)
		report->peer[at] = report->peer[at - 1];
	report->peer[at] = *peer;
}

/* Finds C&C addresses alone: whom mail goes to is nobody's doing. */
static void find_peers(struct sw_monitor_report *report)
{
	struct sw_monitor_peer peer = { .subscribers = 0 };
	size_t i;

	qsort(report->hit, report->hits, sizeof(*report->hit), by_peer);
	for (i = 0; i < report->hits; i++) {
		const struct sw_monitor_hit *hit = &report->hit[i];

		if (hit->side != SW_SIDE_SUBSCRIBER ||
		    (hit->reason != SW_CNC_DST && hit->reason != SW_CNC_SRC))
			continue;
		if (peer.subscribers && !sw_prefix_compare(&peer.peer, &hit->peer)) {
			peer.subscribers++;
			continue;
		}
		if (peer.subscribers)
			offer(report, &peer);
		peer = (struct sw_monitor_peer){ hit->peer, hit->feed, 1 };
	}
	if (peer.subscribers)
		offer(report, &peer);
}

static bool is_monitored(const struct sw_snapshot *s)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	int i;

	if (settings->monitor || settings->monitor_interfaces)
		return true;
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (s->registry.feed[i].active && settings->feed[i].monitor)
			return true;
	}
	return false;
}

static void sum_up(struct sw_monitor_report *report)
{
	const struct sw_snapshot *s = report->snapshot;
	int i, reason, family;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (reason = 0; s->registry.interface[i].used && reason < SW_REASON_COUNT;
		     reason++) {
			for (family = 0; family < SW_FAMILIES && sw_reason_cuts(reason); family++)
				report->packets[reason] +=
					s->counters[i].cell[1][reason][family].packets;
		}
	}
	if (report->sum[SW_SIDE_SUBSCRIBER].serving + report->sum[SW_SIDE_REMOTE].serving)
		report->safety = SW_UNSAFE;
	else
		report->safety = report->watched_s < DAY_S ? SW_TOO_EARLY : SW_SAFE;
	if (!is_monitored(s))
		report->safety = SW_ENFORCED;
}

static int make(struct making *m, struct sw_error *error)
{
	struct sw_monitor_report *report = m->report;
	enum sw_side side;
	int err;

	for (side = 0; side < SW_SIDES; side++)
		report->sum[side].senders = report->known.senders[side].count;
	report->watched_s = report->known.watched_s;
	err = sw_ledger_each(report->snapshot->state, &m->running.policy->settings, SW_SIDES, take,
			     m);
	if (err)
		return sw_fail(error, err, "cannot read the ledger: %s", strerror(-err));
	if (report->hits) {
		find_peers(report);
		qsort(report->hit, report->hits, sizeof(*report->hit), by_weight);
	}
	sum_up(report);
	return 0;
}

int sw_monitor_report_make(const struct sw_options *options, struct sw_monitor_report *out,
			   struct sw_error *error)
{
	struct making m = { .report = out, .running = SW_NO_GENERATION };
	struct sw_config *config = NULL;
	int err;

	*out = (struct sw_monitor_report){ 0 };
	m.now_s = sw_wall_ms() / 1000;
	err = sw_config_read(options->instance.config, &config, error);
	if (!err)
		err = sw_snapshot_take(options->instance.pin_dir, &out->snapshot, error);
	if (!err)
		err = sw_generation_running(out->snapshot->state->map[SW_MAP_policy], &m.running,
					    error);
	if (!err)
		err = sw_monitor_know(options->instance.state_dir, out->snapshot->state,
				      m.running.policy, &config->suspects, &out->known, error);
	if (!err)
		memcpy(out->action, config->suspects.action, sizeof(out->action));
	if (!err)
		err = make(&m, error);
	sw_generation_close(&m.running);
	sw_config_free(config);
	return err;
}

void sw_monitor_report_free(struct sw_monitor_report *report)
{
	free(report->hit);
	sw_monitor_forget(&report->known);
	sw_snapshot_free(report->snapshot);
	*report = (struct sw_monitor_report){ 0 };
}
