// SPDX-License-Identifier: GPL-2.0
#include "run/history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "run/remember.h"
#include "store/audit.h"
#include "store/publishes.h"

#define HELD "held_generation"

int sw_history_held_in(struct sw_store *store, __u64 *held, struct sw_error *error)
{
	__s64 number = 0;
	int err = sw_store_get_number(store, HELD, 0, &number, error);

	*held = err ? 0 : number;
	return err;
}

__u64 sw_history_held(const struct sw_instance *instance)
{
	struct sw_store *store;
	__u64 held = 0;

	if (sw_store_open(instance->state_dir, SW_STORE_LOOK, &store, NULL))
		return 0;
	sw_history_held_in(store, &held, NULL);
	sw_store_close(store);
	return held;
}

int sw_history_hold(const struct sw_instance *instance, __u64 generation, struct sw_error *error)
{
	struct sw_store *store;
	int err =
		sw_store_open(instance->state_dir, generation ? SW_STORE_CREATE : 0, &store, error);

	if (err == -ENOENT && !generation)
		return 0;
	if (!err)
		err = sw_store_put_number(store, HELD, generation, error);
	sw_store_close(store);
	return err;
}

/* What has changed since the newest that is kept. */
static void compare(const struct sw_instance *instance, const struct sw_published *published,
		    struct sw_publish *publish)
{
	const struct sw_plan *plan = published->plan;
	__u64 last = sw_archive_before(instance, published->generation);
	__u64 added[SW_MAX_FEEDS], removed[SW_MAX_FEEDS];
	struct sw_kept before = {}, after = { .rules = plan->rules, .feeds = plan->config->feeds };
	size_t i, j, feeds;

	if (last && !published->follows)
		sw_archive_rules(instance, last, &before, NULL);
	if (published->follows)
		before = (struct sw_kept){ .rules = (struct sw_rules *)published->before,
					   .feeds = after.feeds };
	for (i = 0; i < after.feeds && published->follows; i++)
		snprintf(before.feed[i].name, sizeof(before.feed[i].name), "%s",
			 plan->config->feed[i].name);
	for (i = 0; i < after.feeds; i++)
		snprintf(after.feed[i].name, sizeof(after.feed[i].name), "%s",
			 plan->config->feed[i].name);
	sw_kept_compare(&before, &after, added, removed);
	publish->feed = calloc(after.feeds + before.feeds + 1, sizeof(*publish->feed));
	feeds = publish->feed ? after.feeds : 0;
	for (i = 0; i < feeds; i++) {
		struct sw_publish_feed *feed = &publish->feed[publish->feeds++];

		snprintf(feed->name, sizeof(feed->name), "%s", after.feed[i].name);
		snprintf(feed->kind, sizeof(feed->kind), "%s",
			 sw_kind_name(plan->config->feed[i].kind));
		feed->entries = plan->rules->feed[i].prefixes;
		feed->added = added[i];
	}
	for (i = 0; i < before.feeds && publish->feed; i++) {
		for (j = 0; j < feeds && strcmp(before.feed[i].name, publish->feed[j].name); j++)
			;
		if (j == feeds) { /* it is configured no more */
			j = publish->feeds++;
			snprintf(publish->feed[j].name, sizeof(publish->feed[j].name), "%s",
				 before.feed[i].name);
			snprintf(publish->feed[j].kind, sizeof(publish->feed[j].kind), "%s",
				 sw_kind_name(before.feed[i].kind));
		}
		publish->feed[j].removed += removed[i];
	}
	if (published->follows)
		before.rules = NULL; /* it is the caller's */
	sw_kept_free(&before);
}

static bool does(const struct sw_instance *instance, const char *verb)
{
	return instance->verb && !strcmp(instance->verb, verb);
}

static int write_down(const struct sw_instance *instance, struct sw_store *store,
		      const struct sw_published *published, const struct sw_publish *publish,
		      struct sw_error *error)
{
	/* Those that have nothing else to write down. */
	static const struct {
		const char *verb, *written;
	} audited[] = {
		{ "load", "load" },
		{ "reload", "reload" },
		{ "rollback", "rollback" },
		{ "feed", "feed update" },
	};
	size_t i;
	int err;

	err = sw_store_begin(store, error);
	if (!err)
		err = sw_publishes_add(store, publish, error);
	for (i = 0; i < SW_COUNT(audited) && !err && !instance->cause; i++) {
		if (does(instance, audited[i].verb))
			err = sw_audit_add(store, audited[i].written, published->generation, error);
	}
	return err ? err : sw_store_commit(store, error);
}

void sw_history_note(const struct sw_instance *instance, const struct sw_published *published)
{
	struct sw_publish publish = {
		.generation = published->generation,
		.base = published->base,
		.at_ms = sw_wall_ms(),
		.monitor = published->plan->config->monitor,
	};
	struct sw_error error = {};
	struct sw_store *store;
	int err;

	err = sw_store_open(instance->state_dir, SW_STORE_CREATE, &store, &error);
	if (err && published->quiet)
		return;
	sw_person_self(&publish.person);
	sw_command_line(publish.arguments, sizeof(publish.arguments));
	if (instance->cause) {
		snprintf(publish.person.name, sizeof(publish.person.name), "nobody");
		snprintf(publish.arguments, sizeof(publish.arguments), "%s", instance->cause);
	} else if (does(instance, "run")) {
		snprintf(publish.person.name, sizeof(publish.person.name), "daemon");
	}
	if (!err) {
		compare(instance, published, &publish);
		err = write_down(instance, store, published, &publish, &error);
	}
	if (err && store)
		sw_store_rollback(store);
	sw_store_close(store);
	free(publish.feed);
	if (!err)
		err = sw_archive_keep(instance, published, &error);
	if (err)
		sw_warn("%s; this publish cannot be gone back to", error.text);
	else
		sw_archive_prune(instance, published->generation, sw_history_held(instance));
}
