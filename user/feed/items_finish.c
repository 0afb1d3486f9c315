// SPDX-License-Identifier: GPL-2.0
#include "feed/items_finish.h"

#include <errno.h>
#include <stdlib.h>

#include "feed/items_sort.h"

/* Keeps the later one of two equal entries if it ends later. */
static void keep_longer(const struct sw_items *items, struct sw_copy_about *kept,
			struct sw_copy_about later)
{
	/* 0, no end, becomes the greatest of all. */
	if (sw_item_until(items, later) - 1 > sw_item_until(items, *kept) - 1)
		*kept = later;
}

static size_t place_of(__u64 item)
{
	return item & (SW_ITEM4_PLACES - 1);
}

/* Whether each stands behind the one before already, and is another: most lists, by now. */
static bool is_done(const struct sw_items *items)
{
	size_t i;

	for (i = 1; i < items->v4_count; i++) {
		if (items->v4[i - 1] >> 26 >= items->v4[i] >> 26)
			return false;
	}
	return !items->v6_count;
}

/* How many IPv4 entries there are before the first that is equal to one before. */
static size_t count_unlike(const struct sw_items *items)
{
	size_t i = items->v4_count > 0;

	while (i < items->v4_count && items->v4[i - 1] >> 26 != items->v4[i] >> 26)
		i++;
	return i;
}

static void keep_one(struct sw_items *items)
{
	size_t kept = count_unlike(items), i;

	for (i = kept; i < items->v4_count; i++) {
		if (items->v4[kept - 1] >> 26 != items->v4[i] >> 26)
			items->v4[kept++] = items->v4[i];
		else if (items->v4_about)
			keep_longer(items, &items->v4_about[place_of(items->v4[kept - 1])],
				    sw_item4_about(items, items->v4[i]));
	}
	items->v4_count = kept;
	for (i = 0, kept = 0; i < items->v6_count; i++) {
		if (!kept || sw_copy6_compare(&items->v6[kept - 1].entry, &items->v6[i].entry))
			items->v6[kept++] = items->v6[i];
		else
			keep_longer(items, &items->v6[kept - 1].about, items->v6[i].about);
	}
	items->v6_count = kept;
}

static int compare_exclusion(const void *a, const void *b)
{
	const struct sw_item_exclusion *x = a, *y = b;

	return sw_prefix_compare(&x->prefix, &y->prefix)
		       ?: (x->line > y->line) - (x->line < y->line);
}

/* The first exclusion from the entry's first address on. */
static size_t seek(const struct sw_items *items, const struct sw_prefix *entry)
{
	const struct sw_prefix least = { entry->address, entry->family, 0 };
	size_t low = 0, high = items->excluded_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (sw_prefix_compare(&items->excluded[middle].prefix, &least) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool takes_out(const struct sw_item_exclusion *exclusion, const struct sw_prefix *entry,
		      __u32 line)
{
	switch (exclusion->rule) {
	case SW_EXCLUDES_LONGEST:
		return exclusion->prefix.length >= entry->length;
	case SW_EXCLUDES_BEHIND:
		return exclusion->prefix.length > entry->length ||
		       (exclusion->prefix.length == entry->length && exclusion->line < line);
	case SW_EXCLUDES_CLASS: /* it is cut to whole octets */
		return exclusion->prefix.length >= (entry->length + 7) / 8 * 8;
	}
	return false;
}

/* The next exclusion from place `at` on that takes something out of the entry. */
static const struct sw_prefix *next_within(const struct sw_items *items, size_t *at,
					   const struct sw_prefix *entry, __u32 line)
{
	for (; *at < items->excluded_count; ++*at) {
		const struct sw_item_exclusion *found = &items->excluded[*at];

		if (found->prefix.family != entry->family ||
		    found->prefix.address > sw_prefix_last(entry))
			break;
		if (takes_out(found, entry, line))
			return &found->prefix;
	}
	return NULL;
}

struct rest {
	struct sw_items *into;
	struct sw_copy_about about;
};

static int add_rest(void *ctx, const struct sw_prefix *prefix)
{
	struct rest *rest = ctx;

	return sw_items_add(rest->into, prefix, rest->about);
}

/* What is left of one entry. */
static int subtract(const struct sw_items *items, const struct sw_prefix *entry,
		    struct sw_copy_about about, struct sw_items *into)
{
	sw_u128 at = entry->address, last = sw_prefix_last(entry);
	struct rest rest = { into, about };
	const struct sw_prefix *excluded;
	size_t i = seek(items, entry);
	int err = 0;

	for (; !err && (excluded = next_within(items, &i, entry, about.line)); i++) {
		if (excluded->address > at)
			err = sw_range_split(entry->family, at, excluded->address - 1, add_rest,
					     &rest);
		if (sw_prefix_last(excluded) == last)
			return err;
		if (sw_prefix_last(excluded) >= at)
			at = sw_prefix_last(excluded) + 1;
	}
	return err ? err : sw_range_split(entry->family, at, last, add_rest, &rest);
}

static int subtract_all(const struct sw_items *items, struct sw_items *into,
			const __u32 most[SW_FAMILIES])
{
	struct sw_prefix prefix;
	size_t i;
	int err = 0;

	for (i = 0; i < items->v4_count && !err; i++) {
		prefix = sw_copy4_prefix(sw_item4_entry(items->v4[i]));
		err = subtract(items, &prefix, sw_item4_about(items, items->v4[i]), into);
		if (into->v4_count > most[SW_IPV4])
			err = -E2BIG;
	}
	for (i = 0; i < items->v6_count && !err; i++) {
		prefix = sw_copy6_prefix(&items->v6[i].entry);
		err = subtract(items, &prefix, items->v6[i].about, into);
		if (into->v6_count > most[SW_IPV6])
			err = -E2BIG;
	}
	return err;
}

static int take_out_excluded(struct sw_items *items, const __u32 most[SW_FAMILIES])
{
	struct sw_items rest = { 0 };
	int err;

	if (!items->excluded_count)
		return 0;
	qsort(items->excluded, items->excluded_count, sizeof(*items->excluded), compare_exclusion);
	err = subtract_all(items, &rest, most);
	if (err) {
		sw_items_free(&rest);
		return err;
	}
	rest.tags = items->tags;
	rest.tags_size = items->tags_size;
	items->tags = NULL;
	rest.end = items->end;
	rest.ends = items->ends;
	items->end = NULL;
	sw_items_free(items);
	*items = rest;
	return 0;
}

int sw_items_finish(struct sw_items *items, const __u32 most[SW_FAMILIES])
{
	int err = take_out_excluded(items, most);

	if (!err && is_done(items))
		return 0;
	if (!err)
		err = sw_items_sort(items);
	if (!err)
		keep_one(items);
	return err;
}
