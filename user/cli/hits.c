// SPDX-License-Identifier: GPL-2.0
#include "cli/hits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "event/past.h"
#include "kernel/buckets.h"
#include "kernel/generation.h"
#include "kernel/ledger.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "kernel/open.h"

#define HOUR 3600
#define MOST_ASKED 65536 /* IPv6 prefixes, one by one */

const char *const sw_witness_name[SW_WITNESSES] = {
	[SW_WITNESS_LEDGER] = "ledger",
	[SW_WITNESS_LIMITER] = "limiter",
	[SW_WITNESS_EVENTS] = "events",
};

struct search {
	const struct sw_hits_of *of;
	struct sw_hits *hits;
	struct sw_state *state; /* NULL: nothing is loaded, or it cannot be read */
	struct sw_generation generation;
	__u8 v6_length; /* of hosts */
};

static int add(struct search *s, const struct sw_hit *hit)
{
	struct sw_hits *hits = s->hits;
	struct sw_hit *to;

	if (hits->count == hits->room &&
	    sw_grow((void **)&hits->hit, &hits->room, sizeof(*hits->hit), 64))
		return -ENOMEM;
	to = &hits->hit[hits->count++];
	*to = *hit;
	if (to->host.family == SW_IPV6 && to->host.length > s->v6_length)
		to->host.length = s->v6_length;
	sw_prefix_clear_host_bits(&to->host);
	return 0;
}

static bool is_reached(const struct search *s, const struct sw_prefix *prefix)
{
	return sw_own_overlaps(s->of->reached, prefix);
}

/* Adds a host if it is reached, or if whom it dealt with is. */
static int weigh(struct search *s, struct sw_hit *hit, const struct sw_prefix *peer)
{
	bool itself = is_reached(s, &hit->host);

	if (!itself && !(s->of->talkers && peer && is_reached(s, peer)))
		return 0;
	hit->talks = !itself;
	return add(s, hit);
}

static int see_ledger(void *ctx, const struct sw_ledger_view *view)
{
	struct sw_hit hit = {
		.host = view->subject,
		.witnesses = 1 << SW_WITNESS_LEDGER,
		.drops = view->drops,
	};

	return weigh(ctx, &hit, &view->peer);
}

static int see_source(void *ctx, const struct sw_prefix *source)
{
	struct sw_hit hit = { .host = *source, .witnesses = 1 << SW_WITNESS_LIMITER };

	return weigh(ctx, &hit, NULL);
}

static int see_event(void *ctx, const struct sw_past_event *event)
{
	struct sw_hit hit = {
		.host = event->src,
		.witnesses = 1 << SW_WITNESS_EVENTS,
		.events = 1,
	};

	return weigh(ctx, &hit, &event->dst);
}

/* The limiter knows hashes of IPv6 sources only: each that could be hit is asked for. */
static int ask_limiter6(struct search *s, __u64 hidden)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	const struct sw_own *reached = s->of->reached;
	unsigned shift = 128 - s->v6_length;
	size_t i, asked = 0;
	int err = 0;

	for (i = 0; hidden && i < reached->ranges[SW_IPV6]; i++) {
		sw_u128 at = reached->range[SW_IPV6][i].first >> shift;
		sw_u128 last = reached->range[SW_IPV6][i].last >> shift;

		for (; at <= last && !err && asked < MOST_ASKED; at++, asked++) {
			struct sw_prefix source = { at << shift, SW_IPV6, s->v6_length };

			if (sw_limit_knows(s->state, settings, &source))
				err = see_source(s, &source);
		}
	}
	if (asked >= MOST_ASKED)
		s->of->unasked(s->of->ctx,
			       "the limiter, which keeps hashes of IPv6 sources only, of all "
			       "IPv6 prefixes that the list reaches");
	return err;
}

static int ask_limiter(struct search *s)
{
	__u64 hidden;
	int err = sw_limit_each(s->state, see_source, s, &hidden);

	return err ? err : ask_limiter6(s, hidden);
}

