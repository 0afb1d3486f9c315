// SPDX-License-Identifier: GPL-2.0
#include "policy/own.h"

#include <errno.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const struct sw_own_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last < y->last) - (x->last > y->last);
}

/* Prefixes that overlap are nested, and the wider one comes first. */
static size_t drop_inner(struct sw_own_range *range, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (!kept || range[i].first > range[kept - 1].last)
			range[kept++] = range[i];
	}
	return kept;
}

static void add(struct sw_own *own, const struct sw_prefix *prefix)
{
	own->range[prefix->family][own->ranges[prefix->family]++] =
		(struct sw_own_range){ prefix->address, sw_prefix_last(prefix) };
}

static void fill(const struct sw_rule_list *rules, struct sw_own *own)
{
	struct sw_prefix prefix;
	size_t i;

	for (i = 0; i < rules->v4_count; i++) {
		prefix = sw_rule4_prefix(rules->v4[i]);
		add(own, &prefix);
	}
	for (i = 0; i < rules->v6_count; i++) {
		prefix = sw_rule6_prefix(&rules->v6[i]);
		add(own, &prefix);
	}
}

int sw_own_build(const struct sw_rule_list *rules, struct sw_own *own)
{
	struct sw_own built = { 0 };
	int family;

	built.range[SW_IPV4] = calloc(rules->v4_count + 1, sizeof(struct sw_own_range));
	built.range[SW_IPV6] = calloc(rules->v6_count + 1, sizeof(struct sw_own_range));
	if (!built.range[SW_IPV4] || !built.range[SW_IPV6]) {
		sw_own_free(&built);
		return -ENOMEM;
	}
	fill(rules, &built);
	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		qsort(built.range[family], built.ranges[family], sizeof(struct sw_own_range),
		      compare);
		built.ranges[family] = drop_inner(built.range[family], built.ranges[family]);
	}
	*own = built;
	return 0;
}

void sw_own_free(struct sw_own *own)
{
	free(own->range[SW_IPV4]);
	free(own->range[SW_IPV6]);
	*own = (struct sw_own){ 0 };
}

bool sw_own_overlaps(const struct sw_own *own, const struct sw_prefix *prefix)
{
	const struct sw_own_range *range = own->range[prefix->family];
	size_t low = 0, high = own->ranges[prefix->family], middle;

	/* The first range that ends at or behind the prefix's first address. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (range[middle].last < prefix->address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < own->ranges[prefix->family] && range[low].first <= sw_prefix_last(prefix);
}
