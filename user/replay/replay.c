// SPDX-License-Identifier: GPL-2.0
#include "replay/replay.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/generation.h"
#include "kernel/live.h"
#include "kernel/offline.h"
#include "policy/compile.h"
#include "policy/settings.h"
#include "replay/link.h"

#define FORGET_EVERY ((SW_TICK_MASK + 1) / 8) /* ticks: a day and a half */

struct sw_replay {
	const struct sw_plan *plan;
	struct sw_offline *program;
	struct sw_settings settings;
	__u64 horizon;
	__u64 slack;
	__u64 latest; /* ticks of the latest frame so far */
	__u64 latest_ns;
	__u64 forgot; /* of the one at which what was past was forgotten */
	__u8 padded[SW_FRAME_MOST];
};

/* Ranks serve as slots, one up: slot 0 means "no feed". */
static void number_feeds(__u8 slot[SW_MAX_FEEDS])
{
	int i;

	for (i = 0; i < SW_MAX_FEEDS - 1; i++)
		slot[i] = i + 1;
}

static int publish(struct sw_replay *replay, struct sw_error *error)
{
	const struct sw_plan *plan = replay->plan;
	struct sw_generation generation = SW_NO_GENERATION;
	const struct sw_tick tick = sw_tick_offline();
	__u8 slot[SW_MAX_FEEDS] = {};
	int err;

	number_feeds(slot);
	err = sw_generation_create(&plan->need, &generation, error);
	if (err)
		return err;
	sw_settings_fill(plan->config, plan->rules, slot, &tick, 1, &generation.policy->settings);
	replay->settings = generation.policy->settings;
	replay->horizon = replay->settings.horizon;
	replay->slack = tick.slack;
	err = sw_compile_write(plan->rules, slot, &plan->need, generation.policy);
	if (err) {
		sw_fail(error, err, "cannot compile the feeds: %s", strerror(-err));
	} else {
		err = sw_generation_publish(&generation, sw_offline_policy_map(replay->program),
					    sw_offline_gate_map(replay->program), NULL, error);
	}
	sw_generation_close(&generation);
	return err;
}

int sw_replay_open(const struct sw_plan *plan, const struct sw_interface_config *nic,
		   struct sw_replay **out, struct sw_error *error)
{
	struct sw_replay *replay = calloc(1, sizeof(*replay));
	int err;

	if (!replay)
		return -ENOMEM;
	replay->plan = plan;
	err = sw_offline_open(&plan->need, nic->role, nic->vlans ? nic->vlan : NULL,
			      plan->config->tunnels, &replay->program, error);
	if (!err)
		err = publish(replay, error);
	if (err) {
		sw_replay_close(replay);
		return err;
	}
	*out = replay;
	return 0;
}

/* Forgets every debt that is paid, for frames that are no earlier than the
 * slack: after a silence beyond the horizon, all. */
static void forget_past(struct sw_replay *replay, __u64 now)
{
	struct sw_limiter *limiter = sw_offline_limiter(replay->program);
	bool all = now - replay->latest > replay->horizon;
	size_t i, j;

	for (i = 0; i < 1 << SW_BUCKET_BITS; i++) {
		for (j = 0; j < SW_BUCKET_SLOTS; j++) {
			__u64 *slot = &limiter->bucket[i].slot[j];

			if (*slot &&
			    (all || !sw_slot_debt(*slot, now - replay->slack, replay->horizon)))
				*slot = 0;
		}
	}
}

/* Forgets SYNs that are too old to be sent again. */
static void forget_syns(struct sw_replay *replay, __u64 now)
{
	struct sw_again *again = sw_offline_again(replay->program);
	size_t i, j;

	for (i = 0; i < 1 << SW_AGAIN_BITS; i++) {
		for (j = 0; j < SW_AGAIN_SLOTS; j++) {
			__u64 *slot = &again->line[i].slot[j];

			if (sw_again_distance(*slot, now / 1000) > SW_AGAIN_SECONDS * 1000)
				*slot = 0;
		}
	}
}

