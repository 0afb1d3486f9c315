// SPDX-License-Identifier: GPL-2.0
/*
 * On disk first, then published. Who is killed in between leaves a change that is
 * not published yet: so `list` says, and the daemon and the next publish see to it.
 */
#include "run/lists_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/read.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/apply.h"
#include "run/lists_guard.h"
#include "store/audit.h"
#include "store/lists_copy.h"
#include "table4.h"
#include "table6.h"

/* One change under way. */
struct work {
	const struct sw_instance *instance;
	struct sw_list_change *change;
	struct sw_store *store;
	struct sw_ordered *before; /* in the order of the orders; .since_ms 0: was not there */
	struct sw_ordered *after;
	struct sw_error *error;
	__s64 now_ms;
};

static bool is_loaded(const struct sw_instance *instance)
{
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_READ, &state, NULL);

	if (!err)
		sw_state_close(state);
	return err != -ENOENT; /* what is wrong with it, the publish will say */
}

static void fill_entry(struct work *w, size_t i, const struct sw_person *person)
{
	const struct sw_list_order *order = &w->change->order[i];
	struct sw_ordered *entry = &w->after[i];

	*entry = (struct sw_ordered){
		.list = w->change->list,
		.prefix = order->prefix,
		.since_ms = w->before[i].since_ms ? w->before[i].since_ms : w->now_ms,
		.until_ms = SW_LISTED_FOREVER,
		.forced = w->change->force,
		.interval_ns = w->change->interval_ns,
	};
	if (order->duration_ns)
		entry->until_ms = w->now_ms + (__s64)(order->duration_ns / 1000000);
	snprintf(entry->name, sizeof(entry->name), "%s", person->name);
	snprintf(entry->why, sizeof(entry->why), "%s", order->why);
}

/* How many there are to be changed, or -errno. */
static int look(struct work *w)
{
	struct sw_list_change *change = w->change;
	struct sw_person person;
	__s64 lifted_ms = w->now_ms;
	size_t i;
	int found, wanted = 0;

	found = change->adding ? 0 : sw_lists_lifted(w->store, &lifted_ms, w->error);
	if (found < 0)
		return found;
	sw_person_self(&person);
	for (i = 0; i < change->count; i++) {
		found = sw_lists_find(w->store, change->list, &change->order[i].prefix,
				      &w->before[i], w->error);
		if (found < 0)
			return found;
		if (!found || w->before[i].until_ms <= lifted_ms)
			w->before[i] = (struct sw_ordered){};
		change->order[i].found = w->before[i].since_ms != 0;
		wanted += change->adding || change->order[i].found;
		if (change->adding)
			fill_entry(w, i, &person);
	}
	return wanted;
}

static int write_rows(struct work *w)
{
	struct sw_list_change *change = w->change;
	__u64 ended;
	size_t i;
	int err;

	err = sw_lists_expire(w->store, w->now_ms, &ended, w->error);
	if (!err && change->adding)
		err = sw_lists_put(w->store, w->after, change->count, w->error);
	for (i = 0; i < change->count && !err && !change->adding; i++)
		err = sw_lists_drop(w->store, change->list, &change->order[i].prefix, w->error);
	return err;
}

static int write_back(struct work *w)
{
	struct sw_list_change *change = w->change;
	size_t i;
	int err = 0;

	for (i = 0; i < change->count && !err; i++)
		err = sw_lists_drop(w->store, change->list, &change->order[i].prefix, w->error);
	for (i = 0; i < change->count && !err; i++) {
		if (w->before[i].since_ms)
			err = sw_lists_put(w->store, &w->before[i], 1, w->error);
	}
	return err;
}

