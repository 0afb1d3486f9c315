// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/unfit.h"
#include "cli/verbs.h"
#include "config/providers.h"
#include "config/read.h"
#include "feed/schedule.h"
#include "report/snapshot.h"
#include "store/publishes.h"

#define SHORT 24 /* "59 min" */

struct change {
	__u64 added, removed;
};

struct listing {
	const struct sw_options *options;
	struct sw_snapshot *snapshot;
	struct sw_config *config;	    /* NULL: it cannot be read */
	struct change change[SW_MAX_FEEDS]; /* by slot: with the last publish that changed it */
};

static const char *state_of(const struct sw_feed_slot *slot)
{
	if (!slot->unfit_s)
		return "ok";
	return slot->source == SW_SOURCE_COPY ? "COPY" : slot->active ? "LEFT OUT" : "REFUSED";
}

/* The newest comes first. */
static int take_changes(void *ctx, const struct sw_publish *publish)
{
	struct listing *l = ctx;
	size_t i;
	int slot;

	for (i = 0; i < publish->feeds; i++) {
		const struct sw_publish_feed *feed = &publish->feed[i];

		for (slot = 1; slot < SW_MAX_FEEDS; slot++) {
			struct change *change = &l->change[slot];

			if (!change->added && !change->removed &&
			    !strcmp(l->snapshot->registry.feed[slot].name, feed->name))
				*change = (struct change){ feed->added, feed->removed };
		}
	}
	return 0;
}

static void read_changes(struct listing *l)
{
	struct sw_store *store;

	if (sw_store_open(l->options->instance.state_dir, SW_STORE_LOOK, &store, NULL))
		return;
	sw_publishes_each(store, 20, take_changes, l, NULL);
	sw_store_close(store);
}

/* The config of a feed that is fetched, and its state; NULL if it is not. */
static const struct sw_feed_config *fetched(const struct listing *l, const char *name,
					    struct sw_fetch_state *state)
{
	size_t i;

	for (i = 0; l->config && i < l->config->feeds; i++) {
		const struct sw_feed_config *feed = &l->config->feed[i];

		if (!strcmp(feed->name, name) && feed->url &&
		    !sw_fetch_state_read(l->options->instance.state_dir, feed, state))
			return feed;
	}
	return NULL;
}

static json_t *provider_json(const struct sw_feed_config *feed)
{
	const struct sw_provider *provider = sw_provider_of(feed->url);

	if (!provider)
		return json_null();
	return json_pack("{s:s s:I s:s}", "name", provider->name, "interval_seconds",
			 (json_int_t)provider->interval_s, "terms", provider->terms);
}

static json_t *fetch_json(const struct listing *l, const char *name)
{
	struct sw_fetch_state state;
	const struct sw_feed_config *feed = fetched(l, name, &state);
	json_t *object;

	if (!feed)
		return json_null();
	object = json_pack("{s:I s:I s:I s:I s:I s:I s:I}", "checked", (json_int_t)state.checked_s,
			   "fetched", (json_int_t)state.fetched_s, "content",
			   (json_int_t)state.content_s, "next",
			   (json_int_t)sw_schedule_due(feed, &state, l->snapshot->now_s),
			   "failures", (json_int_t)state.failures, "took_ms",
			   (json_int_t)state.took_ms, "interval_seconds",
			   (json_int_t)sw_schedule_interval(feed));
	sw_json_set(&object, "url", sw_json_text(feed->url));
	sw_json_set(&object, "provider", provider_json(feed));
	return object;
}

static json_t *feed_json(const struct listing *l, int i)
{
	const struct sw_snapshot *s = l->snapshot;
	const struct sw_feed_slot *slot = &s->registry.feed[i];
	json_t *object;

	object = json_pack("{s:s s:s s:b s:s s:I s:o s:I s:I s:I s:I s:I s:I s:o}", "name",
			   slot->name, "kind", sw_kind_name(slot->kind), "ok", !slot->unfit_s,
			   "source", sw_feed_source_name(slot->source), "entries",
			   (json_int_t)s->generation.policy->settings.entries[i], "age_seconds",
			   sw_feed_age_json(s, i), "checked", (json_int_t)slot->checked_s,
			   "refreshed", (json_int_t)slot->loaded_s, "bad_lines",
			   (json_int_t)slot->bad_lines, "refused", (json_int_t)slot->refused,
			   "added", (json_int_t)l->change[i].added, "removed",
			   (json_int_t)l->change[i].removed, "unfit", sw_unfit_json(slot));
	sw_json_set(&object, "fetch", fetch_json(l, slot->name));
	return object;
}

