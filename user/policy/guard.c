// SPDX-License-Identifier: GPL-2.0
#include "policy/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/special.h"

static const char *const host_name[] = {
	[SW_HOST_OWN] = "this router's own address",
	[SW_HOST_GATEWAY] = "a gateway of this router",
	[SW_HOST_RESOLVER] = "a resolver of this router",
};

static int compare(const void *a, const void *b)
{
	const struct sw_guard_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last < y->last) - (x->last > y->last);
}

/* One of two that overlap holds the other, and the wider comes first. A bearer
 * lets what is within it be listed, so hosts within it stay. */
static size_t drop_inner(struct sw_guard_range *range, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (kept && range[kept - 1].bearer && range[i].first <= range[kept - 1].last)
			range[kept - 1] = range[i];
		else if (!kept || range[i].first > range[kept - 1].last)
			range[kept++] = range[i];
	}
	return kept;
}

static void add(struct sw_guard *guard, const struct sw_prefix *prefix, bool host, bool bearer,
		const char *what)
{
	guard->range[prefix->family][guard->ranges[prefix->family]++] = (struct sw_guard_range){
		.first = prefix->address,
		.last = sw_prefix_last(prefix),
		.bearer = bearer,
		.host = host,
		.what = what,
	};
}

static void add_special(struct sw_guard *guard)
{
	struct sw_prefix prefix;
	size_t i;

	for (i = 0; i < sw_specials; i++) {
		if (sw_special[i].use != SW_SPECIAL_LISTABLE &&
		    !sw_prefix_parse(sw_special[i].prefix, strlen(sw_special[i].prefix), &prefix))
			add(guard, &prefix, false, sw_special[i].use == SW_SPECIAL_BEARER,
			    sw_special[i].name);
	}
}

int sw_guard_build(bool special, const struct sw_hosts *hosts, struct sw_guard *guard)
{
	size_t count = (special ? sw_specials : 0) + (hosts ? hosts->count : 0) + 1, i;
	struct sw_guard built = { 0 };
	int family;

	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		built.range[family] = calloc(count, sizeof(struct sw_guard_range));
		if (!built.range[family]) {
			sw_guard_free(&built);
			return -ENOMEM;
		}
	}
	if (special)
		add_special(&built);
	for (i = 0; hosts && i < hosts->count; i++)
		add(&built, &hosts->host[i].address, true, false, host_name[hosts->host[i].is]);
	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		qsort(built.range[family], built.ranges[family], sizeof(struct sw_guard_range),
		      compare);
		built.ranges[family] = drop_inner(built.range[family], built.ranges[family]);
	}
	*guard = built;
	return 0;
}

void sw_guard_free(struct sw_guard *guard)
{
	int family;

	for (family = SW_IPV4; family < SW_FAMILIES; family++)
		free(guard->range[family]);
	*guard = (struct sw_guard){ 0 };
}

static bool takes_out(const struct sw_guard_range *range, const struct sw_prefix *entry,
		      sw_u128 last)
{
	if (range->first > last || range->last < entry->address)
		return false;
	return !range->bearer || (entry->address <= range->first && last >= range->last);
}

const struct sw_guard_range *sw_guard_find(const struct sw_guard *guard, size_t *at,
					   const struct sw_prefix *entry)
{
	const struct sw_guard_range *range = guard->range[entry->family];
	size_t count = guard->ranges[entry->family], i;
	sw_u128 last = sw_prefix_last(entry);

	while (*at < count && range[*at].last < entry->address)
		++*at;
	for (i = *at; i < count && range[i].first <= last; i++) {
		if (takes_out(&range[i], entry, last))
			return &range[i];
	}
	return NULL;
}

int sw_guard_rest(const struct sw_guard *guard, const struct sw_guard_range *range,
		  const struct sw_prefix *entry,
		  int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx)
{
	const struct sw_guard_range *end =
		guard->range[entry->family] + guard->ranges[entry->family];
	sw_u128 at = entry->address, last = sw_prefix_last(entry);
	int err = 0;

	for (; range < end && range->first <= last && !err; range++) {
		if (!takes_out(range, entry, last))
			continue;
		if (range->first > at)
			err = sw_range_split(entry->family, at, range->first - 1, emit, ctx);
		if (range->last >= last)
			return err;
		at = range->last + 1;
	}
	return err ? err : sw_range_split(entry->family, at, last, emit, ctx);
}

bool sw_guard_takes(const struct sw_guard *guard, const struct sw_prefix *entry,
		    const struct sw_prefix *address)
{
	const struct sw_guard_range *range = guard->range[entry->family];
	size_t i;

	for (i = 0; i < guard->ranges[entry->family]; i++) {
		if (range[i].first <= address->address &&
		    range[i].last >= sw_prefix_last(address) &&
		    takes_out(&range[i], entry, sw_prefix_last(entry)))
			return true;
	}
	return false;
}