/* Writes to the store in one transaction, and then the copy. */
static int write_all(struct work *w, int (*write)(struct work *w), const char *verb)
{
	struct sw_error error = {};
	int err;

	err = sw_store_begin(w->store, w->error);
	if (!err)
		err = write(w);
	if (!err)
		err = sw_lists_note_change(w->store, w->error);
	if (!err && verb)
		err = sw_audit_add(w->store, verb, 0, w->error);
	if (!err)
		err = sw_store_commit(w->store, w->error);
	if (err) {
		sw_store_rollback(w->store);
		return err;
	}
	if (sw_lists_copy(w->store, w->instance->state_dir, &error))
		sw_warn("%s; the lists have no copy", error.text);
	return 0;
}

static __u8 find(const struct sw_policy *policy, enum sw_set set, const struct sw_prefix *prefix)
{
	const struct sw_layout *layout = &policy->settings.layout;

	if (prefix->family == SW_IPV4)
		return sw_table4_lookup(policy, layout, set, prefix->address);
	return sw_table6_lookup(policy, layout, set, sw_to_in6(prefix->address));
}

static bool is_overruled(const struct sw_list_change *change, const struct sw_policy *policy,
			 const struct sw_prefix *prefix)
{
	const struct sw_standing *standing;

	if (change->list == SW_LIST_BLOCK)
		return change->adding && !find(policy, SW_SET_CNC, prefix);
	standing = &policy->settings.standing[find(policy, SW_SET_MAIL, prefix)];
	return change->adding ? sw_lets_mail_to(standing, SW_UPSTREAM) : standing->brake_feed != 0;
}

/* Allow wins: who blocks in a hurry is to know where it does. Likewise, what is said of
 * bounces may not be all. */
static void find_overruled(struct work *w)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_list_change *change = w->change;
	struct sw_state *state;
	size_t i;

	if (change->list == SW_LIST_ALLOW ||
	    sw_state_open(w->instance->pin_dir, SW_READ, &state, NULL))
		return;
	if (!sw_generation_running(state->map[SW_MAP_policy], &running, NULL)) {
		for (i = 0; i < change->count; i++)
			change->order[i].overruled =
				is_overruled(change, running.policy, &change->order[i].prefix);
	}
	sw_generation_close(&running);
	sw_state_close(state);
}

static int publish(struct work *w)
{
	struct sw_apply_result result;
	struct sw_error error = {};
	int err, undone;

	if (!is_loaded(w->instance)) {
		w->change->kept_only = true;
		return 0;
	}
	err = sw_reload(w->instance, &result, w->error);
	if (!err) {
		w->change->partial = result.partial;
		sw_config_free(result.config);
		find_overruled(w);
		return 0;
	}
	w->error = &error; /* what failed is what counts */
	undone = write_all(w, write_back, NULL);
	if (undone)
		sw_warn("%s; the change stays on disk and comes in force with the next publish",
			error.text);
	return err;
}

static int change_store(struct work *w)
{
	static const char *const verbs[SW_LISTS][2] = {
		{ "allow del", "allow add" },
		{ "block del", "block add" },
		{ "bounces on", "bounces" },
	};
	int wanted, err;

	w->before = calloc(w->change->count + 1, sizeof(*w->before));
	w->after = calloc(w->change->count + 1, sizeof(*w->after));
	if (!w->before || !w->after)
		return -ENOMEM;
	err = sw_lists_recover(w->store, w->instance->state_dir, w->error);
	if (err)
		return err;
	wanted = look(w);
	if (wanted <= 0)
		return wanted;
	err = write_all(w, write_rows, verbs[w->change->list][w->change->adding]);
	return err ? err : publish(w);
}

int sw_lists_change(const struct sw_instance *instance, struct sw_list_change *change,
		    struct sw_error *error)
{
	struct work w = {
		.instance = instance,
		.change = change,
		.error = error,
		.now_ms = sw_wall_ms(),
	};
	int err = sw_lists_guard(instance, change, error);

	if (!err)
		err = sw_store_open(instance->state_dir, SW_STORE_CREATE, &w.store, error);
	if (!err)
		err = change_store(&w);
	sw_store_close(w.store);
	free(w.before);
	free(w.after);
	return err;
}