/* The limiter's ticks come round after twelve days: by then a debt must be
 * forgotten, or it would seem to lie ahead again. The milliseconds of SYNs come round
 * after seven weeks. */
static void follow_clock(struct sw_replay *replay, __u64 time_ns)
{
	__u64 now = time_ns / 1000;

	if (now > replay->latest) {
		if (now - replay->forgot > FORGET_EVERY) {
			forget_past(replay, now);
			forget_syns(replay, now);
			replay->forgot = now;
		}
		replay->latest = now;
	}
}

/* The frame as long as it was. */
static const void *pad(struct sw_replay *replay, const void *frame, __u32 size, __u32 length)
{
	if (size >= length)
		return frame;
	memcpy(replay->padded, frame, size);
	memset(replay->padded + size, 0, length - size);
	return replay->padded;
}

static void tell_detected(struct sw_replay *replay, __u64 time_ns, struct sw_outcome *out)
{
	struct sw_live_key key;
	struct sw_live entry;

	out->detected = sw_offline_detected(replay->program, time_ns, &key, &entry);
	if (!out->detected)
		return;
	out->suspect = sw_live_prefix(&key, &entry);
	out->slowed = sw_live_is_slowed(&entry);
	memcpy(out->why, entry.why, sizeof(out->why));
	out->why[sizeof(out->why) - 1] = '\0';
}

int sw_replay_frame(struct sw_replay *replay, const void *frame, __u32 size, __u32 length,
		    __u64 time_ns, struct sw_outcome *out, struct sw_error *error)
{
	struct sw_offline_outcome outcome;
	const struct sw_feed_config *feed;
	int err;

	if (length > SW_FRAME_MOST)
		length = SW_FRAME_MOST;
	if (time_ns > replay->latest_ns)
		replay->latest_ns = time_ns;
	if (length < ETH_HLEN) {
		*out = (struct sw_outcome){ .reason = SW_MALFORMED, .verdict = SW_PASS };
		return 0;
	}
	follow_clock(replay, time_ns);
	err = sw_offline_run(replay->program, pad(replay, frame, size, length), length, time_ns,
			     &outcome);
	if (err)
		return sw_fail(error, err, "the kernel did not run a frame of %u bytes: %s", length,
			       strerror(-err));
	out->reason = outcome.reason;
	feed = outcome.feed ? &replay->plan->config->feed[outcome.feed - 1] : NULL;
	out->verdict = sw_reason_verdict_as(out->reason, replay->plan->config->monitor ||
								 (feed && feed->monitor));
	out->feed = feed ? feed->name : NULL;
	tell_detected(replay, time_ns, out);
	return 0;
}

struct ledger_visit {
	const struct sw_replay *replay;
	const struct sw_replay_rows *visit;
};

static int visit_ledger(void *context, const struct sw_ledger_view *view)
{
	const struct ledger_visit *v = context;
	const struct sw_config *config = v->replay->plan->config;

	return v->visit->ledger(v->visit->context, view,
				view->feed ? config->feed[view->feed - 1].name : "",
				v->replay->latest_ns / 1000000000);
}

int sw_replay_rows(const struct sw_replay *replay, const struct sw_replay_rows *visit)
{
	struct ledger_visit ledger = { replay, visit };
	struct sw_row_reader reader;
	enum sw_side side;
	int err;

	sw_offline_reader(&replay->settings, replay->latest_ns, &reader);
	err = sw_ledger_read(&reader, sw_offline_ledger_map(replay->program), SW_SIDES,
			     visit_ledger, &ledger);
	for (side = 0; side < SW_SIDES && !err; side++)
		err = sw_conduct_read(&reader, sw_offline_conduct_map(replay->program), side,
				      visit->conduct, visit->context);
	return err;
}

const struct sw_tunnels *sw_replay_tunnels(const struct sw_replay *replay)
{
	return &replay->plan->config->tunnels;
}

void sw_replay_close(struct sw_replay *replay)
{
	if (!replay)
		return;
	sw_offline_close(replay->program);
	free(replay);
}
