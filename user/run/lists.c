// SPDX-License-Identifier: GPL-2.0
#include "run/lists.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "config/lists.h"
#include "config/smtp.h"
#include "run/remember.h"
#include "store/lists_copy.h"

#define BURST_MOST 100 /* of bounces */
#define FEED_NAME SW_NAME_LEN

/* The entries that become a feed. */
struct gathered {
	enum sw_list list;
	bool forced;
	__u64 interval_ns; /* of bounces */
	struct sw_prefix *prefix;
	size_t count, room;
};

#define GATHERED_FIRST 3 /* allow, block, and block by force: in this order */
#define GATHERED_MOST (GATHERED_FIRST + SW_MAX_CLASSES)

struct gathering {
	struct gathered feed[GATHERED_MOST];
	size_t feeds;
};

static void begin_gathering(struct gathering *g)
{
	*g = (struct gathering){
		.feed = {
			{ .list = SW_LIST_ALLOW },
			{ .list = SW_LIST_BLOCK },
			{ .list = SW_LIST_BLOCK, .forced = true },
		},
		.feeds = GATHERED_FIRST,
	};
}

/* NULL: there are more rates than limits of feeds. */
static struct gathered *feed_for(struct gathering *g, const struct sw_ordered *entry)
{
	struct gathered *feed;

	for (feed = g->feed; feed < g->feed + g->feeds; feed++) {
		if (feed->list == entry->list && feed->interval_ns == entry->interval_ns &&
		    (feed->list != SW_LIST_BLOCK || feed->forced == entry->forced))
			return feed;
	}
	if (g->feeds == GATHERED_MOST)
		return NULL;
	g->feeds++;
	*feed = (struct gathered){ .list = entry->list, .interval_ns = entry->interval_ns };
	return feed;
}

static int gather(void *ctx, const struct sw_ordered *entry)
{
	struct gathered *feed = feed_for(ctx, entry);

	if (!feed)
		return -ENOSPC;
	if (feed->count == feed->room &&
	    sw_grow((void **)&feed->prefix, &feed->room, sizeof(*feed->prefix), 64))
		return -ENOMEM;
	feed->prefix[feed->count++] = entry->prefix;
	return 0;
}

static void drop_gathered(struct gathering *g)
{
	size_t i;

	for (i = 0; i < g->feeds; i++)
		free(g->feed[i].prefix);
	begin_gathering(g);
}

/* How many bounces may come at once at a rate that is ordered by hand: those of a minute. */
static __u32 burst_of(__u64 interval_ns)
{
	__u64 burst = 60 * 1000000000ULL / interval_ns;

	return burst > BURST_MOST ? BURST_MOST : burst ?: 1;
}

static int append_brake(struct sw_config *config, const struct gathered *feed,
			struct sw_error *error)
{
	struct sw_limit_config bounces = { .closed = !feed->interval_ns };
	char name[FEED_NAME] = SW_FEED_BOUNCES, rate[SW_RATE_TEXT];

	if (feed->interval_ns) {
		bounces.interval_ns = feed->interval_ns;
		bounces.burst = burst_of(feed->interval_ns);
		snprintf(name, sizeof(name), SW_FEED_BOUNCES "-%s",
			 sw_config_format_rate(feed->interval_ns, "-per-", rate));
	}
	return sw_config_add_brake(config, name, &bounces, feed->prefix, feed->count, error);
}

/* Takes the prefixes over. */
static int append(struct sw_config *config, struct gathered *feed, struct sw_error *error)
{
	const char *block = feed->forced ? SW_FEED_FORCED : SW_FEED_BLOCK;
	int err;

	if (!feed->count)
		return 0;
	if (feed->list == SW_LIST_BOUNCES)
		err = append_brake(config, feed, error);
	else if (feed->list == SW_LIST_ALLOW)
		err = sw_config_add_list(config, SW_FEED_ALLOW, SW_KIND_ALLOW, false, feed->prefix,
					 feed->count, error);
	else
		err = sw_config_add_list(config, block, SW_KIND_CNC, feed->forced, feed->prefix,
					 feed->count, error);
	feed->prefix = NULL;
	return err;
}

