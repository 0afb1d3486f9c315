// SPDX-License-Identifier: GPL-2.0
/*
 * On disk first, in one transaction with a number; then in the kernel; then the
 * number is settled. Who is killed before the kernel has all of it leaves a
 * number that the next writer takes there (see zombies_join.c).
 */
#include "run/zombies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/generation.h"
#include "kernel/health.h"
#include "kernel/open.h"
#include "run/announce.h"
#include "run/remember.h"
#include "run/zombies_join.h"
#include "store/audit.h"
#include "table4.h"
#include "table6.h"

#define LOST "what is done now is in force, and forgotten by the next reboot"

/* One change under way. */
struct change {
	const char *cause; /* of the instance */
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_store *store; /* NULL: none */
	struct sw_moment moment;
	__u8 length;
	size_t count;
	struct sw_live_key *key;
	struct sw_live *before; /* until_ns 0: was not listed */
	struct sw_live *after;
	struct sw_kept_zombie *kept;
	__s64 op;
	__u64 changes; /* of live zombies, before this one */
	struct sw_error *error;
};

static void forget_store(struct change *c, const struct sw_error *why)
{
	c->store = sw_remember_no_more(c->store, why, LOST);
}

static int open_change(const struct sw_instance *instance, struct change *c)
{
	struct sw_joined joined = {};
	struct sw_error why = {};
	int err;

	err = sw_state_open(instance->pin_dir, SW_WRITE, &c->state, c->error);
	if (!err)
		err = sw_generation_running(c->state->map[SW_MAP_policy], &c->generation, c->error);
	if (err)
		return err;
	c->length = sw_source_length(&c->generation.policy->settings);
	c->moment = sw_moment_alone();
	c->store = sw_remember(instance, SW_STORE_CREATE, LOST);
	if (!c->store)
		return 0;
	if (sw_zombies_join(c->state, c->store, c->length, false, &joined, &why))
		forget_store(c, &why);
	else
		c->moment = joined.moment;
	return 0;
}

static void close_change(struct change *c)
{
	sw_store_close(c->store);
	sw_generation_close(&c->generation);
	sw_state_close(c->state);
	free(c->key);
	free(c->before);
	free(c->after);
	free(c->kept);
}

static int allocate(struct change *c, size_t count)
{
	c->count = count;
	c->key = calloc(count + 1, sizeof(*c->key));
	c->before = calloc(count + 1, sizeof(*c->before));
	c->after = calloc(count + 1, sizeof(*c->after));
	c->kept = calloc(count + 1, sizeof(*c->kept));
	return c->key && c->before && c->after && c->kept ? 0 : -ENOMEM;
}

static bool is_allowed(const struct sw_policy *policy, const struct sw_prefix *address)
{
	const struct sw_layout *layout = &policy->settings.layout;
	__u8 feed;

	if (address->family == SW_IPV4)
		feed = sw_table4_lookup(policy, layout, SW_SET_MAIL, address->address);
	else
		feed = sw_table6_lookup(policy, layout, SW_SET_MAIL, sw_to_in6(address->address));
	return policy->settings.standing[feed].kind == SW_KIND_ALLOW;
}

static bool is_on_disk(const struct change *c, const struct sw_prefix *prefix)
{
	struct sw_prefix cut = *prefix;
	struct sw_kept_zombie kept;

	sw_prefix_clear_host_bits(&cut);
	return c->store && sw_zombies_find(c->store, &cut, &kept, NULL) == 1;
}

/* The number refused. */
static size_t check_orders(const struct change *c, const struct sw_zombie_order *order,
			   bool entering, sw_zombies_refuse refuse, void *ctx)
{
	size_t i, refused = 0;
	char why[128];

	for (i = 0; i < c->count; i++) {
		if (!sw_live_takes(&order[i].prefix, c->length)) {
			snprintf(
				why, sizeof(why),
				"live zombies are single IPv4 addresses and IPv6 prefixes of length %u",
				c->length);
			if (!entering && is_on_disk(c, &order[i].prefix))
				continue; /* kept, by another length */
		} else if (entering && is_allowed(c->generation.policy, &order[i].prefix)) {
			snprintf(
				why, sizeof(why),
				"it stands in an allow feed and is never a zombie (see `spamweir lookup`)");
		} else {
			continue;
		}
		refuse(ctx, &order[i], why);
		refused++;
	}
	return refused;
}

