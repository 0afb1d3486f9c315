// SPDX-License-Identifier: GPL-2.0
#include "policy/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/error.h"
#include "policy/guard.h"
#include "policy/intake.h"

/* One trial under way. */
struct work {
	const struct sw_trial_of *of;
	struct sw_rule_list other[SW_KINDS]; /* of all other feeds that matter */
	struct sw_rule_list before, after;
	struct sw_rule_ends ends; /* nobody asks for them */
	__u64 now_s;
	struct sw_own own, allow;
	struct sw_guard hosts, guard;
	struct sw_trial *trial;
};

static bool is_foreign(enum sw_kind kind)
{
	return kind == SW_KIND_CNC || kind == SW_KIND_ZOMBIE;
}

bool sw_trial_hits(enum sw_kind kind)
{
	return is_foreign(kind) || kind == SW_KIND_ALLOW || kind == SW_KIND_LIMIT;
}

/* The good copy is what is in force; a feed that has none is read. */
static int open_other(const struct work *work, const struct sw_feed_config *feed,
		      struct sw_feed_copy *copy)
{
	const struct sw_reading *reading = work->of->reading;
	struct sw_error error = { 0 };
	int err = sw_feed_copy_open(reading->state_dir, feed, SW_COPY_ENFORCE, copy, &error);

	if (err && err != -ENOMEM)
		err = sw_source_read(reading, feed, copy, &error);
	if (err && err != -ENOMEM) {
		work->of->unread(work->of->ctx, error.text);
		return -ENOENT;
	}
	return err;
}

static void guard(const struct work *work, struct sw_intake *intake)
{
	if (!is_foreign(intake->feed->kind))
		return;
	intake->own = &work->own;
	intake->hosts = &work->hosts;
	intake->guard = intake->feed->may_list_special ? &work->hosts : &work->guard;
}

static int take_other(struct work *work, size_t i)
{
	const struct sw_feed_config *feed = &work->of->config->feed[i];
	struct sw_feed_state state = { 0 };
	struct sw_feed_copy copy = { 0 };
	struct sw_intake intake = {
		.config = work->of->config,
		.feed = feed,
		.state = &state,
		.list = &work->other[feed->kind],
		.ends = &work->ends,
		.now_s = work->now_s,
		.rank = i,
		.quiet = true,
	};
	int err = 0;

	guard(work, &intake);
	if (sw_feed_has_list(feed)) {
		err = open_other(work, feed, &copy);
		if (!err)
			err = sw_intake_copy(&intake, &copy);
		if (err == -ENOENT)
			err = 0;
		sw_feed_copy_close(&copy);
	}
	return err ? err : sw_intake_inline(&intake);
}

/* All feeds of a kind but the one on trial. */
static int take_others(struct work *work, enum sw_kind kind)
{
	const struct sw_config *config = work->of->config;
	size_t i;
	int err = 0;

	for (i = 0; config && i < config->feeds && !err; i++) {
		if (config->feed[i].kind == kind &&
		    strcmp(config->feed[i].name, work->of->feed->name))
			err = take_other(work, i);
	}
	return err;
}

/* NULL: what stands in the config is all. */
static int take_list(struct work *work, const struct sw_feed_copy *copy,
		     struct sw_feed_state *state, struct sw_rule_list *list)
{
	static const struct sw_config none = { .path = (char *)"" };
	struct sw_intake intake = {
		.config = work->of->config ?: &none,
		.feed = work->of->feed,
		.state = state,
		.list = list,
		.ends = &work->ends,
		.now_s = work->now_s,
		.quiet = true,
	};
	int err = 0;

	guard(work, &intake);
	if (copy)
		err = sw_intake_copy(&intake, copy);
	if (!err)
		err = sw_intake_inline(&intake);
	if (state != &work->trial->state)
		return err;
	work->trial->first_own = intake.first_own.prefix;
	work->trial->first_special = intake.first_special.prefix;
	work->trial->first_host = intake.first_host.prefix;
	return err;
}