static bool is_shown(const struct sw_feed_slot *slot)
{
	return slot->active || slot->unfit_s;
}

static json_t *list_json(const struct listing *l)
{
	json_t *list = json_array();
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (is_shown(&l->snapshot->registry.feed[i]))
			sw_json_append(&list, feed_json(l, i));
	}
	return list;
}

/* In one unit, for there are many beside each other. */
static char *shortly(__u64 seconds, char out[SHORT])
{
	if (seconds < 120)
		snprintf(out, SHORT, "%llu s", seconds);
	else if (seconds < 7200)
		snprintf(out, SHORT, "%llu min", seconds / 60);
	else if (seconds < 172800)
		snprintf(out, SHORT, "%llu h", seconds / 3600);
	else
		snprintf(out, SHORT, "%llu d", seconds / 86400);
	return out;
}

static char *since(__u64 then_s, __u64 now_s, char out[SHORT])
{
	return then_s ? shortly(now_s > then_s ? now_s - then_s : 0, out) : strcpy(out, "-");
}

static void print_feed(const struct listing *l, int i)
{
	const struct sw_snapshot *s = l->snapshot;
	const struct sw_feed_slot *slot = &s->registry.feed[i];
	char age[SHORT] = "-", refreshed[SHORT], checked[SHORT], next[SHORT] = "-",
	     change[48] = "-";
	__u64 checked_s = slot->checked_s, due;
	struct sw_fetch_state state;
	const struct sw_feed_config *feed = fetched(l, slot->name, &state);

	if (feed && state.checked_s > checked_s)
		checked_s = state.checked_s;
	if (feed) {
		due = sw_schedule_due(feed, &state, s->now_s);
		snprintf(next, sizeof(next), "now");
		if (due > s->now_s)
			shortly(due - s->now_s, next);
	}
	if (sw_snapshot_feed_has_age(s, i))
		shortly(sw_snapshot_feed_age(s, i), age);
	if (l->change[i].added || l->change[i].removed)
		snprintf(change, sizeof(change), "+%llu -%llu", l->change[i].added,
			 l->change[i].removed);
	printf("%-20s %-7s %-8s %8u %8s %9s %8s %8s  %s\n", slot->name, sw_kind_name(slot->kind),
	       state_of(slot), s->generation.policy->settings.entries[i], age,
	       since(slot->loaded_s, s->now_s, refreshed), since(checked_s, s->now_s, checked),
	       next, change);
}

static void print_list(const struct listing *l)
{
	int i;

	printf("%-20s %-7s %-8s %8s %8s %9s %8s %8s  %s\n", "feed", "kind", "state", "entries",
	       "age", "refreshed", "checked", "next", "change");
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (is_shown(&l->snapshot->registry.feed[i]))
			print_feed(l, i);
	}
	sw_print_unfit(&l->snapshot->registry, "\n");
}

static int list(struct listing *l)
{
	struct sw_error error = {};

	if (sw_config_read(l->options->instance.config, &l->config, &error))
		sw_warn("%s; so what is fetched is not known", error.text);
	read_changes(l);
	if (l->options->json)
		return sw_print_json(list_json(l));
	print_list(l);
	return 0;
}

int cmd_feed_list(const struct sw_options *options)
{
	struct listing *l = calloc(1, sizeof(*l));
	struct sw_error error = {};
	int err = -ENOMEM;

	if (l) {
		l->options = options;
		err = sw_snapshot_take(options->instance.pin_dir, &l->snapshot, &error);
		if (!err) {
			err = list(l);
			sw_snapshot_free(l->snapshot);
		}
		sw_config_free(l->config);
	}
	free(l);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
