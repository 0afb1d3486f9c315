// SPDX-License-Identifier: GPL-2.0
#include "run/announcing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "kernel/detected.h"
#include "kernel/health.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "run/archive.h"
#include "run/lists.h"
#include "store/cases_read.h"

int sw_announcing_open(struct sw_announcing *w, struct sw_error *error)
{
	int err = sw_generation_running(w->state->map[SW_MAP_policy], &w->running, error);

	if (!err)
		err = sw_hosts_read(SW_RESOLV_CONF, &w->hosts, error);
	if (!err)
		err = sw_guard_build(false, &w->hosts, &w->needed);
	w->boot_ns = sw_boottime_ns();
	w->open = !err;
	return err;
}

void sw_announcing_close(struct sw_announcing *w)
{
	sw_generation_close(&w->running);
	sw_own_free(&w->allowed);
	sw_guard_free(&w->needed);
	sw_routes_free(&w->wanted);
	free(w->hosts.host);
}

/* RFC 7999, 3.3: what is wider is no blackhole but a network. */
static bool is_wide(const struct sw_prefix *prefix)
{
	return prefix->length <
	       (prefix->family == SW_IPV4 ? SW_ROUTES_WIDTH_IPV4 : SW_ROUTES_WIDTH_IPV6);
}

bool sw_announcing_may(const struct sw_announcing *w, const struct sw_prefix *prefix)
{
	size_t at = 0;

	return !is_wide(prefix) && !sw_own_overlaps(&w->allowed, prefix) &&
	       sw_listed(w->running.policy, prefix).standing.kind != SW_KIND_ALLOW &&
	       !sw_guard_find(&w->needed, &at, prefix);
}

int sw_announcing_add(struct sw_announcing *w, const struct sw_prefix *prefix)
{
	const struct sw_route route = {
		.prefix = *prefix,
		.table = w->now.as.table,
		.metric = w->now.as.metric,
		.protocol = w->now.as.protocol,
		.type = w->now.as.type,
	};

	return sw_routes_add(&w->wanted, &route);
}

void sw_announcing_note_end(struct sw_announcing *w, __u64 until_ns)
{
	struct sw_announced_whole *whole = &w->now.whole;

	if (until_ns != SW_LIVE_FOREVER && (!whole->next_ns || until_ns < whole->next_ns))
		whole->next_ns = until_ns;
}

static int want(struct sw_announcing *w, const struct sw_prefix *prefix)
{
	if (sw_announcing_may(w, prefix))
		return sw_announcing_add(w, prefix);
	w->now.left_out++;
	return 0;
}

static int want_zombie(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct sw_announcing *w = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);

	if (entry->until_ns <= w->boot_ns || sw_live_is_slowed(entry))
		return 0;
	sw_announcing_note_end(w, entry->until_ns);
	return want(w, &prefix);
}

static bool is_blocked(const struct sw_kept *kept, __u8 rank)
{
	const char *name = rank < kept->feeds ? kept->feed[rank].name : "";

	return !strcmp(name, SW_FEED_BLOCK) || !strcmp(name, SW_FEED_FORCED);
}

static int want_blocked(struct sw_announcing *w, const struct sw_kept *kept)
{
	const struct sw_rule_list *list = &kept->rules->kind[SW_KIND_CNC];
	struct sw_prefix prefix;
	size_t i;
	int err = 0;

	for (i = 0; i < list->v4_count && !err; i++) {
		prefix = sw_rule4_prefix(list->v4[i]);
		if (is_blocked(kept, sw_rule4_rank(list->v4[i])))
			err = want(w, &prefix);
	}
	for (i = 0; i < list->v6_count && !err; i++) {
		prefix = sw_rule6_prefix(&list->v6[i]);
		if (is_blocked(kept, list->v6[i].rank))
			err = want(w, &prefix);
	}
	return err;
}

/* Cases that are grave enough, by their numbers and addresses. */
struct accused {
	enum sw_severity at_least;
	struct {
		__s64 id;
		struct sw_prefix prefix;
	} * one;
	size_t count;
	size_t room;
};

