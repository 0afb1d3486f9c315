// SPDX-License-Identifier: GPL-2.0
#include "policy/standings.h"

#include <string.h>

static bool same(const struct sw_combination *a, const struct sw_combination *b)
{
	return a->source == b->source && a->to == b->to && a->protect == b->protect &&
	       a->brake == b->brake;
}

/* Zombies come before classes of sources, but for a feed that only monitors: it lifts
 * nothing that another enforces. */
static __u8 rank_of_source(const struct sw_rules *rules, const struct sw_piece *piece)
{
	__u8 zombie = piece->rank[SW_LAYER_LISTED], limit = piece->rank[SW_LAYER_LIMIT];

	if (zombie == SW_NO_RANK)
		return limit;
	return limit != SW_NO_RANK && rules->monitor[zombie] && !rules->monitor[limit] ? limit
										       : zombie;
}

static struct sw_combination combination(const struct sw_rules *rules, const struct sw_piece *piece)
{
	__u8 allow = piece->rank[SW_LAYER_ALLOW];
	bool allowed = allow != SW_NO_RANK;
	struct sw_combination c = {
		.source = allowed ? allow : rank_of_source(rules, piece),
		.to = piece->rank[SW_LAYER_TO],
		.protect = piece->rank[SW_LAYER_PROTECT],
		.brake = piece->rank[SW_LAYER_BRAKE],
	};

	if (allowed && !rules->to_differs && rules->to[allow])
		c.to = allow;
	return c;
}

static __u8 rank_of_one(const struct sw_combination *c)
{
	if (c->source != SW_NO_RANK)
		return c->source;
	return c->protect != SW_NO_RANK ? c->protect : c->brake;
}

/* What holds of an address that a feed lists and no other does. */
static struct sw_combination alone(const struct sw_rules *rules, __u8 rank)
{
	bool protects = rules->protect[rank] || rules->brake[rank];

	return (struct sw_combination){
		.source = protects ? SW_NO_RANK : rank,
		.to = rules->to[rank] ? rank : SW_NO_RANK,
		.protect = rules->protect[rank] ? rank : SW_NO_RANK,
		.brake = rules->brake[rank] ? rank : SW_NO_RANK,
	};
}

static bool is_of_one(const struct sw_rules *rules, const struct sw_combination *c)
{
	struct sw_combination one;

	if (rank_of_one(c) == SW_NO_RANK)
		return false;
	one = alone(rules, rank_of_one(c));
	return same(&one, c);
}

static size_t find(const struct sw_rules *rules, const struct sw_combination *c)
{
	size_t i;

	for (i = 0; i < rules->combinations && !same(&rules->combination[i], c); i++)
		;
	return i;
}

static int note(void *ctx, const struct sw_piece *piece)
{
	struct sw_rules *rules = ctx;
	struct sw_combination c = combination(rules, piece);

	if (is_of_one(rules, &c) || find(rules, &c) < rules->combinations ||
	    rules->feeds + rules->combinations >= SW_MAX_FEEDS - 1)
		return 0;
	rules->combination[rules->combinations++] = c;
	return 0;
}

int sw_rules_combine(struct sw_rules *rules)
{
	const struct sw_piece_sink sink = { .emit = note, .ctx = rules };
	int err;

	rules->combinations = 0;
	if (!rules->to_differs && !rules->kind[SW_KIND_PROTECT].v4_count &&
	    !rules->kind[SW_KIND_PROTECT].v6_count)
		return 0;
	err = sw_compile_pieces(rules, SW_SET_MAIL, SW_IPV4, &sink);
	return err ? err : sw_compile_pieces(rules, SW_SET_MAIL, SW_IPV6, &sink);
}

static __u8 rank_of(size_t combination)
{
	return SW_MAX_FEEDS - 2 - combination;
}

/* Where no number was left, what is allowed is told of the feed that says more of it, and
 * what is protected beside being listed as a source is not. */
__u8 sw_piece_rank(const struct sw_rules *rules, const struct sw_piece *piece)
{
	struct sw_combination c = combination(rules, piece);
	size_t found;

	if (is_of_one(rules, &c))
		return rank_of_one(&c);
	found = find(rules, &c);
	return found < rules->combinations ? rank_of(found)
	       : c.to != SW_NO_RANK	   ? c.to
					   : rank_of_one(&c);
}

void sw_standing_numbers(const struct sw_rules *rules, const __u8 *slot, size_t feeds,
			 __u8 number[SW_MAX_FEEDS])
{
	bool taken[SW_MAX_FEEDS] = { true };
	__u8 next = SW_MAX_FEEDS - 1;
	size_t i;

	memcpy(number, slot, SW_MAX_FEEDS);
	for (i = 0; i < feeds; i++)
		taken[slot[i]] = true;
	for (i = 0; i < rules->combinations; i++) {
		while (taken[next])
			next--;
		number[rank_of(i)] = next--;
	}
}

static struct sw_standing standing(const struct sw_rules *rules, const __u8 *slot,
				   const struct sw_settings *settings,
				   const struct sw_combination *c)
{
	struct sw_standing standing = {};

	if (c->source != SW_NO_RANK) {
		standing.feed = slot[c->source];
		standing.kind = settings->feed[standing.feed].kind;
		standing.class = settings->feed[standing.feed].class;
	}
	if (c->protect != SW_NO_RANK)
		standing.protect_feed = slot[c->protect];
	if (c->brake != SW_NO_RANK)
		standing.brake_feed = slot[c->brake];
	if (c->to != SW_NO_RANK) {
		standing.to_feed = slot[c->to];
		standing.to = rules->to[c->to];
	}
	return standing;
}

void sw_standings_fill(const struct sw_rules *rules, const __u8 *slot, size_t feeds,
		       struct sw_settings *settings)
{
	__u8 number[SW_MAX_FEEDS];
	size_t i;

	sw_standing_numbers(rules, slot, feeds, number);
	for (i = 0; i < feeds; i++) {
		const struct sw_combination one = alone(rules, i);

		settings->standing[slot[i]] = standing(rules, slot, settings, &one);
	}
	for (i = 0; i < rules->combinations; i++)
		settings->standing[number[rank_of(i)]] =
			standing(rules, slot, settings, &rules->combination[i]);
}

/* Whether a protect feed alone says it. */
static bool is_of(const struct sw_standing *standing, __u8 feed)
{
	return (!standing->protect_feed || standing->protect_feed == feed) &&
	       (!standing->brake_feed || standing->brake_feed == feed);
}

bool sw_has_combinations(const struct sw_settings *settings)
{
	size_t i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_standing *standing = &settings->standing[i];
		bool protected = standing->protect_feed || standing->brake_feed;

		if (standing->feed && (standing->feed != i || protected))
			return true;
		if (!standing->feed && protected && !is_of(standing, i))
			return true;
	}
	return false;
}
