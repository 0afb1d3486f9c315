// SPDX-License-Identifier: GPL-2.0
#include "run/listings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "run/zombies.h"
#include "store/case_moved.h"
#include "store/holders_source.h"
#include "store/listings.h"
#include "store/subscribers.h"
#include "store/zombies.h"

struct listings {
	const struct sw_instance *instance;
	const struct sw_config *config;
	struct sw_store *store;
	struct sw_kept_zombie *zombie;
	size_t count, room;
	__u64 mark; /* another one if anything has changed */
	__s64 now_ms;
	struct sw_error *error;
};

/* One that goes from `from`. */
struct move {
	const struct sw_kept_zombie *zombie;
	__u8 had; /* the length of what he had it from */
	struct sw_prefix from, to;
	bool follows;		      /* else there is nowhere to go to */
	char account[SW_ACCOUNT_MAX]; /* whose it is */
	char now[SW_ACCOUNT_MAX];     /* who has the old address */
};

static __u64 mix(__u64 mark, __u64 number)
{
	return (mark ^ number) * 0x9e3779b97f4a7c15ULL + 1;
}

static int note_source(void *ctx, const struct sw_holders_source *source)
{
	struct listings *l = ctx;

	l->mark = mix(l->mark, source->records);
	return 0;
}

static int note_zombie(void *ctx, const struct sw_kept_zombie *zombie)
{
	struct listings *l = ctx;
	const struct sw_prefix *prefix = &zombie->prefix;

	if (zombie->lifted || zombie->until_ms <= l->now_ms ||
	    !(l->config->subscribers.follow >> prefix->family & 1))
		return 0;
	if (l->count == l->room && sw_grow((void **)&l->zombie, &l->room, sizeof(*l->zombie), 64))
		return -ENOMEM;
	l->zombie[l->count++] = *zombie;
	l->mark = mix(mix(l->mark, (__u64)prefix->address ^ (__u64)(prefix->address >> 64)),
		      zombie->since_ms);
	return 0;
}

static int known_at(struct listings *l, const struct sw_prefix *prefix, __s64 at_ms,
		    struct sw_subscriber *out)
{
	int found = sw_subscriber_at(l->store, prefix, SW_ANY_PORT, at_ms, out, l->error);

	return found > 0 && out->shared ? 0 : found;
}

/* The same place in what he has now: of a delegated prefix, the same subnet. */
static struct sw_prefix place_in(const struct sw_prefix *holding, const struct sw_prefix *old)
{
	struct sw_prefix to = { .family = old->family, .length = old->length };

	to.address = holding->address | (old->address & sw_prefix_host_mask(holding));
	sw_prefix_clear_host_bits(&to);
	return to;
}

/* 1: it has to move, 0: it has not. */
static int judge(struct listings *l, const struct sw_kept_zombie *zombie, struct move *move)
{
	struct sw_subscriber then, now;
	struct sw_prefix holding;
	int err = known_at(l, &zombie->prefix, zombie->since_ms, &then);

	if (err <= 0)
		return err;
	err = known_at(l, &zombie->prefix, l->now_ms, &now);
	if (err <= 0 || !strcmp(then.account, now.account))
		return err < 0 ? err : 0;
	*move = (struct move){ .zombie = zombie, .from = zombie->prefix };
	memcpy(move->account, then.account, sizeof(move->account));
	memcpy(move->now, now.account, sizeof(move->now));
	err = sw_subscriber_has(l->store, then.account, &then.prefix, l->now_ms, &holding,
				l->error);
	if (err < 0)
		return err;
	move->follows = err;
	move->had = then.prefix.length;
	if (err)
		move->to = place_in(&holding, &zombie->prefix);
	return 1;
}

struct refusal {
	char why[160];
};

static void note_refusal(void *ctx, const struct sw_zombie_order *order, const char *why)
{
	struct refusal *refusal = ctx;

	(void)order;
	snprintf(refusal->why, sizeof(refusal->why), "%s", why);
}

/* The new address first: whoever is killed in between leaves both, and is here again. */
static int enter(struct listings *l, const struct move *move, const char *cause)
{
	struct sw_instance instance = *l->instance;
	struct sw_zombie_order order = {
		.prefix = move->to,
		.origin = sw_origin_parse(move->zombie->origin),
	};
	struct refusal refusal = { "" };
	struct sw_error error = {};
	char text[SW_PREFIX_TEXT];
	int err;

	if (move->zombie->until_ms != SW_KEPT_FOREVER)
		order.duration_ns = (move->zombie->until_ms - l->now_ms) * 1000000ULL;
	snprintf(order.why, sizeof(order.why), "%.*s", (int)sizeof(order.why) - 1,
		 move->zombie->why);
	instance.cause = cause;
	err = sw_zombies_enter(&instance, &order, 1, note_refusal, &refusal, &error);
	if (err)
		sw_warn("%s is not listed, though %s is: %s", sw_prefix_format(&move->to, text),
			move->account, refusal.why[0] ? refusal.why : error.text);
	return err;
}

