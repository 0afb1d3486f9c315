// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/live_output.h"
#include "cli/orders.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "kernel/live.h"
#include "kernel/open.h"
#include "run/confirm.h"
#include "run/zombies.h"
#include "store/subscribers.h"

#define NAMED 5 /* of many, the first few */

static void refuse(void *ctx, const struct sw_zombie_order *order, const char *why)
{
	char text[SW_PREFIX_TEXT];

	sw_prefix_format(&order->prefix, text);
	sw_orders_refuse(ctx, order->line, text, strlen(text), why);
}

static void say_not_found(const struct sw_orders *orders, const struct sw_zombie_order *order)
{
	char text[SW_PREFIX_TEXT], when[32], where[128] = "";

	sw_prefix_format(&order->prefix, text);
	if (order->line)
		snprintf(where, sizeof(where), "%s:%u: ", orders->source, order->line);
	if (order->ended_ms)
		sw_note("%s%s ended at %s; there is nothing to lift", where, text,
			sw_format_time(order->ended_ms / 1000, when, sizeof(when)));
	else
		sw_note("%s%s is no live zombie; there is nothing to lift (see `spamweir lookup %s`)",
			where, text, text);
}

/* Behind an address that a translator shares, others send mail, too. What the store does not
 * tell is no reason not to do as was ordered. */
static void say_whom_it_hits(const struct sw_options *options, const struct sw_orders *orders)
{
	struct sw_subscriber subscriber;
	struct sw_error error = {};
	char text[SW_PREFIX_TEXT];
	struct sw_store *store;
	size_t i, shared = 0;

	if (sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error))
		return;
	for (i = 0; i < orders->count; i++) {
		const struct sw_prefix *prefix = &orders->order[i].prefix;

		if (sw_subscriber_at(store, prefix, SW_ANY_PORT, sw_wall_ms(), &subscriber,
				     &error) <= 0 ||
		    !subscriber.shared || shared++ >= NAMED)
			continue;
		sw_warn("%s is shared by several subscribers, such as %s: the mail of all of them is "
			"dropped (`spamweir zombie del %s` ends that)",
			sw_prefix_format(prefix, text), subscriber.account, text);
	}
	if (shared > NAMED)
		sw_warn("%s: %zu of %zu are shared by several subscribers", orders->source, shared,
			orders->count);
	sw_store_close(store);
}

static void say_of_lifted(const struct sw_orders *orders, const struct sw_zombie_order *order)
{
	size_t i, missing = 0;

	for (i = 0; i < orders->count; i++) {
		if (!order[i].found && missing++ < NAMED)
			say_not_found(orders, &order[i]);
	}
	if (missing > NAMED)
		sw_note("%s: %zu of %zu were not listed", orders->source, missing, orders->count);
}

static struct sw_zombie_order *to_zombies(const struct sw_orders *orders)
{
	struct sw_zombie_order *out = calloc(orders->count + 1, sizeof(*out));
	size_t i;

	for (i = 0; out && i < orders->count; i++) {
		const struct sw_order *order = &orders->order[i];

		out[i] = (struct sw_zombie_order){
			.prefix = order->prefix,
			.duration_ns = order->duration_ns,
			.line = order->line,
		};
		memcpy(out[i].why, order->why.at, order->why.size);
	}
	return out;
}

static int change(const struct sw_options *options, bool adding, struct sw_orders *orders,
		  struct sw_error *error)
{
	struct sw_zombie_order *order = to_zombies(orders);
	int err;

	if (!order)
		return -ENOMEM;
	if (adding)
		err = sw_zombies_enter(&options->instance, order, orders->count, refuse, orders,
				       error);
	else
		err = sw_zombies_lift_all(&options->instance, order, orders->count, refuse, orders,
					  error);
	if (!err && adding)
		say_whom_it_hits(options, orders);
	if (!err && !adding)
		say_of_lifted(orders, order);
	if (orders->bad)
		err = sw_orders_refused(orders, error);
	free(order);
	return err;
}

/* Whether an IPv6 prefix has the right length, the state knows. */
static int check_addresses(struct sw_orders *orders, struct sw_error *error)
{
	char text[SW_PREFIX_TEXT];
	size_t i;

	for (i = 0; i < orders->count; i++) {
		const struct sw_order *order = &orders->order[i];

		if (order->prefix.family == SW_IPV4 && order->prefix.length < 32) {
			sw_prefix_format(&order->prefix, text);
			sw_orders_refuse(orders, order->line, text, strlen(text),
					 "expected an address: live zombies are single ones");
		}
	}
	return orders->bad ? sw_orders_refused(orders, error) : 0;
}

static int read_and_change(const struct sw_options *options, bool adding)
{
	struct sw_orders orders = {};
	struct sw_error error = {};
	int code = SW_EXIT_DONE, err;

	sw_confirm_enforce(&options->instance);
	err = sw_orders_read(options, SW_WHY_SIZE, &orders, &error);
	if (!err)
		err = check_addresses(&orders, &error);
	if (err) {
		code = sw_print_error(&error, err);
		code = err == -EINVAL && !orders.filed ? SW_EXIT_USAGE : code;
	} else {
		err = change(options, adding, &orders, &error);
		if (err)
			code = sw_print_error(&error, err);
	}
	sw_orders_free(&orders);
	return code;
}

struct listing {
	__u64 now; /* boot time in ns */
	bool json;
	bool any;
};

static int print_entry(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct listing *listing = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);
	char text[SW_PREFIX_TEXT], since[SW_LIVE_TEXT], end[SW_LIVE_TEXT];

	if (entry->until_ns <= listing->now)
		return 0;
	listing->any = true;
	if (listing->json)
		return sw_print_json(sw_live_json(&prefix, entry, listing->now));
	sw_prefix_format(&prefix, text);
	printf("%-39s since %s, %s, %s%s%s; lift: spamweir zombie del %s\n", text,
	       sw_live_since(entry, listing->now, since), sw_live_end(entry, listing->now, end),
	       sw_origin_name(entry->origin), entry->why[0] ? ": " : "", entry->why, text);
	return 0;
}

int cmd_zombie_add(const struct sw_options *options)
{
	return read_and_change(options, true);
}

int cmd_zombie_del(const struct sw_options *options)
{
	return read_and_change(options, false);
}

int cmd_zombie_list(const struct sw_options *options)
{
	struct listing listing = { .now = sw_boottime_ns(), .json = options->json };
	struct sw_state *state = NULL;
	struct sw_error error = {};
	int err;

	err = sw_state_open(options->instance.pin_dir, SW_READ, &state, &error);
	if (!err)
		err = sw_live_each(state, print_entry, &listing);
	if (!err && !listing.any && !listing.json)
		sw_say_empty("there are no live zombies (see `spamweir help zombie add`)");
	sw_state_close(state);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
