// SPDX-License-Identifier: GPL-2.0
#include "policy/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "policy/ahead.h"
#include "policy/differ.h"
#include "policy/guard.h"
#include "policy/intake.h"
#include "policy/intake_warn.h"
#include "policy/own.h"
#include "policy/rules_sort.h"

/* One search under way. */
struct search {
	const struct sw_config *config;
	const struct sw_reading *reading;
	const struct sw_lineage *lineage;
	struct sw_rules *rules;
	struct sw_change *change;
	struct sw_own own;
	struct sw_guard hosts, guard; /* as in sw_rules_read */
};

static const __u8 no_digest[SW_DIGEST_SIZE];

/* The same feeds, in the same order; what else the configuration says is of its text. */
static bool has_same_feeds(const struct search *s)
{
	size_t i;

	if (s->config->feeds != s->lineage->feeds)
		return false;
	for (i = 0; i < s->config->feeds; i++) {
		if (strcmp(s->config->feed[i].name, s->lineage->feed[i].name))
			return false;
	}
	return true;
}

/* Which feeds combine is numbered for all regions at once (standings.h): where some list
 * what mail is sent to in ways of their own, or are protected. */
static bool may_combine(const struct sw_config *config)
{
	const struct sw_feed_config *first = NULL, *feed;

	for (feed = config->feed; feed < config->feed + config->feeds; feed++) {
		if (feed->kind == SW_KIND_PROTECT)
			return true;
		if (feed->kind != SW_KIND_ALLOW)
			continue;
		if (first && first->to != feed->to)
			return true;
		first = first ?: feed;
	}
	return false;
}

static int open_ahead(const struct search *s)
{
	struct sw_opened *opened = s->reading->opened;
	size_t i;

	for (i = 0; i < s->config->feeds; i++) {
		if (!sw_feed_has_list(&s->config->feed[i]))
			continue;
		if (!memcmp(s->lineage->feed[i].digest, no_digest, SW_DIGEST_SIZE))
			return -ESTALE;
		sw_ahead_begin(s->reading, s->config);
		sw_source_open_ahead(s->reading, &s->config->feed[i], s->lineage->feed[i].digest,
				     &opened[i]);
		if (opened[i].err == -ENOMEM)
			return -ENOMEM;
		if (opened[i].err || opened[i].source.from != SW_FROM_FILE)
			return -ESTALE;
		sw_source_keep(s->reading, &s->config->feed[i], &opened[i].copy, &opened[i].source);
	}
	return 0;
}

static bool has_digest(const struct sw_feed_copy *copy, const __u8 *digest)
{
	return copy->size && !memcmp(copy->header->header_digest, digest, SW_DIGEST_SIZE);
}

static int compare_file(struct search *s, size_t i)
{
	const struct sw_opened *opened = &s->reading->opened[i];
	const __u8 *digest = s->lineage->feed[i].digest;
	const struct sw_feed_copy *then = &opened->copy;
	bool same = has_digest(then, digest);
	int err;

	if (same && !then->header->untils)
		return 0;
	if (!same)
		then = &opened->former;
	/* Without its own copy kept, nobody could tell the next change. */
	if (!same && (!has_digest(then, digest) || !opened->source.temporary))
		return -ESTALE;
	if (s->config->feed[i].kind == SW_KIND_OWN)
		return -ESTALE;
	err = sw_differ_copies(&(struct sw_differ_copy){ then, s->lineage->as_of_s },
			       &(struct sw_differ_copy){ &opened->copy, s->rules->as_of_s },
			       &s->change->step);
	return err;
}

static int compare_all(struct search *s)
{
	size_t i;
	int err = 0;

	for (i = 0; i < s->config->feeds && !err; i++) {
		if (sw_feed_has_list(&s->config->feed[i]))
			err = compare_file(s, i);
		else if (sw_is_operators(&s->config->feed[i]))
			err = sw_differ_list(s->lineage, i, &s->config->feed[i], &s->change->step);
		if (err == -E2BIG)
			err = -ESTALE;
	}
	sw_regions_finish(&s->change->step);
	return err;
}

static struct sw_intake intake_of(const struct search *s, size_t i)
{
	const struct sw_feed_config *feed = &s->config->feed[i];
	struct sw_intake intake = {
		.config = s->config,
		.feed = feed,
		.state = &s->rules->feed[i],
		.rank = i,
		.now_s = s->rules->as_of_s,
	};

	if (feed->kind == SW_KIND_CNC || feed->kind == SW_KIND_ZOMBIE) {
		intake.own = &s->own;
		intake.hosts = &s->hosts;
		intake.guard = feed->may_list_special ? &s->hosts : &s->guard;
	}
	return intake;
}

/* Own space is read whole, and is as it was; the others' entries are counted. */
static int count_feeds(struct search *s, bool own_space)
{
	size_t i;
	int err = 0;

	for (i = 0; i < s->config->feeds && !err; i++) {
		struct sw_intake intake = intake_of(s, i);

		if ((s->config->feed[i].kind == SW_KIND_OWN) != own_space)
			continue;
		if (own_space)
			intake.list = &s->rules->kind[SW_KIND_OWN];
		if (sw_feed_has_list(&s->config->feed[i])) {
			struct sw_opened *opened = &s->reading->opened[i];

			memcpy(intake.state->digest, opened->copy.header->header_digest,
			       SW_DIGEST_SIZE);
			err = sw_intake_copy(&intake, &opened->copy);
		}
		if (!err)
			err = sw_intake_inline(&intake);
		if (!err)
			sw_intake_warn(&intake);
	}
	return err;
}

