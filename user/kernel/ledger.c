// SPDX-License-Identifier: GPL-2.0
#include "kernel/ledger.h"

#include <errno.h>
#include <stddef.h>

#include "kernel/jiffies.h"
#include "kernel/subject.h"
#include "kernel/window.h"

struct reading {
	const struct sw_state *state;
	const struct sw_settings *settings;
	__u32 now; /* of the slow clock */
};

static int read_clock(__u32 *now)
{
	__u64 jiffies = 0;
	int err = sw_jiffies_now(&jiffies);

	*now = jiffies / SW_SLOW_JIFFIES;
	return err;
}

/* CPUs write while this reads. What is copied while the peer is being changed is
 * copied again; a CPU changes it in a few nanoseconds. */
static void copy(const struct sw_ledger_entry *from, struct sw_ledger_entry *to)
{
	const volatile __u32 *about = &from->about;
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		*to = *from;
		__sync_synchronize();
		if (!(to->about & SW_LEDGER_BUSY) && *about == to->about)
			return;
	}
}

static __u64 age(const struct reading *reading, __u32 then)
{
	__s32 units = reading->now - then;

	return units > 0 ? sw_slow_seconds(units) : 0;
}

static void view(const struct reading *reading, const struct sw_ledger_entry *entry,
		 struct sw_ledger_view *out)
{
	const struct sw_subject peer = {
		.tag = entry->subject.tag,
		.hi = entry->peer_hi,
		.lo = entry->peer_lo,
	};
	int reason;

	*out = (struct sw_ledger_view){
		.subject = sw_subject_prefix(&entry->subject, reading->settings),
		.side = sw_subject_side(entry->subject.tag),
		.first_age_s = age(reading, entry->first),
		.last_age_s = age(reading, entry->last),
		.peer = sw_subject_prefix(&peer, reading->settings),
		.reason = sw_ledger_reason(entry->about),
		.feed = sw_ledger_feed(entry->about),
		.sent_in = sw_ledger_sent_in(entry->about),
		.monitored = sw_ledger_monitored(entry->about),
	};
	out->peer.length = sw_family_bits(out->peer.family);
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		out->by_reason[reason] = sw_ledger_drops(entry, reason);
		out->drops += out->by_reason[reason];
	}
}

static int find(const struct reading *reading, const struct sw_subject *subject,
		struct sw_ledger_view *out)
{
	__u32 home = sw_subject_home(subject->tag, SW_LEDGER_BITS);
	__u32 first = sw_subject_next(home, -home);
	struct sw_ledger_entry entry;
	const struct sw_ledger_entry *bucket;
	struct sw_window window;
	int i, err;

	err = sw_window_open(reading->state->map[SW_MAP_ledger],
			     offsetof(struct sw_ledger, entry) + first * sizeof(*bucket),
			     SW_SUBJECT_WAYS * sizeof(*bucket), &window);
	if (err)
		return err;
	bucket = window.at;
	err = -ENOENT;
	for (i = 0; i < SW_SUBJECT_WAYS && err; i++) {
		copy(&bucket[i], &entry);
		if (entry.subject.tag != subject->tag ||
		    !sw_subject_is_whole(&reading->state->abi.seed, &entry.subject))
			continue;
		view(reading, &entry, out);
		err = 0;
	}
	sw_window_close(&window);
	return err;
}

int sw_ledger_get(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, enum sw_side side, struct sw_ledger_view *out)
{
	struct reading reading = { .state = state, .settings = settings };
	struct sw_subject subject = sw_subject_of(&state->abi.seed, settings, address, side);
	int err;

	if (state->map[SW_MAP_ledger] < 0)
		return -ENOENT;
	err = read_clock(&reading.now);
	return err ? err : find(&reading, &subject, out);
}

static int visit_all(const struct reading *reading, const struct sw_ledger *ledger,
		     int (*visit)(void *ctx, const struct sw_ledger_view *view), void *ctx)
{
	struct sw_ledger_entry entry;
	struct sw_ledger_view seen;
	size_t i;
	int err = 0;

	for (i = 0; i < SW_LEDGER_ENTRIES && !err; i++) {
		if (!ledger->entry[i].subject.tag)
			continue;
		copy(&ledger->entry[i], &entry);
		if (!sw_subject_is_whole(&reading->state->abi.seed, &entry.subject))
			continue;
		view(reading, &entry, &seen);
		err = visit(ctx, &seen);
	}
	return err;
}

int sw_ledger_each(const struct sw_state *state, const struct sw_settings *settings,
		   int (*visit)(void *ctx, const struct sw_ledger_view *view), void *ctx)
{
	struct reading reading = { .state = state, .settings = settings };
	struct sw_window window;
	int err;

	if (state->map[SW_MAP_ledger] < 0)
		return 0;
	err = read_clock(&reading.now);
	if (!err)
		err = sw_window_open(state->map[SW_MAP_ledger], 0, sizeof(struct sw_ledger),
				     &window);
	if (err)
		return err;
	err = visit_all(&reading, window.at, visit, ctx);
	sw_window_close(&window);
	return err;
}

int sw_ledger_sum(const struct sw_state *state, struct sw_ledger_sum *out)
{
	const struct sw_ledger *ledger;
	struct sw_window window;
	int side, err;

	*out = (struct sw_ledger_sum){};
	if (state->map[SW_MAP_ledger] < 0)
		return 0;
	err = sw_window_open(state->map[SW_MAP_ledger], 0, offsetof(struct sw_ledger, entry),
			     &window);
	if (err)
		return err;
	ledger = window.at;
	for (side = 0; side < SW_SIDES; side++) {
		out->used[side] = ledger->used[side];
		out->evicted[side] = ledger->evicted[side];
		out->missed[side] = ledger->missed[side];
	}
	sw_window_close(&window);
	return 0;
}
