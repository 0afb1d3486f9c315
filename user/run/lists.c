// SPDX-License-Identifier: GPL-2.0
#include "run/lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/lists.h"
#include "run/remember.h"
#include "store/lists_copy.h"

static const struct as_feed {
	const char *name;
	enum sw_kind kind;
	bool forced;
} as_feed[] = {
	{ SW_FEED_ALLOW, SW_KIND_ALLOW, false },
	{ SW_FEED_BLOCK, SW_KIND_CNC, false },
	{ SW_FEED_FORCED, SW_KIND_CNC, true },
};

#define FEEDS (sizeof(as_feed) / sizeof(as_feed[0]))

struct gathering {
	struct sw_prefix *prefix[FEEDS];
	size_t count[FEEDS], room[FEEDS];
};

static int gather(void *ctx, const struct sw_ordered *entry)
{
	struct gathering *g = ctx;
	size_t which = entry->list == SW_LIST_ALLOW ? 0 : 1 + entry->forced;
	struct sw_prefix *grown;

	if (g->count[which] == g->room[which]) {
		g->room[which] = g->room[which] ? 2 * g->room[which] : 64;
		grown = reallocarray(g->prefix[which], g->room[which], sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		g->prefix[which] = grown;
	}
	g->prefix[which][g->count[which]++] = entry->prefix;
	return 0;
}

static void drop_gathered(struct gathering *g)
{
	size_t i;

	for (i = 0; i < FEEDS; i++)
		free(g->prefix[i]);
	*g = (struct gathering){};
}

/* Every list that was ever made has a copy: without one there is none. What others
 * may have written is not put in force. */
static int gather_from_copy(const struct sw_instance *instance, struct gathering *g, int why,
			    const char *said, struct sw_error *error)
{
	int err;

	drop_gathered(g);
	err = sw_lists_read_copy(instance->state_dir, sw_wall_ms(), gather, g, error);
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err)
		return err;
	if (why == -EPERM)
		return sw_fail(error, why, "%s", said);
	sw_warn("%s; the operator's lists are read from their copy", said);
	return 0;
}

static int gather_all(const struct sw_instance *instance, struct gathering *g, int flags,
		      __s64 *change, struct sw_error *said)
{
	struct sw_error error = {};
	struct sw_store *store;
	bool pending;
	int err;

	*change = 0;
	err = sw_store_open(instance->state_dir, flags, &store, &error);
	if (!err && flags & SW_STORE_CREATE)
		err = sw_lists_recover(store, instance->state_dir, &error);
	if (!err)
		err = sw_lists_pending(store, &pending, change, &error);
	if (!err)
		err = sw_lists_each(store, sw_wall_ms(), gather, g, &error);
	sw_store_close(store);
	return err && err != -ENOMEM ? gather_from_copy(instance, g, err, error.text, said) : err;
}

int sw_lists_append(const struct sw_instance *instance, struct sw_config *config, int flags,
		    __s64 *change, struct sw_error *error)
{
	struct gathering g = {};
	struct sw_error said = {};
	size_t i;
	int err;

	err = gather_all(instance, &g, flags, change, &said);
	if (err == -ENOMEM)
		sw_fail(error, err, "no memory for the operator's lists");
	else if (err)
		sw_fail(error, err, "%s; so the operator's lists are not known", said.text);
	for (i = 0; i < FEEDS && !err; i++) {
		if (!g.count[i])
			continue;
		err = sw_config_add_list(config, as_feed[i].name, as_feed[i].kind,
					 as_feed[i].forced, g.prefix[i], g.count[i], error);
		g.prefix[i] = NULL;
	}
	drop_gathered(&g);
	return err;
}

void sw_lists_published(const struct sw_instance *instance, __s64 change)
{
	struct sw_store *store;
	struct sw_error error = {};
	__s64 now_change;
	bool pending;
	int err;

	if (!change || sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	err = sw_lists_pending(store, &pending, &now_change, &error);
	if (!err && pending)
		err = sw_lists_note_published(store, change, &error);
	if (err)
		sw_warn("%s", error.text);
	sw_store_close(store);
}

static int take_end(void *ctx, const struct sw_ordered *entry)
{
	__s64 *end_ms = ctx;

	if (entry->until_ms < *end_ms)
		*end_ms = entry->until_ms;
	return 0;
}

void sw_lists_next_end(const struct sw_instance *instance, __s64 *end_ms)
{
	struct sw_store *store;
	bool pending = false;
	__s64 change;

	*end_ms = SW_LISTED_FOREVER;
	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	if (!sw_lists_pending(store, &pending, &change, NULL) && change)
		sw_lists_each(store, 0, take_end, end_ms, NULL);
	if (pending || *end_ms <= sw_wall_ms())
		*end_ms = 0;
	sw_store_close(store);
}