static int lift(struct listings *l, const struct move *move, const char *cause)
{
	struct sw_instance instance = *l->instance;
	struct sw_zombie_order order = { .prefix = move->from };
	struct refusal refusal = { "" };
	struct sw_error error = {};
	int err;

	instance.cause = cause;
	err = sw_zombies_lift_all(&instance, &order, 1, note_refusal, &refusal, &error);
	if (err)
		sw_warn("%s: %s", cause, refusal.why[0] ? refusal.why : error.text);
	return err;
}

static int keep(struct listings *l, const struct move *move)
{
	struct sw_listing listing = { .had = move->had, .zombie = *move->zombie };

	memcpy(listing.account, move->account, sizeof(listing.account));
	return sw_listing_put(l->store, &listing, l->error);
}

/* What cannot be entered is lifted all the same: who has the old address now is another. */
static int do_move(struct listings *l, const struct move *move)
{
	char from[SW_PREFIX_TEXT], to[SW_PREFIX_TEXT], text[512];
	bool moved = false;
	int err;

	sw_prefix_format(&move->from, from);
	if (move->follows) {
		sw_prefix_format(&move->to, to);
		snprintf(text, sizeof(text), "the listing of %s follows him from %s to %s",
			 move->account, from, to);
		moved = !enter(l, move, text);
	}
	if (!moved)
		snprintf(text, sizeof(text), "the listing of %s %s %s, which %s has now",
			 move->account,
			 move->follows ? "ends at"
				       : "waits for him to have another "
					 "address than",
			 from, move->now);
	err = move->follows ? 0 : keep(l, move);
	if (err || lift(l, move, text))
		return err;
	sw_note("%s", text);
	return sw_case_moved(l->store, move->account, l->now_ms, text, l->error);
}

struct back {
	struct sw_listing *listing;
	size_t count, room;
};

static int note_waiting(void *ctx, const struct sw_listing *listing)
{
	struct back *back = ctx;

	if (back->count == back->room &&
	    sw_grow((void **)&back->listing, &back->room, sizeof(*back->listing), 16))
		return -ENOMEM;
	back->listing[back->count++] = *listing;
	return 0;
}

/* He has an address again; or the time is over. */
static int go_on(struct listings *l, const struct sw_listing *listing)
{
	const struct sw_prefix *last = &listing->zombie.prefix;
	struct sw_prefix holding = { .family = last->family, .length = listing->had };
	struct move move = { .zombie = &listing->zombie };
	char to[SW_PREFIX_TEXT], text[512];
	int err;

	if (listing->zombie.until_ms <= l->now_ms)
		return sw_listing_drop(l->store, listing, l->error);
	err = sw_subscriber_has(l->store, listing->account, &holding, l->now_ms, &holding,
				l->error);
	if (err <= 0)
		return err;
	memcpy(move.account, listing->account, sizeof(move.account));
	move.to = place_in(&holding, last);
	snprintf(text, sizeof(text), "the listing of %s goes on at %s", listing->account,
		 sw_prefix_format(&move.to, to));
	if (!enter(l, &move, text)) {
		sw_note("%s", text);
		err = sw_case_moved(l->store, listing->account, l->now_ms, text, l->error);
	}
	return err < 0 ? err : sw_listing_drop(l->store, listing, l->error);
}

static int go_on_all(struct listings *l)
{
	struct back back = { 0 };
	size_t i;
	int err = sw_listings_each(l->store, note_waiting, &back, l->error);

	for (i = 0; i < back.count && !err; i++)
		err = go_on(l, &back.listing[i]);
	free(back.listing);
	return err;
}

static int follow_all(struct listings *l)
{
	struct move move;
	size_t i;
	int err = 0;

	for (i = 0; i < l->count && !err; i++) {
		err = judge(l, &l->zombie[i], &move);
		if (err > 0)
			err = do_move(l, &move);
	}
	return err;
}

static int look(struct listings *l)
{
	static const char name[] = "listings_followed";
	__s64 before;
	int err = sw_holders_sources(l->store, note_source, l, l->error);

	if (!err)
		err = sw_zombies_each(l->store, false, note_zombie, l, l->error);
	if (!err)
		err = sw_store_get_number(l->store, name, 0, &before, l->error);
	if (err || (__s64)l->mark == before)
		return err;
	err = follow_all(l);
	if (!err)
		err = go_on_all(l);
	return err ? err : sw_store_put_number(l->store, name, l->mark, l->error);
}

int sw_listings_follow(const struct sw_instance *instance, const struct sw_config *config,
		       struct sw_store *store, struct sw_error *error)
{
	struct listings l = {
		.instance = instance,
		.config = config,
		.store = store,
		.now_ms = sw_wall_ms(),
		.error = error,
	};
	int err;

	if (!config->subscribers.sources || !config->subscribers.follow)
		return 0;
	err = look(&l);
	free(l.zombie);
	return err;
}
