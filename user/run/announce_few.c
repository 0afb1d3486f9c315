// SPDX-License-Identifier: GPL-2.0
#include "run/announce_few.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "kernel/health.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "route/write.h"

#define MARGIN_NS 1000000000ULL /* from the datapath's look at its clock to its entry */

/* Whether the table was whole at `changes`, and nothing that it is made of is another. */
static bool is_whole(const struct sw_announcing *w, __u64 changes)
{
	const struct sw_announced *now = &w->now;
	char map[sizeof(now->whole.map)];

	return now->whole.generation &&
	       now->whole.generation == w->running.policy->settings.generation &&
	       now->whole.changes == changes && sw_live_is_still(changes) &&
	       !sw_live_identity(w->state, map, sizeof(map)) && !strcmp(map, now->whole.map) &&
	       (!now->whole.next_ns || now->whole.next_ns > w->boot_ns) && !now->trouble[0] &&
	       !now->over && !now->taken;
}

static int put(struct sw_announcing *w, bool adding, struct sw_routes_written *written,
	       struct sw_error *error)
{
	sw_routes_sort(&w->wanted);
	return sw_routes_put(w->now.as.table, w->now.as.protocol, adding, &w->wanted, written,
			     error);
}

static struct sw_prefix prefix_of(const struct sw_announce_change *change, size_t i)
{
	return sw_live_prefix(&change->key[i], &(struct sw_live){ .length = change->length });
}

static bool was_listed(const struct sw_announce_change *change, size_t i)
{
	return change->before[i].until_ns > change->now_ns;
}

/* Those that were listed before, or were not. */
static int want(struct sw_announcing *w, const struct sw_announce_change *change, bool was,
		__u64 *left_out)
{
	size_t i;
	int err = 0;

	w->wanted.count = 0;
	for (i = 0; i < change->count && !err; i++) {
		struct sw_prefix prefix = prefix_of(change, i);

		if (was_listed(change, i) != was)
			continue;
		if (sw_announcing_may(w, &prefix))
			err = sw_announcing_add(w, &prefix);
		else
			(*left_out)++;
	}
	return err;
}

/* Of those that are new none may be there; of the others some may be missing. */
static int enter(struct sw_announcing *w, const struct sw_announce_change *change,
		 struct sw_error *error)
{
	struct sw_routes_written written = {};
	__u64 left_out = 0, left_before = 0;
	int err = want(w, change, false, &left_out);

	if (!err && w->now.routes + w->wanted.count > w->now.as.most)
		return -ESTALE;
	if (!err)
		err = put(w, true, &written, error);
	if (!err && written.taken)
		return -ESTALE;
	if (!err) {
		w->now.routes += written.added;
		w->now.left_out += left_out;
		err = want(w, change, true, &left_before);
	}
	return err ? err : put(w, true, &written, error);
}

/* What is announced for another reason, too, stays. */
static int lift(struct sw_announcing *w, const struct sw_announce_change *change,
		struct sw_error *error)
{
	struct sw_routes_written written = {};
	size_t i;
	int err = 0;

	if (w->now.as.what & SW_ANNOUNCE_CASES)
		return -ESTALE;
	for (i = 0; i < change->count && !err; i++) {
		struct sw_prefix prefix = prefix_of(change, i);

		if (!was_listed(change, i))
			continue;
		if (w->now.as.what & SW_ANNOUNCE_BLOCKED &&
		    sw_listed(w->running.policy, &prefix).cnc)
			return -ESTALE;
		err = sw_announcing_add(w, &prefix);
	}
	i = w->wanted.count;
	if (!err)
		err = put(w, false, &written, error);
	if (err || written.removed > w->now.routes || i - written.removed > w->now.left_out)
		return err ? err : -ESTALE;
	w->now.routes -= written.removed;
	w->now.left_out -= i - written.removed;
	return 0;
}

static bool has_networks(const struct sw_announce_change *change)
{
	size_t i;

	for (i = 0; i < change->count; i++) {
		if (prefix_of(change, i).family == SW_IPV6)
			return true;
	}
	return false;
}

int sw_announce_few_changed(struct sw_announcing *w, const struct sw_announce_change *change,
			    struct sw_error *error)
{
	size_t i;
	int err = 0;

	if (!(w->now.as.what & SW_ANNOUNCE_ZOMBIES) || !is_whole(w, change->changes))
		return -ESTALE;
	if (change->after && has_networks(change))
		err = sw_announcing_read_allowed(w, error);
	if (!err)
		err = change->after ? enter(w, change, error) : lift(w, change, error);
	if (err)
		return err;
	for (i = 0; change->after && i < change->count; i++)
		sw_announcing_note_end(w, change->after[i].until_ns);
	w->now.whole.changes = sw_health_get(w->state, SW_HEALTH_LIVE_CHANGES);
	return 0;
}

static int want_detected(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct sw_announcing *w = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);

	if (entry->origin != SW_ORIGIN_DETECTED || entry->until_ns <= w->boot_ns ||
	    entry->since_ns + MARGIN_NS < w->now.whole.at_ns)
		return 0;
	sw_announcing_note_end(w, entry->until_ns);
	return sw_announcing_may(w, &prefix) ? sw_announcing_add(w, &prefix) : 0;
}

int sw_announce_few_detected(struct sw_announcing *w, struct sw_error *error)
{
	__u64 changes = sw_health_get(w->state, SW_HEALTH_LIVE_CHANGES);
	struct sw_routes_written written = {};
	int err;

	if (!(w->now.as.what & SW_ANNOUNCE_ZOMBIES))
		return 0;
	if (!is_whole(w, changes))
		return -ESTALE;
	err = sw_announcing_read_allowed(w, error);
	if (!err)
		err = sw_live_each(w->state, want_detected, w);
	if (!err && w->now.routes + w->wanted.count > w->now.as.most)
		return -ESTALE;
	if (!err)
		err = put(w, true, &written, error);
	if (err)
		return err;
	w->now.routes += written.added;
	w->now.whole.at_ns = w->boot_ns;
	return 0;
}