static int accuse(void *ctx, const struct sw_case *found)
{
	struct accused *accused = ctx;
	struct sw_prefix prefix;

	if (found->state != SW_CASE_OPEN || found->severity < accused->at_least ||
	    sw_prefix_parse(found->address, strlen(found->address), &prefix))
		return 0;
	if (accused->count == accused->room &&
	    sw_grow((void **)&accused->one, &accused->room, sizeof(*accused->one), 64))
		return -ENOMEM;
	accused->one[accused->count].id = found->id;
	accused->one[accused->count++].prefix = prefix;
	return 0;
}

/* An address goes on to somebody else, and the case does not. */
static int want_accused(struct sw_announcing *w, struct sw_store *store,
			const struct accused *accused, struct sw_error *error)
{
	__s64 now_ms = sw_wall_ms();
	struct sw_case found;
	size_t i;
	int got;

	for (i = 0; i < accused->count; i++) {
		got = sw_case_of_address(store, &accused->one[i].prefix, now_ms, &found, error);
		if (got > 0 && found.id == accused->one[i].id)
			got = want(w, &accused->one[i].prefix);
		if (got < 0)
			return got;
	}
	return 0;
}

static int want_cases(struct sw_announcing *w, struct sw_error *error)
{
	struct accused accused = { .at_least = w->now.as.severity };
	struct sw_store *store;
	int err = sw_store_open(w->instance->state_dir, 0, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_cases_each(store, false, accuse, &accused, error);
	if (!err)
		err = want_accused(w, store, &accused, error);
	sw_store_close(store);
	free(accused.one);
	return err;
}

/* By what the generation in force was compiled from. Who was killed behind a publish has
 * not kept that: then by the one before, for what is allowed since is asked for, too. */
static int read_kept(struct sw_announcing *w, struct sw_kept *kept, struct sw_error *error)
{
	__u64 generation = w->running.policy->settings.generation, before;
	int err = sw_archive_rules(w->instance, generation, kept, error);

	before = err ? sw_archive_before(w->instance, generation) : 0;
	if (before)
		err = sw_archive_rules(w->instance, before, kept, error);
	if (err)
		return err;
	sw_own_free(&w->allowed);
	w->allowed = (struct sw_own){};
	return sw_own_build(&kept->rules->kind[SW_KIND_ALLOW], &w->allowed);
}

int sw_announcing_read_allowed(struct sw_announcing *w, struct sw_error *error)
{
	struct sw_kept kept = {};
	int err = read_kept(w, &kept, error);

	sw_kept_free(&kept);
	return err;
}

/* Whatever is listed behind this is news to who looks the next time. */
static void begin(struct sw_announcing *w)
{
	struct sw_announced_whole *whole = &w->now.whole;

	*whole = (struct sw_announced_whole){
		.generation = w->running.policy->settings.generation,
		.changes = sw_health_get(w->state, SW_HEALTH_LIVE_CHANGES),
		.at_ns = w->boot_ns,
	};
	if (sw_live_identity(w->state, whole->map, sizeof(whole->map)))
		whole->generation = 0;
}

/* What is listed for one reason may be so for another, too. */
static void drop_doubles(struct sw_routes *routes)
{
	size_t i, kept = 0;

	sw_routes_sort(routes);
	for (i = 0; i < routes->count; i++) {
		if (!kept ||
		    sw_prefix_compare(&routes->route[kept - 1].prefix, &routes->route[i].prefix))
			routes->route[kept++] = routes->route[i];
	}
	routes->count = kept;
}

int sw_announcing_collect(struct sw_announcing *w, struct sw_error *error)
{
	struct sw_kept kept = {};
	int err = read_kept(w, &kept, error);

	if (!err)
		begin(w);
	if (!err && w->now.as.what & SW_ANNOUNCE_ZOMBIES)
		err = sw_live_each(w->state, want_zombie, w);
	if (!err && w->now.as.what & SW_ANNOUNCE_BLOCKED)
		err = want_blocked(w, &kept);
	if (!err && w->now.as.what & SW_ANNOUNCE_CASES)
		err = want_cases(w, error);
	if (!err)
		drop_doubles(&w->wanted);
	sw_kept_free(&kept);
	return err;
}
