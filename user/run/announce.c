// SPDX-License-Identifier: GPL-2.0
#include "run/announce.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kernel/generation.h"
#include "kernel/hosts.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "policy/guard.h"
#include "policy/own.h"
#include "route/write.h"
#include "run/announced.h"
#include "run/archive.h"
#include "run/lists.h"

/* One table under way. */
struct work {
	const struct sw_instance *instance;
	const struct sw_state *state;
	struct sw_announced now;
	struct sw_generation running;
	struct sw_own allowed; /* disjoint ranges, of what the name does not say */
	struct sw_hosts hosts;
	struct sw_guard needed;
	struct sw_routes wanted;
	__u64 boot_ns;
	__u64 next_ns; /* boot time at which the next one ends; 0: none */
};

/* RFC 7999, 3.3: what is wider is no blackhole but a network. */
static bool is_wide(const struct sw_prefix *prefix)
{
	return prefix->length <
	       (prefix->family == SW_IPV4 ? SW_ROUTES_WIDTH_IPV4 : SW_ROUTES_WIDTH_IPV6);
}

static bool may_announce(const struct work *w, const struct sw_prefix *prefix)
{
	size_t at = 0;

	return !is_wide(prefix) && !sw_own_overlaps(&w->allowed, prefix) &&
	       sw_listed(w->running.policy, prefix).standing.kind != SW_KIND_ALLOW &&
	       !sw_guard_find(&w->needed, &at, prefix);
}

static int want(struct work *w, const struct sw_prefix *prefix)
{
	const struct sw_route route = {
		.prefix = *prefix,
		.table = w->now.as.table,
		.metric = w->now.as.metric,
		.protocol = w->now.as.protocol,
		.type = w->now.as.type,
	};

	if (may_announce(w, prefix))
		return sw_routes_add(&w->wanted, &route);
	w->now.left_out++;
	return 0;
}

static int want_zombie(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct work *w = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);

	if (entry->until_ns <= w->boot_ns)
		return 0;
	if (entry->until_ns != SW_LIVE_FOREVER && (!w->next_ns || entry->until_ns < w->next_ns))
		w->next_ns = entry->until_ns;
	return want(w, &prefix);
}

static bool is_blocked(const struct sw_kept *kept, __u8 rank)
{
	const char *name = rank < kept->feeds ? kept->feed[rank].name : "";

	return !strcmp(name, SW_FEED_BLOCK) || !strcmp(name, SW_FEED_FORCED);
}

static int want_blocked(struct work *w, const struct sw_kept *kept)
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

/* By what the generation in force was compiled from. Who was killed behind a publish has
 * not kept that: then by the one before, for what is allowed since is asked for, too. */
static int read_kept(struct work *w, struct sw_kept *kept, struct sw_error *error)
{
	__u64 generation = w->running.policy->settings.generation, before;
	int err = sw_archive_rules(w->instance, generation, kept, error);

	before = err ? sw_archive_before(w->instance, generation) : 0;
	return before ? sw_archive_rules(w->instance, before, kept, error) : err;
}

static int read_rules(struct work *w, struct sw_kept *kept, struct sw_error *error)
{
	int err = sw_generation_running(w->state->map[SW_MAP_policy], &w->running, error);

	if (!err)
		err = read_kept(w, kept, error);
	if (!err)
		err = sw_own_build(&kept->rules->kind[SW_KIND_ALLOW], &w->allowed);
	if (!err)
		err = sw_hosts_read(SW_RESOLV_CONF, &w->hosts, error);
	return err ? err : sw_guard_build(false, &w->hosts, &w->needed);
}

static int collect(struct work *w, struct sw_error *error)
{
	struct sw_kept kept = {};
	int err = read_rules(w, &kept, error);

	w->boot_ns = sw_boottime_ns();
	if (!err && w->now.as.what & SW_ANNOUNCE_ZOMBIES)
		err = sw_live_each(w->state, want_zombie, w);
	if (!err && w->now.as.what & SW_ANNOUNCE_BLOCKED)
		err = want_blocked(w, &kept);
	sw_kept_free(&kept);
	return err;
}

/* A zombie may be blocked, too. */
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