static int build_guards(struct search *s)
{
	int err = count_feeds(s, true);

	if (!err)
		err = sw_own_build(&s->rules->kind[SW_KIND_OWN], &s->own);
	if (!err)
		err = sw_guard_build(true, s->reading->hosts, &s->guard);
	if (!err)
		err = sw_guard_build(false, s->reading->hosts, &s->hosts);
	free(s->rules->kind[SW_KIND_OWN].v4);
	free(s->rules->kind[SW_KIND_OWN].v6);
	s->rules->kind[SW_KIND_OWN] = (struct sw_rule_list){};
	return err;
}

static int gather_now(const struct search *s, size_t i, struct sw_intake *intake)
{
	const struct sw_opened *opened = &s->reading->opened[i];

	return sw_intake_regions(intake,
				 sw_feed_has_list(&s->config->feed[i]) ? &opened->copy : NULL,
				 &s->change->regions);
}

static int gather_then(const struct search *s, size_t i, struct sw_intake *intake)
{
	const struct sw_opened *opened = &s->reading->opened[i];
	const struct sw_feed_copy *copy = opened->former.size ? &opened->former : &opened->copy;
	struct sw_feed_config feed = s->config->feed[i];
	struct sw_entry_config entry = { .text = "" };
	const struct sw_feed_config *config = intake->feed;
	struct sw_differ_entries then = {};
	int err = 0;

	intake->now_s = s->lineage->as_of_s;
	if (sw_is_operators(&feed)) {
		err = sw_differ_entries(s->lineage, i, &then);
		entry.prefix = then.prefix;
		entry.prefixes = then.count;
		feed.entry = &entry;
		feed.entries = 1;
		intake->feed = &feed;
	}
	if (!err)
		err = sw_intake_regions(intake, sw_feed_has_list(&feed) ? copy : NULL,
					&s->change->regions);
	intake->feed = config;
	free(then.prefix);
	return err;
}

/* What the state of a feed counts was counted already. */
static int gather(const struct search *s, struct sw_rules *to,
		  int (*take)(const struct search *s, size_t i, struct sw_intake *intake))
{
	size_t i;
	int err = 0;

	for (i = 0; i < s->config->feeds && !err; i++) {
		struct sw_intake intake = intake_of(s, i);
		struct sw_feed_state *unused;

		if (s->config->feed[i].kind == SW_KIND_OWN)
			continue;
		unused = calloc(1, sizeof(*unused));
		if (!unused)
			return -ENOMEM;
		intake.state = unused;
		intake.list = &to->kind[s->config->feed[i].kind];
		intake.ends = &to->ends;
		err = take(s, i, &intake);
		free(unused);
	}
	sw_rules_describe(to, s->config);
	sw_rule_ends_unique(&to->ends);
	return err ? err : sw_rules_sort(to);
}

static void take_sources(const struct search *s)
{
	struct sw_feed_copy copy;
	size_t i;

	for (i = 0; i < s->config->feeds; i++) {
		if (!sw_feed_has_list(&s->config->feed[i]))
			continue;
		s->reading->opened[i].verified = true;
		sw_source_take(s->reading, &s->config->feed[i], &s->reading->opened[i],
			       &s->rules->feed[i].source, &copy);
		sw_feed_copy_close(&copy);
	}
}

static int find(struct search *s, const struct sw_regions *more)
{
	int err;

	if (!has_same_feeds(s) || may_combine(s->config))
		return -ESTALE;
	err = open_ahead(s);
	if (!err)
		err = compare_all(s);
	if (!err)
		err = sw_regions_join(&s->change->regions, &s->change->step);
	if (!err && more)
		err = sw_regions_join(&s->change->regions, more);
	sw_regions_finish(&s->change->regions);
	if (err)
		return err == -E2BIG ? -ESTALE : err;
	err = build_guards(s);
	if (!err)
		err = gather(s, s->change->before, gather_then);
	if (!err)
		err = gather(s, s->rules, gather_now);
	return err ? err : count_feeds(s, false);
}

int sw_change_find(const struct sw_config *config, const struct sw_reading *reading,
		   const struct sw_lineage *lineage, const struct sw_regions *more,
		   struct sw_rules **rules, struct sw_change *change)
{
	struct search s = {
		.config = config,
		.reading = reading,
		.lineage = lineage,
		.change = change,
		.rules = sw_rules_new(config),
	};
	int err = -ENOMEM;

	*change = (struct sw_change){ .before = calloc(1, sizeof(*change->before)) };
	if (s.rules && change->before)
		err = find(&s, more);
	sw_own_free(&s.own);
	sw_guard_free(&s.guard);
	sw_guard_free(&s.hosts);
	if (err) {
		sw_rules_free(s.rules);
		sw_change_free(change);
		return err;
	}
	take_sources(&s);
	*rules = s.rules;
	return 0;
}

void sw_change_free(struct sw_change *change)
{
	sw_regions_free(&change->step);
	sw_regions_free(&change->regions);
	sw_rules_free(change->before);
	*change = (struct sw_change){};
}
