// SPDX-License-Identifier: GPL-2.0
#include "cli/period_cases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/cases_period.h"
#include "store/cases_read.h"
#include "store/lists.h"

#define MOST 100 /* cases, and as many entries, that are told of one by one */

struct times {
	__s64 *took;
	size_t count, room;
};

static int take_time(void *ctx, __s64 took_ms)
{
	struct times *times = ctx;

	if (times->count == times->room &&
	    sw_grow((void **)&times->took, &times->room, sizeof(*times->took), 256))
		return -ENOMEM;
	times->took[times->count++] = took_ms;
	return 0;
}

/* They come the shortest first. */
static struct sw_period_times sum_up(struct times *times)
{
	struct sw_period_times sum = { .count = times->count };

	if (times->count) {
		sum.median = times->took[(times->count - 1) / 2] / 1000;
		sum.nine_in_ten = times->took[(times->count * 9 + 9) / 10 - 1] / 1000;
	}
	free(times->took);
	return sum;
}

struct taking {
	struct sw_period *period;
	size_t room;
};

static int take_case(void *ctx, const struct sw_case *found)
{
	struct taking *t = ctx;
	struct sw_period *period = t->period;
	struct sw_period_case *out;

	period->case_total++;
	if (period->case_count == MOST)
		return 0;
	if (period->case_count == t->room &&
	    sw_grow((void **)&period->cases, &t->room, sizeof(*out), 16))
		return -ENOMEM;
	out = &period->cases[period->case_count++];
	*out = (struct sw_period_case){
		.id = found->id,
		.opened_ms = found->opened_ms,
		.closed_ms = found->closed_ms,
	};
	snprintf(out->who, sizeof(out->who), "%s%s%s", found->account,
		 found->account[0] ? ", " : "", found->address);
	snprintf(out->state, sizeof(out->state), "%s", sw_case_state_name(found->state));
	snprintf(out->severity, sizeof(out->severity), "%s", sw_severity_name(found->severity));
	memcpy(out->sentence, found->sentence, sizeof(out->sentence));
	memcpy(out->why, found->why, sizeof(out->why));
	return 0;
}

static int take_listed(void *ctx, const struct sw_ordered *entry)
{
	struct taking *t = ctx;
	struct sw_period *period = t->period;
	struct sw_period_listed *out;

	if (period->listed_count == MOST)
		return 0;
	if (period->listed_count == t->room &&
	    sw_grow((void **)&period->listed, &t->room, sizeof(*out), 16))
		return -ENOMEM;
	out = &period->listed[period->listed_count++];
	*out = (struct sw_period_listed){ .since_ms = entry->since_ms };
	snprintf(out->list, sizeof(out->list), "%s", sw_list_name(entry->list));
	sw_prefix_format(&entry->prefix, out->prefix);
	memcpy(out->by, entry->name, sizeof(out->by));
	memcpy(out->why, entry->why, sizeof(out->why));
	return 0;
}

static int count(struct sw_store *store, struct sw_period *period, struct sw_error *error)
{
	struct sw_cases_period counted = { 0 };
	__u64 now[SW_CASE_STATES];
	int err = sw_cases_period_count(store, period->from_ms, period->to_ms, &counted, error);

	if (!err)
		err = sw_cases_count(store, now, error);
	if (err)
		return err;
	period->opened = counted.opened;
	period->relapsed = counted.relapsed + counted.reopened;
	period->closed_by_hand = counted.closed_by_hand;
	period->closed_by_silence = counted.closed_by_silence;
	period->open_now = now[SW_CASE_OPEN];
	period->quiet_now = now[SW_CASE_QUIET];
	return 0;
}

int sw_period_cases(struct sw_store *store, struct sw_period *period, struct sw_error *error)
{
	struct times detected = { 0 }, recovered = { 0 };
	struct taking cases = { period, 0 }, listed = { period, 0 };
	int err = count(store, period, error);

	if (!err)
		err = sw_cases_detected(store, period->from_ms, period->to_ms, take_time, &detected,
					error);
	if (!err)
		err = sw_cases_recovered(store, period->from_ms, period->to_ms, take_time,
					 &recovered, error);
	period->detect = sum_up(&detected);
	period->recover = sum_up(&recovered);
	if (!err)
		err = sw_cases_period_each(store, period->from_ms, period->to_ms, take_case, &cases,
					   error);
	return err ? err : sw_lists_each(store, period->to_ms, take_listed, &listed, error);
}