static bool is_in(const struct sw_routes *routes, const struct sw_prefix *prefix)
{
	size_t low = 0, high = routes->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (sw_prefix_compare(&routes->route[middle].prefix, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < routes->count && !sw_prefix_compare(&routes->route[low].prefix, prefix);
}

/* Those that others have learned stay; then the lower addresses come first. */
static int keep_to_most(struct work *w, struct sw_error *error)
{
	struct sw_routes *wanted = &w->wanted, there;
	size_t i, kept = 0, room = w->now.as.most, old = 0;
	int err;

	if (wanted->count <= room)
		return 0;
	err = sw_routes_dump(w->now.as.table, w->now.as.protocol, &there, error);
	if (err)
		return err;
	for (i = 0; i < wanted->count; i++)
		old += is_in(&there, &wanted->route[i].prefix);
	room = room > old ? room - old : 0;
	for (i = 0; i < wanted->count && kept < w->now.as.most; i++) {
		bool was = is_in(&there, &wanted->route[i].prefix);

		if (was || room) {
			room -= !was;
			wanted->route[kept++] = wanted->route[i];
		}
	}
	w->now.over = wanted->count - kept;
	wanted->count = kept;
	sw_routes_free(&there);
	return 0;
}

static int make(struct work *w, struct sw_error *error)
{
	struct sw_routes_written written;
	int err = collect(w, error);

	if (!err) {
		drop_doubles(&w->wanted);
		err = keep_to_most(w, error);
	}
	if (!err)
		err = sw_routes_make(w->now.as.table, w->now.as.protocol, &w->wanted, &written,
				     error);
	if (err)
		return err;
	w->now.taken = written.taken;
	w->now.routes = w->wanted.count - written.taken;
	return 0;
}

/* Said when it begins, for the daemon looks every minute. */
static void tell(const struct sw_announced *before, const struct sw_announced *now)
{
	if (now->trouble[0] && strcmp(before->trouble, now->trouble))
		sw_warn("announce: %s; what is announced stays as it is", now->trouble);
	if (now->over && !before->over)
		sw_warn("announce: %llu routes are not announced, for that would be more than "
			"max_routes: %u",
			now->over, now->as.most);
	if (now->taken && !before->taken)
		sw_warn("announce: %llu routes are not announced, for others' routes are in their "
			"place in table %u",
			now->taken, now->as.table);
}

static void free_work(struct work *w)
{
	sw_generation_close(&w->running);
	sw_own_free(&w->allowed);
	sw_guard_free(&w->needed);
	sw_routes_free(&w->wanted);
	free(w->hosts.host);
}

static bool announce(struct work *w, const struct sw_announced *before)
{
	struct sw_error error = {};
	int err;

	w->now.over = w->now.left_out = 0;
	w->now.trouble[0] = '\0';
	err = make(w, &error);
	if (err) {
		w->now.routes = before->routes;
		snprintf(w->now.trouble, sizeof(w->now.trouble), "%.255s",
			 error.text[0] ? error.text : strerror(-err));
	}
	tell(before, &w->now);
	if (memcmp(before, &w->now, sizeof(*before)) &&
	    sw_announced_write(w->instance, &w->now, &error))
		sw_warn("%s", error.text);
	free_work(w);
	return !err;
}

/* All of ours go from a table. */
static bool clear(const struct sw_announced *announced)
{
	struct sw_routes_written written;
	struct sw_routes none = {};
	struct sw_error error = {};

	if (announced->netns && announced->netns != sw_announced_netns()) {
		sw_warn("announce: the routes in table %u are in another network namespace, and stay",
			announced->as.table);
		return false;
	}
	if (!sw_routes_make(announced->as.table, announced->as.protocol, &none, &written, &error))
		return true;
	sw_warn("announce: %s", error.text);
	return false;
}

static bool is_elsewhere(const struct sw_announce_config *a, const struct sw_announce_config *b)
{
	return a->table && (a->table != b->table || a->protocol != b->protocol);
}

/* Where routes may come to be is written down before they do. */
static bool note_place(struct work *w)
{
	struct sw_error error = {};

	if (!sw_announced_write(w->instance, &w->now, &error))
		return true;
	sw_warn("%s; nothing is announced, for nobody could take it back", error.text);
	return false;
}

bool sw_announce_publish(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_config *config)
{
	struct work w = { .instance = instance, .state = state, .running = SW_NO_GENERATION };
	struct sw_error error = {};
	struct sw_announced before;
	bool done = true;
	int err = sw_announced_read(instance, &before, &error);

	if (err && err != -ENOENT)
		sw_warn("%s", error.text);
	if (is_elsewhere(&before.as, &config->announce)) {
		done = clear(&before);
		before = (struct sw_announced){};
		if (!config->announce.table && done)
			sw_announced_forget(instance);
	}
	if (!config->announce.table)
		return done;
	w.now = before;
	w.now.as = config->announce;
	w.now.netns = sw_announced_netns();
	if (memcmp(&before.as, &w.now.as, sizeof(before.as)) || before.netns != w.now.netns) {
		if (!note_place(&w))
			return false;
	}
	return announce(&w, &before) && done;
}

bool sw_announce_again(const struct sw_instance *instance, const struct sw_state *state,
		       __u64 *next_ms)
{
	struct work w = { .instance = instance, .state = state, .running = SW_NO_GENERATION };
	struct sw_announced before;
	bool done;

	if (next_ms)
		*next_ms = ~0ULL;
	if (sw_announced_read(instance, &w.now, NULL))
		return true;
	if (w.now.netns != sw_announced_netns()) {
		sw_warn("announce: table %u is in another network namespace, and stays as it is",
			w.now.as.table);
		return false;
	}
	before = w.now;
	done = announce(&w, &before);
	if (next_ms && w.next_ns)
		*next_ms = w.next_ns > w.boot_ns ? (w.next_ns - w.boot_ns) / 1000000 + 1 : 0;
	return done;
}

bool sw_announce_withdraw(const struct sw_instance *instance)
{
	struct sw_announced announced;

	if (sw_announced_read(instance, &announced, NULL))
		return true;
	if (!clear(&announced))
		return false;
	sw_announced_forget(instance);
	return true;
}
