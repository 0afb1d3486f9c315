// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "config/read.h"
#include "detect/suspects.h"
#include "kernel/ledger.h"
#include "store/hours.h"

#define DAY_S 86400ULL /* a business day has hours that a night has not */

struct making {
	struct sw_monitor_report *report;
	const struct sw_config *config;
	struct sw_generation running; /* all of it, not its settings alone */
	struct sw_senders senders[SW_SIDES];
	struct sw_prefix *suspect; /* sorted */
	size_t suspects, room;
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

static int by_prefix(const void *a, const void *b)
{
	return sw_prefix_compare(a, b);
}

static int note_suspect(void *ctx, const struct sw_suspect *suspect)
{
	struct making *m = ctx;
	int rule;

	if (m->suspects == m->room &&
	    sw_grow((void **)&m->suspect, &m->room, sizeof(*m->suspect), 256))
		return -ENOMEM;
	m->suspect[m->suspects++] = suspect->subject;
	for (rule = 0; rule < SW_SUSPECT_RULES; rule++)
		m->report->suspects[rule] += suspect->rules >> rule & 1;
	return 0;
}

/* What is known of how somebody sends. */
static int read_conduct(struct making *m)
{
	struct sw_snapshot *s = m->report->snapshot;
	struct sw_suspects suspects = {
		.state = s->state,
		.policy = m->running.policy,
		.config = &m->config->suspects,
	};
	enum sw_side side;
	int err = sw_suspects_each(&suspects, note_suspect, m);

	if (!err && m->suspects)
		qsort(m->suspect, m->suspects, sizeof(*m->suspect), by_prefix);
	for (side = 0; side < SW_SIDES && !err; side++) {
		err = sw_senders_read(s->state, &m->running.policy->settings, side,
				      &m->senders[side]);
		m->report->sum[side].senders = m->senders[side].count;
	}
	return err;
}

static int note_serving(void *ctx, const struct sw_serving *serving)
{
	struct sw_monitor_report *report = ctx;

	if (report->servings == report->serving_room &&
	    sw_grow((void **)&report->serving, &report->serving_room, sizeof(*serving), 256))
		return -ENOMEM;
	report->serving[report->servings++] = *serving;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct sw_serving *left = a, *right = b;

	if (left->remote != right->remote)
		return left->remote ? 1 : -1;
	return sw_prefix_compare(&left->address, &right->address);
}

static int add_watched(void *ctx, const struct sw_hour *hour)
{
	struct sw_monitor_report *report = ctx;
	bool monitor = report->snapshot->generation.policy->settings.monitor;

	if (!strcmp(hour->what, "watched") && (!monitor || !strcmp(hour->name, "monitor")))
		report->watched_s += hour->value;
	return 0;
}

/* What the daemon has seen in the last month; without it, what the kernel knows is all. */
static int read_store(struct making *m, const char *state_dir, struct sw_error *error)
{
	struct sw_monitor_report *report = m->report;
	__s64 now_ms = m->now_s * 1000;
	struct sw_store *store;
	int err = sw_store_open(state_dir, 0, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_serving_each(store, now_ms - SW_SERVING_KEPT_MS, note_serving, report, error);
	if (!err)
		err = sw_hours_each(store, now_ms - SW_SERVING_KEPT_MS, now_ms, add_watched, report,
				    error);
	sw_store_close(store);
	if (report->servings)
		qsort(report->serving, report->servings, sizeof(*report->serving), by_address);
	return err;
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

static void describe(const struct making *m, const struct sw_ledger_view *view,
		     struct sw_monitor_hit *out)
{
	const struct sw_suspect *sender = sw_senders_find(&m->senders[view->side], &view->subject);
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
	out->suspect = m->suspects && bsearch(&view->subject, m->suspect, m->suspects,
					      sizeof(*m->suspect), by_prefix);
	if (sender && sw_suspect_serves(&sender->seen)) {
		out->about = *sender;
		out->serves = true;
		return;
	}
	if (m->report->servings)
		out->before =
			bsearch(&(struct sw_serving){ .address = view->subject,
						      .remote = view->side == SW_SIDE_REMOTE },
				m->report->serving, m->report->servings,
				sizeof(*m->report->serving), by_address);
	out->serves = out->before;
}

/* Those whose last packet passed: what was dropped is enforced already. */
static int take(void *ctx, const struct sw_ledger_view *view)
{
	struct making *m = ctx;
	struct sw_monitor_report *report = m->report;
	struct sw_monitor_hit *hit;

	if (view->first_age_s > report->watched_s)
		report->watched_s = view->first_age_s;
	if (!view->monitored)
		return 0;
	if (report->hits == report->room &&
	    sw_grow((void **)&report->hit, &report->room, sizeof(*report->hit), 256))
		return -ENOMEM;
	hit = &report->hit[report->hits++];
	*hit = (struct sw_monitor_hit){
		.subject = view->subject,
		.side = view->side,
		.feed = view->feed,
		.peer = view->peer,
		.first_s = m->now_s - view->first_age_s,
		.last_s = m->now_s - view->last_age_s,
	};
	describe(m, view, hit);
	count_hit(&report->sum[view->side], hit, view);
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

/* Of C&C alone: whom mail goes to is nobody's doing. */
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
	int err = read_conduct(m);

	if (!err)
		err = sw_ledger_each(report->snapshot->state, &m->running.policy->settings, take,
				     m);
	if (err)
		return sw_fail(error, err, "cannot read the conduct table and the ledger: %s",
			       strerror(-err));
	memcpy(report->action, m->config->suspects.action, sizeof(report->action));
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
	m.config = config;
	if (!err)
		err = sw_snapshot_take(options->instance.pin_dir, &out->snapshot, error);
	if (!err)
		err = sw_generation_running(out->snapshot->state->map[SW_MAP_policy], &m.running,
					    error);
	if (!err)
		err = read_store(&m, options->instance.state_dir, error);
	if (!err)
		err = make(&m, error);
	free(m.suspect);
	sw_senders_free(&m.senders[SW_SIDE_SUBSCRIBER]);
	sw_senders_free(&m.senders[SW_SIDE_REMOTE]);
	sw_generation_close(&m.running);
	sw_config_free(config);
	return err;
}

void sw_monitor_report_free(struct sw_monitor_report *report)
{
	free(report->hit);
	free(report->serving);
	sw_snapshot_free(report->snapshot);
	*report = (struct sw_monitor_report){ 0 };
}
