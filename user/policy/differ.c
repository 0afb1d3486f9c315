// SPDX-License-Identifier: GPL-2.0
#include "policy/differ.h"

#include <errno.h>
#include <stdlib.h>

#define NO_END ~0ULL

/* Until when an entry is in force, if it is; else 0. */
static __u64 end_of(const __u64 *until, __u64 at, __u64 now_s)
{
	if (!until || !until[at])
		return NO_END;
	return until[at] > now_s ? until[at] : 0;
}

/* Entries of which one has what the other has not, or until another time; both are in
 * order. */
static int compare_v4(const struct sw_feed_copy *a, __u64 a_s, const struct sw_feed_copy *b,
		      __u64 b_s, struct sw_regions *regions)
{
	__u64 i = 0, j = 0, x, y, in_a, in_b;
	struct sw_prefix prefix;
	int err = 0;

	while (!err && (i < a->header->v4 || j < b->header->v4)) {
		x = i < a->header->v4 ? a->v4[i] : ~0ULL;
		y = j < b->header->v4 ? b->v4[j] : ~0ULL;
		in_a = x <= y ? end_of(a->v4_until, i, a_s) : 0;
		in_b = y <= x ? end_of(b->v4_until, j, b_s) : 0;
		if (in_a != in_b) {
			prefix = sw_copy4_prefix(x <= y ? x : y);
			err = sw_regions_add(regions, &prefix);
		}
		i += x <= y;
		j += y <= x;
	}
	return err;
}

static int order6(const struct sw_copy6 *x, const struct sw_copy6 *y)
{
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (x->length > y->length) - (x->length < y->length);
}

static int compare_v6(const struct sw_feed_copy *a, __u64 a_s, const struct sw_feed_copy *b,
		      __u64 b_s, struct sw_regions *regions)
{
	__u64 i = 0, j = 0, in_a, in_b;
	struct sw_prefix prefix;
	int order, err = 0;

	while (!err && (i < a->header->v6 || j < b->header->v6)) {
		order = i == a->header->v6   ? 1
			: j == b->header->v6 ? -1
					     : order6(&a->v6[i], &b->v6[j]);
		in_a = order <= 0 ? end_of(a->v6_until, i, a_s) : 0;
		in_b = order >= 0 ? end_of(b->v6_until, j, b_s) : 0;
		if (in_a != in_b) {
			prefix = sw_copy6_prefix(order <= 0 ? &a->v6[i] : &b->v6[j]);
			err = sw_regions_add(regions, &prefix);
		}
		i += order <= 0;
		j += order >= 0;
	}
	return err;
}

int sw_differ_copies(const struct sw_differ_copy *then, const struct sw_differ_copy *now,
		     struct sw_regions *regions)
{
	int err = compare_v4(then->copy, then->as_of_s, now->copy, now->as_of_s, regions);

	return err ? err : compare_v6(then->copy, then->as_of_s, now->copy, now->as_of_s, regions);
}

static int compare_prefix(const void *a, const void *b)
{
	return sw_prefix_compare(a, b);
}

int sw_differ_entries(const struct sw_lineage *lineage, size_t rank, struct sw_differ_entries *out)
{
	size_t i;

	*out = (struct sw_differ_entries){ calloc(lineage->entries + 1, sizeof(*out->prefix)), 0 };
	if (!out->prefix)
		return -ENOMEM;
	for (i = 0; i < lineage->entries; i++) {
		const struct sw_lineage_entry *entry = &lineage->entry[i];

		if (entry->rank == rank)
			out->prefix[out->count++] =
				(struct sw_prefix){ (sw_u128)entry->hi << 64 | entry->lo,
						    entry->family, entry->length };
	}
	return 0;
}

static int take_now(const struct sw_feed_config *feed, struct sw_differ_entries *out)
{
	size_t i, j, count = 0;

	for (i = 0; i < feed->entries; i++)
		count += feed->entry[i].prefixes;
	*out = (struct sw_differ_entries){ calloc(count + 1, sizeof(*out->prefix)), 0 };
	if (!out->prefix)
		return -ENOMEM;
	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes; j++)
			out->prefix[out->count++] = feed->entry[i].prefix[j];
	}
	return 0;
}

static int compare_entries(struct sw_differ_entries *a, struct sw_differ_entries *b,
			   struct sw_regions *regions)
{
	size_t i = 0, j = 0;
	int order, err = 0;

	qsort(a->prefix, a->count, sizeof(*a->prefix), compare_prefix);
	qsort(b->prefix, b->count, sizeof(*b->prefix), compare_prefix);
	while (!err && (i < a->count || j < b->count)) {
		order = i == a->count	? 1
			: j == b->count ? -1
					: compare_prefix(&a->prefix[i], &b->prefix[j]);
		if (order)
			err = sw_regions_add(regions, order < 0 ? &a->prefix[i] : &b->prefix[j]);
		i += order <= 0;
		j += order >= 0;
	}
	return err;
}

int sw_differ_list(const struct sw_lineage *lineage, size_t rank, const struct sw_feed_config *feed,
		   struct sw_regions *regions)
{
	struct sw_differ_entries then = {}, now = {};
	int err = sw_differ_entries(lineage, rank, &then);

	if (!err)
		err = take_now(feed, &now);
	if (!err)
		err = compare_entries(&then, &now, regions);
	free(then.prefix);
	free(now.prefix);
	return err;
}
