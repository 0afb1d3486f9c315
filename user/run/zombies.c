// SPDX-License-Identifier: GPL-2.0
#include "run/zombies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/health.h"
#include "run/announce.h"
#include "run/zombies_change.h"
#include "run/zombies_join.h"
#include "table4.h"
#include "table6.h"

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

static bool is_on_disk(const struct sw_zombie_change *c, const struct sw_prefix *prefix)
{
	struct sw_prefix cut = *prefix;
	struct sw_kept_zombie kept;

	sw_prefix_clear_host_bits(&cut);
	return c->store && sw_zombies_find(c->store, &cut, &kept, NULL) == 1;
}

/* The number refused. */
static size_t check_orders(const struct sw_zombie_change *c, const struct sw_zombie_order *order,
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

static void fill_entry(struct sw_zombie_change *c, size_t i, const struct sw_zombie_order *order)
{
	struct sw_live *entry = &c->after[i];

	*entry = (struct sw_live){
		.since_ns = sw_zombies_change_had(c, i) ? c->before[i].since_ns : c->moment.boot_ns,
		.until_ns = SW_LIVE_FOREVER,
		.origin = order->origin,
		.length = c->length,
	};
	if (order->duration_ns)
		entry->until_ns = c->moment.boot_ns + order->duration_ns;
	memcpy(entry->why, order->why, sizeof(entry->why));
	c->kept[i] = sw_zombie_to_kept(&c->key[i], entry, &c->moment);
}

static int enter(struct sw_zombie_change *c, const struct sw_zombie_order *order)
{
	struct sw_sweep sweep;
	char text[SW_PREFIX_TEXT];
	size_t i;
	int err = 0;

	for (i = 0; i < c->count && !err; i++) {
		c->key[i] = sw_live_key(&order[i].prefix, c->length);
		err = sw_zombies_change_look(c, i);
		if (!err)
			fill_entry(c, i, &order[i]);
	}
	if (err)
		return err;
	sw_zombies_change_write(c, NULL, c->count);
	err = sw_live_add(c->state, c->key, c->after, c->count);
	if (err == -ENOSPC) { /* perhaps only the dead fill it */
		sw_live_sweep(c->state, &sweep);
		err = sw_live_add(c->state, c->key, c->after, c->count);
	}
	if (!err) {
		sw_zombies_change_settle(c, "zombie add");
		return 0;
	}
	sw_zombies_change_take_back(c);
	sw_prefix_format(&c->kept[0].prefix, text);
	return sw_fail(c->error, err, "cannot add %s%s: %s", text,
		       c->count > 1 ? " and others" : "",
		       err == -ENOSPC ? "the table of live zombies is full" : strerror(-err));
}

/* One that the kernel does not have may still be on disk: it has ended, or is of
 * a length that no source is cut to any more. */
static int look_on_disk(struct sw_zombie_change *c, struct sw_zombie_order *order,
			const struct sw_prefix *prefix)
{
	struct sw_kept_zombie kept;
	struct sw_error why = {};
	int found = 0;

	if (c->store)
		found = sw_zombies_find(c->store, prefix, &kept, &why);
	if (found < 0) {
		sw_zombies_change_forget_store(c, &why);
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
static int find_orders(struct sw_zombie_change *c, struct sw_zombie_order *order,
		       struct sw_prefix **lifted, size_t *count)
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
			err = sw_zombies_change_look(c, i);
			prefix = sw_live_prefix(&c->key[i],
						&(struct sw_live){ .length = c->length });
			order[i].found = sw_zombies_change_had(c, i);
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

static int lift(struct sw_zombie_change *c, struct sw_zombie_order *order)
{
	struct sw_prefix *lifted;
	char text[SW_PREFIX_TEXT];
	size_t i, count;
	int err;

	err = find_orders(c, order, &lifted, &count);
	if (err || !count)
		goto out;
	sw_zombies_change_write(c, lifted, count);
	for (i = 0; i < c->count && !err; i++) {
		if (!sw_zombies_change_had(c, i))
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
			/* The others are not touched by taking back. */
			if (sw_zombies_change_had(c, i))
				c->kept[i] =
					sw_zombie_to_kept(&c->key[i], &c->before[i], &c->moment);
		}
		sw_zombies_change_take_back(c);
	} else {
		sw_zombies_change_settle(c, "zombie del");
	}
out:
	free(lifted);
	return err;
}

/* What is in force stays so, whatever others learn of it. */
static void announce(const struct sw_instance *instance, const struct sw_zombie_change *c,
		     bool entering)
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
	struct sw_zombie_change c = { instance->cause, .generation = SW_NO_GENERATION,
				      .error = error };
	int err;

	err = sw_zombies_change_open(instance, &c);
	if (!err)
		err = sw_zombies_change_allocate(&c, count);
	if (!err && check_orders(&c, order, entering, refuse, ctx))
		err = -EPERM;
	if (!err) {
		c.changes = sw_health_get(c.state, SW_HEALTH_LIVE_CHANGES);
		err = entering ? enter(&c, order) : lift(&c, order);
	}
	if (!err)
		announce(instance, &c, entering);
	sw_zombies_change_close(&c);
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
