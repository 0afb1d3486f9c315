// SPDX-License-Identifier: GPL-2.0
#include "run/announce.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/open.h"
#include "route/write.h"
#include "run/announce_few.h"
#include "run/announcing.h"

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
static int keep_to_most(struct sw_announcing *w, struct sw_error *error)
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

static int make(struct sw_announcing *w, struct sw_error *error)
{
	struct sw_routes_written written;
	int err = sw_announcing_collect(w, error);

	if (!err)
		err = keep_to_most(w, error);
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

/* Notes what became of it. */
static bool end(struct sw_announcing *w, const struct sw_announced *before, int err,
		const struct sw_error *why)
{
	struct sw_error error = {};

	if (err) {
		w->now.routes = before->routes;
		w->now.whole.generation = 0;
		snprintf(w->now.trouble, sizeof(w->now.trouble), "%.255s",
			 why->text[0] ? why->text : strerror(-err));
	}
	tell(before, &w->now);
	if (!sw_announced_same(before, &w->now) && sw_announced_write(w->instance, &w->now, &error))
		sw_warn("%s", error.text);
	sw_announcing_close(w);
	return !err;
}

static bool announce(struct sw_announcing *w, const struct sw_announced *before)
{
	struct sw_error error = {};
	int err;

	w->now.over = w->now.left_out = 0;
	w->now.trouble[0] = '\0';
	w->wanted.count = 0;
	err = w->open ? 0 : sw_announcing_open(w, &error);
	if (!err)
		err = make(w, &error);
	return end(w, before, err, &error);
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
static bool note_place(struct sw_announcing *w)
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
	struct sw_announcing w = { .instance = instance,
				   .state = state,
				   .running = SW_NO_GENERATION };
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
	if (!sw_announced_as_same(&before.as, &w.now.as) || before.netns != w.now.netns) {
		if (!note_place(&w))
			return false;
	}
	return announce(&w, &before) && done;
}

bool sw_announce_goes_on(const struct sw_instance *instance, const struct sw_config *config,
			 __u64 follows, __u64 generation)
{
	struct sw_announced now;
	int err = sw_announced_read(instance, &now, NULL);

	if (err == -ENOENT)
		return !config->announce.table;
	if (err || !sw_announced_as_same(&now.as, &config->announce) ||
	    now.netns != sw_announced_netns() || now.whole.generation != follows || now.trouble[0])
		return false;
	now.whole.generation = generation;
	return !sw_announced_write(instance, &now, NULL);
}

/* What is announced here: 1; 0: nothing is; -EXDEV: elsewhere, which is said. */
static int read_here(const struct sw_instance *instance, struct sw_announced *now)
{
	if (sw_announced_read(instance, now, NULL))
		return 0;
	if (now->netns == sw_announced_netns())
		return 1;
	sw_warn("announce: table %u is in another network namespace, and stays as it is",
		now->as.table);
	return -EXDEV;
}

bool sw_announce_again(const struct sw_instance *instance, const struct sw_state *state,
		       __u64 *next_ms)
{
	struct sw_announcing w = { .instance = instance,
				   .state = state,
				   .running = SW_NO_GENERATION };
	struct sw_announced before;
	int here = read_here(instance, &w.now);
	__u64 end_ns;
	bool done;

	if (next_ms)
		*next_ms = ~0ULL;
	if (here <= 0)
		return !here;
	before = w.now;
	done = announce(&w, &before);
	end_ns = w.now.whole.next_ns;
	if (next_ms && end_ns)
		*next_ms = end_ns > w.boot_ns ? (end_ns - w.boot_ns) / 1000000 + 1 : 0;
	return done;
}

/* `change` NULL: what the datapath has listed. */
static bool announce_few(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_announce_change *change)
{
	struct sw_announcing w = { .instance = instance,
				   .state = state,
				   .running = SW_NO_GENERATION };
	struct sw_error error = {};
	struct sw_announced before;
	int here = read_here(instance, &w.now);
	int err;

	if (here <= 0)
		return !here;
	before = w.now;
	err = sw_announcing_open(&w, &error);
	if (!err)
		err = change ? sw_announce_few_changed(&w, change, &error)
			     : sw_announce_few_detected(&w, &error);
	if (!err || !w.open)
		return end(&w, &before, err, &error);
	w.now = before;
	return announce(&w, &before);
}

bool sw_announce_changed(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_announce_change *change)
{
	return announce_few(instance, state, change);
}

int sw_announce_heard(const struct sw_instance *instance, bool all)
{
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_TRY_WRITE, &state, NULL);

	if (err)
		return err;
	if (all)
		sw_announce_again(instance, state, NULL);
	else
		announce_few(instance, state, NULL);
	sw_state_close(state);
	return 0;
}

void sw_announce_cases(const struct sw_instance *instance)
{
	struct sw_announced now;
	struct sw_state *state;

	if (sw_announced_read(instance, &now, NULL) || !(now.as.what & SW_ANNOUNCE_CASES) ||
	    sw_state_open(instance->pin_dir, SW_WRITE, &state, NULL))
		return;
	sw_announce_again(instance, state, NULL);
	sw_state_close(state);
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
