// SPDX-License-Identifier: GPL-2.0
#include "cli/period_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/names.h"
#include "cli/period_cases.h"
#include "cli/period_feeds.h"
#include "store/hours.h"
#include "store/met.h"

#define DAY_MS (24 * SW_HOUR_MS)
#define BY_HOURS_MS (2 * DAY_MS)
#define WOULD "would_" /* so begins what was counted in monitor mode */

struct making {
	struct sw_period *period;
	size_t nic_room, feed_room;
};

/* The parts of "eth0/access/drop/cnc_dst". */
struct parts {
	char text[96];
	const char *part[4];
	int count;
};

static void cut(const char *name, struct parts *out)
{
	char *at = out->text;

	snprintf(out->text, sizeof(out->text), "%s", name);
	out->count = 0;
	while (at && out->count < 4) {
		out->part[out->count++] = at;
		at = strchr(at, '/');
		if (at)
			*at++ = '\0';
	}
}

static int reason_of(const char *name)
{
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (!strcmp(sw_reason_name(reason), name))
			return reason;
	}
	return -1; /* a later version wrote it */
}

static struct sw_period_nic *nic_of(struct making *m, const struct parts *parts)
{
	struct sw_period *period = m->period;
	struct sw_period_nic *nic = period->nic, *end = nic + period->nics;

	for (; nic < end; nic++) {
		if (!strcmp(nic->name, parts->part[0]) && !strcmp(nic->role, parts->part[1]))
			return nic;
	}
	if (period->nics == m->nic_room &&
	    sw_grow((void **)&period->nic, &m->nic_room, sizeof(*nic), 8))
		return NULL;
	nic = &period->nic[period->nics++];
	*nic = (struct sw_period_nic){ 0 };
	snprintf(nic->name, sizeof(nic->name), "%s", parts->part[0]);
	snprintf(nic->role, sizeof(nic->role), "%s", parts->part[1]);
	return nic;
}

static struct sw_period_bucket *bucket_of(struct sw_period *period, __s64 at_ms)
{
	size_t at = (at_ms - period->from_ms) / period->step_ms;

	return &period->bucket[at < period->buckets ? at : period->buckets - 1];
}

static void add(struct sw_period_sum *sum, bool monitored, __u64 value)
{
	if (monitored)
		sum->monitored += value;
	else
		sum->dropped += value;
}

static int take_packets(struct making *m, const struct sw_hour *hour)
{
	struct sw_period *period = m->period;
	struct sw_period_nic *nic;
	struct parts parts;
	bool monitored;
	int reason;

	cut(hour->name, &parts);
	reason = parts.count == 4 ? reason_of(parts.part[3]) : -1;
	if (reason < 0)
		return 0;
	nic = nic_of(m, &parts);
	if (!nic)
		return -ENOMEM;
	if (!sw_reason_cuts(reason)) {
		nic->passed += hour->value;
		period->passed += hour->value;
		return 0;
	}
	monitored = !strncmp(parts.part[2], WOULD, strlen(WOULD));
	add(&nic->held, monitored, hour->value);
	add(&period->held, monitored, hour->value);
	add(&period->by_reason[reason], monitored, hour->value);
	bucket_of(period, hour->at_ms)->held[sw_held_of(reason)] += hour->value;
	return 0;
}

static void take_syns(struct sw_period *period, const struct sw_hour *hour)
{
	struct parts parts;

	cut(hour->name, &parts);
	if (parts.count != 3)
		return;
	if (!strncmp(parts.part[2], WOULD, strlen(WOULD))) {
		if (!strcmp(parts.part[2] + strlen(WOULD), sw_attempt_name(SW_ATTEMPT_LIMITED)))
			period->syns_monitored += hour->value;
		return;
	}
	if (!strcmp(parts.part[2], sw_attempt_name(SW_ATTEMPT_PASSED)))
		period->syns_passed += hour->value;
	else if (!strcmp(parts.part[2], sw_attempt_name(SW_ATTEMPT_LIMITED)))
		period->syns_limited += hour->value;
	else if (!strcmp(parts.part[2], sw_attempt_name(SW_AGAIN_ADMITTED)))
		period->syns_admitted += hour->value;
}

