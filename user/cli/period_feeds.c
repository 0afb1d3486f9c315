// SPDX-License-Identifier: GPL-2.0
#include "cli/period_feeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/names.h"
#include "config/read.h"
#include "policy/covers.h"
#include "store/met.h"
#include "store/publishes.h"

struct beginning {
	struct sw_period *period;
	size_t *room;
};

/* One that somebody dealt with, or that sent. */
struct use {
	size_t feed; /* its place in the period */
	struct sw_prefix listed;
	struct sw_prefix subject;
};

struct yield {
	struct sw_period *period;
	size_t *room;
	struct use *use;
	size_t uses, use_room;
};

static struct sw_period_feed *feed_of(struct sw_period *period, size_t *room, const char *name)
{
	struct sw_period_feed *feed = period->feed, *end = feed + period->feeds;

	for (; feed < end; feed++) {
		if (!strcmp(feed->name, name))
			return feed;
	}
	if (period->feeds == *room && sw_grow((void **)&period->feed, room, sizeof(*feed), 16))
		return NULL;
	feed = &period->feed[period->feeds++];
	*feed = (struct sw_period_feed){ 0 };
	snprintf(feed->name, sizeof(feed->name), "%s", name);
	return feed;
}

/* Own space lists nobody. */
static int take_publish(void *ctx, const struct sw_publish *publish)
{
	struct beginning *b = ctx;
	struct sw_period_feed *feed;
	size_t i;

	for (i = 0; i < publish->feeds; i++) {
		if (!strcmp(publish->feed[i].kind, sw_kind_name(SW_KIND_OWN)))
			continue;
		feed = feed_of(b->period, b->room, publish->feed[i].name);
		if (!feed)
			return -ENOMEM;
		snprintf(feed->kind, sizeof(feed->kind), "%s", publish->feed[i].kind);
		feed->entries = publish->feed[i].entries;
	}
	return 0;
}

int sw_period_feeds_begin(struct sw_store *store, struct sw_period *period, size_t *room,
			  struct sw_error *error)
{
	return sw_publishes_each(store, 1, take_publish, &(struct beginning){ period, room },
				 error);
}

int sw_period_feed_packets(struct sw_period *period, size_t *room, const char *name, __u64 packets)
{
	struct sw_period_feed *feed = feed_of(period, room, name);

	if (!feed)
		return -ENOMEM;
	feed->packets += packets;
	return 0;
}

static int take_met(void *ctx, const struct sw_met *met)
{
	struct yield *y = ctx;
	struct sw_period_feed *feed;

	if (!met->feed[0]) /* live zombies are of no feed */
		return 0;
	feed = feed_of(y->period, y->room, met->feed);
	if (!feed || (y->uses == y->use_room &&
		      sw_grow((void **)&y->use, &y->use_room, sizeof(*y->use), 1024)))
		return -ENOMEM;
	y->use[y->uses++] = (struct use){ feed - y->period->feed, met->listed, met->subject };
	return 0;
}

static int by_listed(const void *a, const void *b)
{
	const struct use *left = a, *right = b;

	if (left->feed != right->feed)
		return left->feed < right->feed ? -1 : 1;
	return sw_prefix_compare(&left->listed, &right->listed);
}

static int by_subject(const void *a, const void *b)
{
	const struct use *left = a, *right = b;

	if (left->feed != right->feed)
		return left->feed < right->feed ? -1 : 1;
	return sw_prefix_compare(&left->subject, &right->subject);
}

/* Counts the subjects of each feed, then its addresses, of which one each is left. */
static void count_uses(struct yield *y)
{
	size_t i, kept = 0;

	if (!y->uses)
		return;
	qsort(y->use, y->uses, sizeof(*y->use), by_subject);
	for (i = 0; i < y->uses; i++)
		y->period->feed[y->use[i].feed].subjects += !i ||
							    by_subject(&y->use[i - 1], &y->use[i]);
	qsort(y->use, y->uses, sizeof(*y->use), by_listed);
	for (i = 0; i < y->uses; i++) {
		if (i && !by_listed(&y->use[kept - 1], &y->use[i]))
			continue;
		y->period->feed[y->use[i].feed].addresses++;
		y->use[kept++] = y->use[i];
	}
	y->uses = kept;
}

/* Counts the addresses that no other feed lists that drops. */
static int count_alone(struct yield *y, const struct sw_config *config, const char *state_dir)
{
	struct sw_prefix *prefix = calloc(y->uses + 1, sizeof(*prefix));
	__u8 *lists = calloc(y->uses + 1, 1);
	bool *covered = calloc(y->uses + 1, sizeof(*covered));
	int err = prefix && lists && covered ? 0 : -ENOMEM;
	size_t i, j;

	for (i = 0; i < y->uses && !err; i++)
		prefix[i] = y->use[i].listed;
	for (j = 0; j < config->feeds && !err; j++) {
		const struct sw_feed_config *feed = &config->feed[j];

		if (feed->kind != SW_KIND_CNC && feed->kind != SW_KIND_ZOMBIE)
			continue;
		memset(covered, 0, y->uses * sizeof(*covered));
		sw_feed_covers(state_dir, feed, prefix, y->uses, covered);
		for (i = 0; i < y->uses; i++)
			lists[i] |= covered[i] &&
				    strcmp(feed->name, y->period->feed[y->use[i].feed].name) != 0;
	}
	for (i = 0; i < y->uses && !err; i++)
		y->period->feed[y->use[i].feed].alone += !lists[i];
	free(prefix);
	free(lists);
	free(covered);
	return err;
}

/* Sorts feeds, those with the most packets first. */
static int by_packets(const void *a, const void *b)
{
	const struct sw_period_feed *left = a, *right = b;

	if (left->packets != right->packets)
		return left->packets > right->packets ? -1 : 1;
	return strcmp(left->name, right->name);
}

int sw_period_feeds_end(const struct sw_options *options, struct sw_store *store,
			struct sw_period *period, size_t *room, struct sw_error *error)
{
	struct yield y = { .period = period, .room = room };
	struct sw_config *config = NULL;
	int err = sw_config_read(options->instance.config, &config, error);

	if (!err)
		err = sw_met_each(store, period->from_ms, take_met, &y, error);
	if (!err) {
		count_uses(&y);
		err = count_alone(&y, config, options->instance.state_dir);
	}
	if (period->feeds)
		qsort(period->feed, period->feeds, sizeof(*period->feed), by_packets);
	free(y.use);
	sw_config_free(config);
	return err;
}
