// SPDX-License-Identifier: GPL-2.0
#include "policy/ends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "policy/regions.h"

static struct sw_rule_end end_of(const struct sw_prefix *prefix, __u8 kind, __u8 rank)
{
	struct sw_in6 words = sw_to_in6(prefix->address);

	return (struct sw_rule_end){
		.hi = words.hi,
		.lo = words.lo,
		.family = prefix->family,
		.length = prefix->length,
		.rank = rank,
		.kind = kind,
	};
}

static int add(struct sw_rule_ends *ends, const struct sw_rule_end *end)
{
	if (ends->count == ends->room &&
	    sw_grow((void **)&ends->item, &ends->room, sizeof(*ends->item), 64))
		return -ENOMEM;
	ends->item[ends->count++] = *end;
	return 0;
}

int sw_rule_ends_add(struct sw_rule_ends *ends, const struct sw_prefix *prefix, __u8 kind,
		     __u8 rank, __u64 until)
{
	struct sw_rule_end end = end_of(prefix, kind, rank);

	end.until = until;
	return add(ends, &end);
}

int sw_rule_ends_join(struct sw_rule_ends *ends, const struct sw_rule_end *end, size_t count,
		      const struct sw_regions *regions)
{
	struct sw_prefix prefix;
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		prefix = (struct sw_prefix){
			.address = sw_from_in6((struct sw_in6){ .hi = end[i].hi, .lo = end[i].lo }),
			.family = end[i].family,
			.length = end[i].length,
		};
		if (!regions || !sw_regions_overlap(regions, &prefix))
			err = add(ends, &end[i]);
	}
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct sw_rule_end *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return memcmp(&x->family, &y->family, 4); /* and the length, the rank, the kind */
}

static int compare_all(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sw_rule_end));
}

void sw_rule_ends_unique(struct sw_rule_ends *ends)
{
	size_t i, kept = 0;

	if (ends->count)
		qsort(ends->item, ends->count, sizeof(*ends->item), compare_all);
	for (i = 0; i < ends->count; i++) {
		if (!kept || compare_all(&ends->item[kept - 1], &ends->item[i]))
			ends->item[kept++] = ends->item[i];
	}
	ends->count = kept;
}

void sw_rule_ends_sort(struct sw_rule_ends *ends)
{
	if (ends->count)
		qsort(ends->item, ends->count, sizeof(*ends->item), compare);
}

bool sw_rule_ends_has(const struct sw_rule_ends *ends, const struct sw_prefix *prefix, __u8 kind,
		      __u8 rank)
{
	const struct sw_rule_end key = end_of(prefix, kind, rank);

	return ends->count && bsearch(&key, ends->item, ends->count, sizeof(key), compare);
}
