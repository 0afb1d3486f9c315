// SPDX-License-Identifier: GPL-2.0
#include "cli/lists.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/orders.h"
#include "cli/output.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/confirm.h"
#include "run/lists.h"
#include "run/lists_change.h"

static void refuse(void *ctx, const struct sw_list_order *order, const char *why)
{
	char text[SW_PREFIX_TEXT];

	sw_prefix_format(&order->prefix, text);
	sw_orders_refuse(ctx, order->line, text, strlen(text), why);
}

static struct sw_list_order *to_list(const struct sw_orders *orders)
{
	struct sw_list_order *out = calloc(orders->count + 1, sizeof(*out));
	char text[SW_PREFIX_TEXT];
	size_t i;

	for (i = 0; out && i < orders->count; i++) {
		const struct sw_order *order = &orders->order[i];

		out[i] = (struct sw_list_order){
			.prefix = order->prefix,
			.duration_ns = order->duration_ns,
			.line = order->line,
		};
		memcpy(out[i].why, order->why.at, order->why.size);
		if (sw_prefix_clear_host_bits(&out[i].prefix) && !order->line)
			sw_note("taken as %s", sw_prefix_format(&out[i].prefix, text));
	}
	return out;
}

#define NAMED 5 /* of those that were not there */

static void say_result(const struct sw_orders *orders, const struct sw_list_change *change)
{
	const char *list = sw_list_name(change->list);
	char text[SW_PREFIX_TEXT];
	size_t i, missing = 0;

	for (i = 0; i < change->count && !change->adding; i++) {
		if (change->order[i].found || missing++ >= NAMED)
			continue;
		sw_prefix_format(&change->order[i].prefix, text);
		sw_note("%s is not in the list, or has ended; there is nothing to lift (see `spamweir "
			"%s list` and `spamweir lookup`)",
			text, list);
	}
	if (missing > NAMED)
		sw_note("%s: %zu of %zu were not in the list", orders->source, missing,
			orders->count);
	for (i = 0, missing = 0; i < change->count && change->list == SW_LIST_BLOCK; i++) {
		if (!change->order[i].overruled || missing++ >= NAMED)
			continue;
		sw_prefix_format(&change->order[i].prefix, text);
		sw_warn("%s is allowed, so it is not blocked there (see `spamweir lookup`)", text);
	}
	if (missing > NAMED)
		sw_warn("%s: %zu of %zu are allowed", orders->source, missing, orders->count);
}

static int change(const struct sw_options *options, struct sw_orders *orders,
		  struct sw_list_change *change, sw_lists_say say, struct sw_error *error)
{
	int err;

	change->order = to_list(orders);
	if (!change->order)
		return -ENOMEM;
	change->count = orders->count;
	change->refuse = refuse;
	change->ctx = orders;
	err = sw_lists_change(&options->instance, change, error);
	if (!err)
		say(orders, change);
	if (!err && change->kept_only)
		sw_note("nothing is loaded: this is kept for the next load");
	if (orders->bad)
		err = sw_orders_refused(orders, error);
	free(change->order);
	return err;
}

int sw_lists_verb(const struct sw_options *options, enum sw_list list, bool adding)
{
	struct sw_list_change what = { .list = list, .adding = adding, .force = options->force };

	return sw_lists_order(options, &what, say_result);
}

static void add_that_nothing_was_changed(struct sw_error *error)
{
	struct sw_error said = *error;

	sw_fail(error, 0, "%s; nothing was changed", said.text);
}

int sw_lists_order(const struct sw_options *options, struct sw_list_change *what, sw_lists_say say)
{
	struct sw_orders orders = {};
	struct sw_error error = {};
	int code = SW_EXIT_DONE, err;

	sw_confirm_enforce(&options->instance);
	err = sw_orders_read(options, SW_LISTED_WHY, &orders, &error);
	if (err) {
		code = sw_print_error(&error, err);
		code = err == -EINVAL && !orders.filed ? SW_EXIT_USAGE : code;
	} else {
		err = change(options, &orders, what, say, &error);
		if (err == -ENOSPC || err == -EROFS)
			add_that_nothing_was_changed(&error);
		if (err)
			code = sw_print_error(&error, err);
		else if (what->partial)
			code = SW_EXIT_PARTIAL;
	}
	sw_orders_free(&orders);
	return code;
}

bool sw_listed_has_ended(const struct sw_ordered *entry)
{
	return entry->until_ms <= sw_wall_ms();
}

char *sw_listed_text(const struct sw_ordered *entry, char *out, size_t room)
{
	__s64 left = (entry->until_ms - sw_wall_ms()) / 1000;
	char since[32], until[32], in[32], end[96] = "without end";

	if (sw_listed_has_ended(entry))
		snprintf(end, sizeof(end), "ended at %s, in force until the next publish",
			 sw_format_time(entry->until_ms / 1000, until, sizeof(until)));
	else if (entry->until_ms != SW_LISTED_FOREVER)
		snprintf(end, sizeof(end), "until %s, in %s",
			 sw_format_time(entry->until_ms / 1000, until, sizeof(until)),
			 sw_format_age(left > 0 ? left : 0, in, sizeof(in)));
	snprintf(out, room, "by %s since %s, %s%s%s", entry->name,
		 sw_format_time(entry->since_ms / 1000, since, sizeof(since)), end,
		 entry->why[0] ? ": " : "", entry->why);
	return out;
}