static int compare(struct work *work)
{
	const struct sw_hosts *hosts = work->of->reading->hosts;
	struct sw_feed_state was = { 0 };
	int err = take_others(work, SW_KIND_OWN);

	if (!err)
		err = sw_own_build(&work->other[SW_KIND_OWN], &work->own);
	if (!err)
		err = sw_guard_build(true, hosts, &work->guard);
	if (!err)
		err = sw_guard_build(false, hosts, &work->hosts);
	if (!err)
		err = take_list(work, work->of->before, &was, &work->before);
	if (!err)
		err = take_list(work, work->of->copy, &work->trial->state, &work->after);
	return err ? err
		   : sw_difference_make(&work->before, &work->after, &work->trial->difference);
}

static int note(struct sw_trial *trial, const struct sw_prefix *prefix, const char *feed)
{
	if (trial->contradictions == trial->room &&
	    sw_grow((void **)&trial->contradiction, &trial->room, sizeof(*trial->contradiction),
		    64))
		return -ENOMEM;
	trial->contradiction[trial->contradictions++] = (struct sw_contradiction){ *prefix, feed };
	return 0;
}

/* Entries of a list that have an address among those that are added. */
static int contradict(struct work *work, const struct sw_rule_list *list)
{
	const struct sw_own *opened = &work->trial->difference.opened;
	const struct sw_config *config = work->of->config;
	struct sw_prefix prefix;
	size_t i;
	int err = 0;

	for (i = 0; i < list->v4_count && !err; i++) {
		prefix = sw_rule4_prefix(list->v4[i]);
		if (sw_own_overlaps(opened, &prefix))
			err = note(work->trial, &prefix,
				   config->feed[sw_rule4_rank(list->v4[i])].name);
	}
	for (i = 0; i < list->v6_count && !err; i++) {
		prefix = sw_rule6_prefix(&list->v6[i]);
		if (sw_own_overlaps(opened, &prefix))
			err = note(work->trial, &prefix, config->feed[list->v6[i].rank].name);
	}
	return err;
}

static int weigh(struct work *work)
{
	struct sw_trial *trial = work->trial;
	enum sw_kind kind = work->of->feed->kind;
	int err = take_others(work, SW_KIND_ALLOW);

	if (!err)
		err = sw_own_build(&work->other[SW_KIND_ALLOW], &work->allow);
	if (!err && kind == SW_KIND_ALLOW)
		err = take_others(work, SW_KIND_CNC);
	if (!err && kind == SW_KIND_ALLOW)
		err = take_others(work, SW_KIND_ZOMBIE);
	if (!err && kind == SW_KIND_ALLOW)
		err = contradict(work, &work->other[SW_KIND_CNC]);
	if (!err && kind == SW_KIND_ALLOW)
		err = contradict(work, &work->other[SW_KIND_ZOMBIE]);
	if (!err && is_foreign(kind))
		err = contradict(work, &work->other[SW_KIND_ALLOW]);
	if (!err && sw_trial_hits(kind))
		err = sw_ranges_subtract(kind == SW_KIND_ALLOW ? &trial->difference.closed
							       : &trial->difference.opened,
					 &work->allow, &trial->reached);
	return err;
}

static void free_list(struct sw_rule_list *list)
{
	free(list->v4);
	free(list->v6);
}

int sw_trial_make(const struct sw_trial_of *of, struct sw_trial *out)
{
	struct work work = { .of = of, .trial = out, .now_s = sw_wall_ms() / 1000 };
	int kind, err;

	*out = (struct sw_trial){ 0 };
	err = compare(&work);
	if (!err)
		err = weigh(&work);
	for (kind = 0; kind < SW_KINDS; kind++)
		free_list(&work.other[kind]);
	free_list(&work.before);
	free_list(&work.after);
	free(work.ends.item);
	sw_own_free(&work.own);
	sw_own_free(&work.allow);
	sw_guard_free(&work.hosts);
	sw_guard_free(&work.guard);
	if (err)
		sw_trial_free(out);
	return err;
}

void sw_trial_free(struct sw_trial *trial)
{
	sw_difference_free(&trial->difference);
	sw_own_free(&trial->reached);
	free(trial->contradiction);
	*trial = (struct sw_trial){ 0 };
}