static int ask_kernel(struct search *s)
{
	const struct sw_settings *settings;
	struct sw_error error = { 0 };
	char text[sizeof(error.text) + 64];
	int err = sw_state_open(s->of->instance->pin_dir, SW_READ, &s->state, &error);

	if (!err)
		err = sw_generation_running(s->state->map[SW_MAP_policy], &s->generation, &error);
	if (err == -ENOMEM)
		return err;
	if (err) {
		snprintf(text, sizeof(text), "ledger and limiter (%s)", error.text);
		s->of->unasked(s->of->ctx, text);
		return 0;
	}
	settings = &s->generation.policy->settings;
	s->v6_length = sw_source_length(settings);
	s->hits->registry = calloc(1, sizeof(*s->hits->registry));
	if (!s->hits->registry)
		return -ENOMEM;
	err = sw_registry_read(s->state, s->hits->registry, &error);
	if (!err)
		err = sw_ledger_each(s->state, settings, SW_SIDES, see_ledger, s);
	if (!err)
		err = ask_limiter(s);
	if (err == -ENOMEM)
		return err;
	if (err) {
		snprintf(text, sizeof(text), "ledger and limiter (%s)",
			 error.text[0] ? error.text : strerror(-err));
		s->of->unasked(s->of->ctx, text);
		return 0;
	}
	s->hits->asked[SW_WITNESS_LEDGER] = s->hits->asked[SW_WITNESS_LIMITER] = true;
	return 0;
}

static int ask_events(struct search *s)
{
	struct sw_error error = { 0 };
	char text[sizeof(error.text) + 64];
	int err = sw_event_past(s->of->instance->state_dir, sw_wall_ms() / 1000 - HOUR, see_event,
				s, &error);

	if (err == -ENOMEM)
		return err;
	s->hits->asked[SW_WITNESS_EVENTS] = !err;
	if (err) {
		snprintf(text, sizeof(text), "events of the last hour (%s)", error.text);
		s->of->unasked(s->of->ctx, text);
	}
	return 0;
}

static int by_host(const void *a, const void *b)
{
	const struct sw_hit *x = a, *y = b;

	if (x->host.family != y->host.family)
		return x->host.family < y->host.family ? -1 : 1;
	return (x->host.address > y->host.address) - (x->host.address < y->host.address);
}

static int by_weight(const void *a, const void *b)
{
	const struct sw_hit *x = a, *y = b;
	__u64 weighs_x = x->drops + x->events, weighs_y = y->drops + y->events;

	if (weighs_x != weighs_y)
		return weighs_x > weighs_y ? -1 : 1;
	return by_host(a, b);
}

/* Makes one hit of what several witnesses know of a host, and of the ledger's two sides. */
static void merge(struct sw_hits *hits)
{
	size_t i, kept = 0;

	if (!hits->count)
		return;
	qsort(hits->hit, hits->count, sizeof(*hits->hit), by_host);
	for (i = 1; i < hits->count; i++) {
		struct sw_hit *to = &hits->hit[kept], *from = &hits->hit[i];

		if (by_host(to, from)) {
			hits->hit[++kept] = *from;
			continue;
		}
		to->witnesses |= from->witnesses;
		to->talks &= from->talks;
		to->drops += from->drops;
		to->events += from->events;
	}
	hits->count = kept + 1;
	qsort(hits->hit, hits->count, sizeof(*hits->hit), by_weight);
}

/* An IPv6 host is looked up by its first address. */
static void note_listed(const struct search *s, struct sw_hit *hit)
{
	struct sw_listing listing = sw_listed(s->generation.policy, &hit->host);

	hit->listed = listing.cnc;
	if (!hit->listed && listing.standing.kind == SW_KIND_ZOMBIE)
		hit->listed = listing.standing.feed;
}

static void count(struct search *s)
{
	struct sw_hits *hits = s->hits;
	enum sw_witness by;
	size_t i;

	for (i = 0; i < hits->count; i++) {
		if (s->generation.policy && hits->registry)
			note_listed(s, &hits->hit[i]);
		hits->listed += hits->hit[i].listed != 0;
		for (by = 0; by < SW_WITNESSES; by++)
			hits->by[by] += hits->hit[i].witnesses >> by & 1;
	}
}

int sw_hits_find(const struct sw_hits_of *of, struct sw_hits *out)
{
	struct search s = {
		.of = of,
		.hits = out,
		.generation = SW_NO_GENERATION,
		.v6_length = 64,
	};
	int err;

	*out = (struct sw_hits){ 0 };
	err = ask_kernel(&s);
	if (!err)
		err = ask_events(&s);
	if (!err) {
		merge(out);
		count(&s);
	} else {
		sw_hits_free(out);
	}
	sw_generation_close(&s.generation);
	sw_state_close(s.state);
	return err;
}

void sw_hits_free(struct sw_hits *hits)
{
	free(hits->hit);
	free(hits->registry);
	*hits = (struct sw_hits){ 0 };
}