static int look(struct change *c, size_t i)
{
	int err = sw_live_get(c->state, &c->key[i], &c->before[i]);

	if (err && err != -ENOENT)
		return sw_fail(c->error, err, "cannot read the live zombies: %s", strerror(-err));
	if (err)
		c->before[i].until_ns = 0;
	return 0;
}

static bool was_in_force(const struct change *c, size_t i)
{
	return c->before[i].until_ns > c->moment.boot_ns;
}

static void fill_entry(struct change *c, size_t i, const struct sw_zombie_order *order)
{
	struct sw_live *entry = &c->after[i];

	*entry = (struct sw_live){
		.since_ns = was_in_force(c, i) ? c->before[i].since_ns : c->moment.boot_ns,
		.until_ns = SW_LIVE_FOREVER,
		.origin = order->origin,
		.length = c->length,
	};
	if (order->duration_ns)
		entry->until_ns = c->moment.boot_ns + order->duration_ns;
	memcpy(entry->why, order->why, sizeof(entry->why));
	c->kept[i] = sw_zombie_to_kept(&c->key[i], entry, &c->moment);
}

/* Writes to disk, with a number that is not settled. */
static void write_to_disk(struct change *c, const struct sw_prefix *lifted, size_t count)
{
	struct sw_error why = {};
	int err;

	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	if (!err)
		err = sw_zombies_next_op(c->store, &c->op, &why);
	if (!err && lifted)
		err = sw_zombies_lift(c->store, lifted, count, c->op, &why);
	else if (!err)
		err = sw_zombies_put(c->store, c->kept, count, c->op, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		forget_store(c, &why);
}

static void settle(struct change *c, const char *verb)
{
	struct sw_error why = {};
	int err;

	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	if (!err)
		err = sw_zombies_settle(c->store, c->op, &why);
	if (!err && verb)
		err = sw_audit_add_as(c->store, verb, c->cause,
				      c->generation.policy->settings.generation, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		forget_store(c, &why);
}

/* The kernel took not all of them: both sides as they were. */
static void take_back(struct change *c)
{
	struct sw_error why = {};
	size_t i;
	int err = 0;

	for (i = c->count; i-- > 0;) {
		if (was_in_force(c, i))
			sw_live_add(c->state, &c->key[i], &c->before[i], 1);
		else
			sw_live_del(c->state, &c->key[i]);
	}
	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	for (i = 0; i < c->count && !err; i++)
		err = sw_zombies_drop(c->store, &c->kept[i].prefix, 1, &why);
	for (i = 0; i < c->count && !err; i++) {
		if (!was_in_force(c, i))
			continue;
		c->kept[i] = sw_zombie_to_kept(&c->key[i], &c->before[i], &c->moment);
		err = sw_zombies_put(c->store, &c->kept[i], 1, c->op, &why);
	}
	if (!err)
		err = sw_zombies_settle(c->store, c->op, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		forget_store(c, &why);
}

static int enter(struct change *c, const struct sw_zombie_order *order)
{
	struct sw_sweep sweep;
	char text[SW_PREFIX_TEXT];
	size_t i;
	int err = 0;

	for (i = 0; i < c->count && !err; i++) {
		c->key[i] = sw_live_key(&order[i].prefix, c->length);
		err = look(c, i);
		if (!err)
			fill_entry(c, i, &order[i]);
	}
	if (err)
		return err;
	write_to_disk(c, NULL, c->count);
	err = sw_live_add(c->state, c->key, c->after, c->count);
	if (err == -ENOSPC) { /* perhaps only the dead fill it */
		sw_live_sweep(c->state, &sweep);
		err = sw_live_add(c->state, c->key, c->after, c->count);
	}
	if (!err) {
		settle(c, "zombie add");
		return 0;
	}
	take_back(c);
	sw_prefix_format(&c->kept[0].prefix, text);
	return sw_fail(c->error, err, "cannot add %s%s: %s", text,
		       c->count > 1 ? " and others" : "",
		       err == -ENOSPC ? "the table of live zombies is full" : strerror(-err));
}

/* One that the kernel does not have may still be on disk: it has ended, or is of
 * a length that no source is cut to any more. */
static int look_on_disk(struct change *c, struct sw_zombie_order *order,
			const struct sw_prefix *prefix)
{
	struct sw_kept_zombie kept;
	struct sw_error why = {};
	int found = 0;

	if (c->store)
		found = sw_zombies_find(c->store, prefix, &kept, &why);
	if (found < 0) {
		forget_store(c, &why);
		return 0;
	}
	if (!found)
		return 0;
	order->found = kept.until_ms > c->moment.wall_ms;
	if (!order->found)
		order->ended_ms = kept.until_ms;
	return order->found;
}

/* Those to be lifted, in the order of c->key; *lifted is the caller's. */
static int find_orders(struct change *c, struct sw_zombie_order *order, struct sw_prefix **lifted,
		       size_t *count)
{
	struct sw_prefix prefix;
	size_t i;
	int err = 0;

	*count = 0;
	*lifted = calloc(c->count + 1, sizeof(**lifted));
	if (!*lifted)
		return -ENOMEM;
	for (i = 0; i < c->count && !err; i++) {
		prefix = order[i].prefix;
		c->before[i].length = c->length;
		c->key[i] = sw_live_key(&prefix, c->length);
		if (sw_live_takes(&prefix, c->length)) {
			err = look(c, i);
			prefix = sw_live_prefix(&c->key[i],
						&(struct sw_live){ .length = c->length });
			order[i].found = was_in_force(c, i);
			if (!order[i].found && c->before[i].until_ns)
				order[i].ended_ms =
					sw_moment_to_wall(&c->moment, c->before[i].until_ns);
		} else {
			sw_prefix_clear_host_bits(&prefix);
		}
		if (!err && !order[i].found && !order[i].ended_ms)
			look_on_disk(c, &order[i], &prefix);
		if (!err && order[i].found)
			(*lifted)[(*count)++] = prefix;
	}
	return err;
}

static int lift(struct change *c, struct sw_zombie_order *order)
{
	struct sw_prefix *lifted;
	char text[SW_PREFIX_TEXT];
	size_t i, count;
	int err;

	err = find_orders(c, order, &lifted, &count);
	if (err || !count)
		goto out;
	write_to_disk(c, lifted, count);
	for (i = 0; i < c->count && !err; i++) {
		if (!was_in_force(c, i))
			continue;
		err = sw_live_del(c->state, &c->key[i]);
		if (err == -ENOENT) /* it was named twice */
			err = 0;
		if (err)
			sw_fail(c->error, err, "cannot lift %s: %s",
				sw_prefix_format(&order[i].prefix, text), strerror(-err));
	}
	if (err) {
		for (i = 0; i < c->count; i++) {
			if (was_in_force(c, i)) /* the others are not touched by taking back */
				c->kept[i] =
					sw_zombie_to_kept(&c->key[i], &c->before[i], &c->moment);
		}
		take_back(c);
	} else {
		settle(c, "zombie del");
	}
out:
	free(lifted);
	return err;
}

/* What is in force stays so, whatever others learn of it. */
static void announce(const struct sw_instance *instance, const struct change *c, bool entering)
{
	const struct sw_announce_change change = {
		.key = c->key,
		.before = c->before,
		.after = entering ? c->after : NULL,
		.count = c->count,
		.now_ns = c->moment.boot_ns,
		.changes = c->changes,
		.length = c->length,
	};

	sw_announce_changed(instance, c->state, &change);
}

static int do_orders(const struct sw_instance *instance, struct sw_zombie_order *order,
		     size_t count, bool entering, sw_zombies_refuse refuse, void *ctx,
		     struct sw_error *error)
{
	struct change c = { instance->cause, .generation = SW_NO_GENERATION, .error = error };
	int err;

	err = open_change(instance, &c);
	if (!err)
		err = allocate(&c, count);
	if (!err && check_orders(&c, order, entering, refuse, ctx))
		err = -EPERM;
	if (!err) {
		c.changes = sw_health_get(c.state, SW_HEALTH_LIVE_CHANGES);
		err = entering ? enter(&c, order) : lift(&c, order);
	}
	if (!err)
		announce(instance, &c, entering);
	close_change(&c);
	return err;
}

int sw_zombies_enter(const struct sw_instance *instance, struct sw_zombie_order *order,
		     size_t count, sw_zombies_refuse refuse, void *ctx, struct sw_error *error)
{
	return do_orders(instance, order, count, true, refuse, ctx, error);
}

int sw_zombies_lift_all(const struct sw_instance *instance, struct sw_zombie_order *order,
			size_t count, sw_zombies_refuse refuse, void *ctx, struct sw_error *error)
{
	return do_orders(instance, order, count, false, refuse, ctx, error);
}