void sw_listed_json(json_t **object, const struct sw_ordered *entry)
{
	bool forever = entry->until_ms == SW_LISTED_FOREVER;
	__s64 left = (entry->until_ms - sw_wall_ms()) / 1000;

	sw_json_set(object, "by", sw_json_text(entry->name));
	sw_json_set(object, "since", json_integer(entry->since_ms / 1000));
	sw_json_set(object, "until", forever ? json_null() : json_integer(entry->until_ms / 1000));
	sw_json_set(object, "seconds_left",
		    forever ? json_null() : json_integer(left > 0 ? left : 0));
	sw_json_set(object, "why", sw_json_text(entry->why));
}

struct listing {
	enum sw_list list;
	bool json;
	bool in_force;
	bool any;
};

static int print_entry(void *ctx, const struct sw_ordered *entry)
{
	struct listing *listing = ctx;
	char prefix[SW_PREFIX_TEXT], text[512], lift[SW_LIFT_TEXT];
	json_t *object;

	if (entry->list != listing->list)
		return 0;
	listing->any = true;
	sw_prefix_format(&entry->prefix, prefix);
	if (sw_listed_has_ended(entry))
		snprintf(lift, sizeof(lift), SW_LIFT_ENDED);
	else
		snprintf(lift, sizeof(lift), "spamweir %s del %s", sw_list_name(entry->list),
			 prefix);
	if (!listing->json) {
		printf("%-39s %s%s; lift: %s\n", prefix, sw_listed_text(entry, text, sizeof(text)),
		       listing->in_force ? "" : " (not in force yet)", lift);
		return 0;
	}
	object = json_pack("{s:s}", "prefix", prefix);
	sw_listed_json(&object, entry);
	sw_json_set(&object, "forced", json_boolean(entry->forced));
	sw_json_set(&object, "in_force", json_boolean(listing->in_force));
	sw_json_set(&object, "lift", json_string(lift));
	return sw_print_json(object);
}

int sw_lists_print(const struct sw_options *options, enum sw_list list)
{
	struct listing listing = { .list = list, .json = options->json };
	int (*each)(struct sw_store *, __s64, sw_lists_visit, void *, struct sw_error *);
	struct sw_error error = {};
	struct sw_store *store;
	bool pending;
	__s64 change;
	int err;

	err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error);
	if (!err)
		err = sw_lists_pending(store, &pending, &change, &error);
	if (!err) {
		listing.in_force = !pending && sw_state_is_loaded(options->instance.pin_dir);
		each = listing.in_force ? sw_lists_each_in_force : sw_lists_each;
		err = each(store, sw_wall_ms(), print_entry, &listing, &error);
	} else if (err == -ENOENT) {
		err = 0; /* there never was one */
	}
	if (!err && !listing.any && !listing.json)
		sw_say_empty("nothing is in the list (see `spamweir help %s add`)",
			     sw_list_name(list));
	sw_store_close(store);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

/* The list that a feed is compiled from: true if it is one of the operator's. */
static bool is_operators(const struct sw_feed_config *feed, enum sw_list *list)
{
	*list = !strcmp(feed->name, SW_FEED_ALLOW) ? SW_LIST_ALLOW
		: feed->by_hand			   ? SW_LIST_BOUNCES
						   : SW_LIST_BLOCK;
	return !strncmp(feed->name, SW_OPERATOR_FEED, strlen(SW_OPERATOR_FEED));
}

char *sw_lift_command(const struct sw_match *match, const struct sw_prefix *address, char *out)
{
	char text[SW_PREFIX_TEXT];
	enum sw_list list;

	*out = '\0';
	if (is_operators(match->feed, &list) && list == SW_LIST_BOUNCES)
		snprintf(out, SW_LIFT_TEXT, "spamweir bounces on --to %s",
			 sw_prefix_format(&match->prefix, text));
	else if (is_operators(match->feed, &list))
		snprintf(out, SW_LIFT_TEXT, "spamweir %s del %s", sw_list_name(list),
			 sw_prefix_format(&match->prefix, text));
	else if (match->feed->kind == SW_KIND_CNC || match->feed->kind == SW_KIND_ZOMBIE ||
		 match->feed->limit.closed)
		snprintf(out, SW_LIFT_TEXT, "spamweir allow add %s --for 1d",
			 sw_prefix_format(address, text));
	return out;
}

bool sw_match_listed(const struct sw_options *options, const struct sw_match *match,
		     struct sw_ordered *out)
{
	struct sw_error error = {};
	struct sw_store *store;
	enum sw_list list;
	int found;

	if (!is_operators(match->feed, &list))
		return false;
	found = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error);
	if (!found)
		found = sw_lists_find(store, list, &match->prefix, out, &error);
	sw_store_close(store);
	if (found < 0)
		sw_warn("%s; so who listed it, and why, is not shown", error.text);
	return found > 0;
}