static void take_customers(struct sw_period *period, const struct sw_hour *hour)
{
	struct sw_period_bucket *bucket = bucket_of(period, hour->at_ms);
	__u64 *most = strcmp(hour->name, "slowed") ? &bucket->blocked : &bucket->slowed;

	if (hour->value > *most)
		*most = hour->value;
}

static int take_hour(void *ctx, const struct sw_hour *hour)
{
	struct making *m = ctx;

	if (hour->at_ms < m->period->from_ms)
		return 0;
	if (!strcmp(hour->what, "packets"))
		return take_packets(m, hour);
	if (!strcmp(hour->what, "feed"))
		return sw_period_feed_packets(m->period, &m->feed_room, hour->name, hour->value);
	if (!strcmp(hour->what, "syns"))
		take_syns(m->period, hour);
	if (!strcmp(hour->what, "customers"))
		take_customers(m->period, hour);
	if (!strcmp(hour->what, "watched")) {
		m->period->watched_s += hour->value;
		bucket_of(m->period, hour->at_ms)->watched_s += hour->value;
		m->period->monitored_s += strcmp(hour->name, "monitor") ? 0 : hour->value;
	}
	return 0;
}

static int make_buckets(struct sw_period *period)
{
	size_t i;

	period->step_ms = period->to_ms - period->from_ms > BY_HOURS_MS ? DAY_MS : SW_HOUR_MS;
	period->from_ms -= period->from_ms % period->step_ms;
	period->buckets = (period->to_ms - period->from_ms) / period->step_ms + 1;
	period->bucket = calloc(period->buckets, sizeof(*period->bucket));
	if (!period->bucket)
		return -ENOMEM;
	for (i = 0; i < period->buckets; i++)
		period->bucket[i].at_ms = period->from_ms + i * period->step_ms;
	return 0;
}

static int count_affected(struct sw_store *store, struct sw_period *period, struct sw_error *error)
{
	struct sw_affected affected;
	int err = sw_affected_count(store, period->from_ms, period->to_ms, &affected, error);

	period->affected = affected.subscribers;
	period->affected_blocked = affected.blocked;
	period->affected_slowed = affected.slowed;
	period->affected_dropped = affected.dropped;
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct sw_period_nic *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(left->role, right->role);
}

static int open_store(const char *state_dir, struct sw_store **out, struct sw_error *error)
{
	int err = sw_store_open(state_dir, SW_STORE_LOOK, out, error);

	return err == -ENOENT
		       ? sw_fail(error, err,
				 "nothing was taken down yet: there is no database in %s, in "
				 "which `spamweir run` keeps sums by the hour",
				 state_dir)
		       : err;
}

int sw_period_report_make(const struct sw_options *options, __s64 since_ms, struct sw_period *out,
			  struct sw_error *error)
{
	struct making m = { .period = out };
	struct sw_store *store = NULL;
	int err;

	*out = (struct sw_period){ .from_ms = since_ms, .to_ms = sw_wall_ms() };
	err = make_buckets(out);
	if (!err)
		err = open_store(options->instance.state_dir, &store, error);
	if (!err)
		err = sw_period_feeds_begin(store, out, &m.feed_room, error);
	if (!err)
		err = sw_hours_each(store, out->from_ms, out->to_ms, take_hour, &m, error);
	if (!err)
		err = sw_period_feeds_end(options, store, out, &m.feed_room, error);
	if (!err)
		err = count_affected(store, out, error);
	if (!err)
		err = sw_period_cases(store, out, error);
	sw_store_close(store);
	if (out->nics)
		qsort(out->nic, out->nics, sizeof(*out->nic), by_name);
	return err;
}