/* Every list that was ever made has a copy: without one there is none. What others
 * may have written is not put in force. */
static int gather_from_copy(const struct sw_instance *instance, struct gathering *g, __s64 now_ms,
			    int why, const char *said, struct sw_error *error)
{
	int err;

	drop_gathered(g);
	err = sw_lists_read_copy(instance->state_dir, now_ms, gather, g, error);
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err)
		return err;
	if (why == -EPERM)
		return sw_fail(error, why, "%s", said);
	sw_warn("%s; the operator's lists are read from their copy", said);
	return 0;
}

typedef int (*walk_lists)(struct sw_store *store, __s64 now_ms, sw_lists_visit visit, void *ctx,
			  struct sw_error *error);

static int gather_all(const struct sw_instance *instance, struct gathering *g, int flags,
		      walk_lists each, struct sw_lists_taken *taken, struct sw_error *said)
{
	struct sw_error error = {};
	struct sw_store *store;
	bool pending;
	int err;

	*taken = (struct sw_lists_taken){ .at_ms = sw_wall_ms() };
	err = sw_store_open(instance->state_dir, flags, &store, &error);
	if (!err && flags & SW_STORE_CREATE)
		err = sw_lists_recover(store, instance->state_dir, &error);
	if (!err)
		err = sw_lists_pending(store, &pending, &taken->change, &error);
	if (!err)
		err = each(store, taken->at_ms, gather, g, &error);
	sw_store_close(store);
	if (!err || err == -ENOMEM)
		return err;
	return gather_from_copy(instance, g, taken->at_ms, err, error.text, said);
}

static int append_all(const struct sw_instance *instance, struct sw_config *config, int flags,
		      walk_lists each, struct sw_lists_taken *taken, struct sw_error *error)
{
	struct gathering g;
	struct sw_error said = {};
	size_t i;
	int err;

	begin_gathering(&g);
	err = gather_all(instance, &g, flags, each, taken, &said);
	if (err == -ENOMEM)
		sw_fail(error, err, "no memory for the operator's lists");
	else if (err)
		sw_fail(error, err, "%s; so the operator's lists are not known", said.text);
	for (i = 0; i < g.feeds && !err; i++)
		err = append(config, &g.feed[i], error);
	drop_gathered(&g);
	return err;
}

int sw_lists_append(const struct sw_instance *instance, struct sw_config *config, int flags,
		    struct sw_lists_taken *taken, struct sw_error *error)
{
	return append_all(instance, config, flags, sw_lists_each, taken, error);
}

int sw_lists_append_in_force(const struct sw_instance *instance, struct sw_config *config,
			     struct sw_error *error)
{
	struct sw_lists_taken taken;

	return append_all(instance, config, 0, sw_lists_each_in_force, &taken, error);
}

void sw_lists_published(const struct sw_instance *instance, const struct sw_lists_taken *taken)
{
	struct sw_store *store;
	struct sw_error error = {};
	int err;

	if (!taken->change || sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	err = sw_store_begin(store, &error);
	if (!err)
		err = sw_lists_note_published(store, taken->change, taken->at_ms, &error);
	if (!err)
		err = sw_store_commit(store, &error);
	if (err) {
		sw_store_rollback(store);
		sw_warn("%s", error.text);
	}
	sw_store_close(store);
}

static int take_end(void *ctx, const struct sw_ordered *entry)
{
	__s64 *end_ms = ctx;

	if (entry->until_ms < *end_ms)
		*end_ms = entry->until_ms;
	return 0;
}

/* What had ended when they were published is not in force, and ends no more. */
void sw_lists_next_end(const struct sw_instance *instance, __s64 *end_ms)
{
	struct sw_store *store;
	bool pending = false;
	__s64 change, taken_ms;

	*end_ms = SW_LISTED_FOREVER;
	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	if (!sw_lists_pending(store, &pending, &change, NULL) && change &&
	    !sw_lists_taken(store, &taken_ms, NULL))
		sw_lists_each(store, taken_ms, take_end, end_ms, NULL);
	if (pending || *end_ms <= sw_wall_ms())
		*end_ms = 0;
	sw_store_close(store);
}
