// SPDX-License-Identifier: GPL-2.0
#include "policy/difference.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

/* Address and length: what makes two rules the same prefix. */
static int order_v4(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a >> 24, y = *(const __u64 *)b >> 24;

	return (x > y) - (x < y);
}

static int order_v6(const void *a, const void *b)
{
	const struct sw_rule6 *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (int)x->length - (int)y->length;
}

static bool is_sorted(const void *array, size_t count, size_t size,
		      int (*order)(const void *, const void *))
{
	const char *at = array;
	size_t i;

	for (i = 1; i < count; i++) {
		if (order(at + (i - 1) * size, at + i * size) > 0)
			return false;
	}
	return true;
}

/* Lists come in order, but for what stands in the config beside them. */
static void sort(struct sw_rule_list *list)
{
	if (!is_sorted(list->v4, list->v4_count, sizeof(*list->v4), order_v4))
		qsort(list->v4, list->v4_count, sizeof(*list->v4), order_v4);
	if (!is_sorted(list->v6, list->v6_count, sizeof(*list->v6), order_v6))
		qsort(list->v6, list->v6_count, sizeof(*list->v6), order_v6);
}

static struct sw_prefix prefix_at(const struct sw_rule_list *list, __u8 family, size_t i)
{
	return family == SW_IPV4 ? sw_rule4_prefix(list->v4[i]) : sw_rule6_prefix(&list->v6[i]);
}

static size_t count(const struct sw_rule_list *list, __u8 family)
{
	return family == SW_IPV4 ? list->v4_count : list->v6_count;
}

static int compare(const struct sw_prefix *a, const struct sw_prefix *b)
{
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (int)a->length - (int)b->length;
}

/* Adds a prefix that has not been added just before: lists may have it twice. */
static int add_once(struct sw_rule_list *list, const struct sw_prefix *prefix)
{
	size_t there = count(list, prefix->family);
	struct sw_prefix last;

	if (there) {
		last = prefix_at(list, prefix->family, there - 1);
		if (!compare(&last, prefix))
			return 0;
	}
	return sw_rule_list_add(list, prefix, 0);
}

/* Passes over all that are the same prefix. */
static size_t skip(const struct sw_rule_list *list, __u8 family, size_t i,
		   const struct sw_prefix *prefix)
{
	struct sw_prefix next;

	for (; i < count(list, family); i++) {
		next = prefix_at(list, family, i);
		if (compare(&next, prefix))
			break;
	}
	return i;
}

static int compare_lists(const struct sw_rule_list *a, const struct sw_rule_list *b, __u8 family,
			 struct sw_difference *out)
{
	size_t i = 0, j = 0;
	int err = 0, order;

	while (!err && (i < count(a, family) || j < count(b, family))) {
		struct sw_prefix x = { 0 }, y = { 0 };

		if (i < count(a, family))
			x = prefix_at(a, family, i);
		if (j < count(b, family))
			y = prefix_at(b, family, j);
		order = i == count(a, family) ? 1 : j == count(b, family) ? -1 : compare(&x, &y);
		if (order < 0)
			err = add_once(&out->out, &x);
		else if (order > 0)
			err = add_once(&out->in, &y);
		if (order <= 0)
			i = skip(a, family, i, &x);
		if (order >= 0)
			j = skip(b, family, j, &y);
	}
	return err;
}

static int add_range(struct sw_own *own, size_t *room, __u8 family, sw_u128 first, sw_u128 last)
{
	if (own->ranges[family] == *room &&
	    sw_grow((void **)&own->range[family], room, sizeof(*own->range[family]), 64))
		return -ENOMEM;
	own->range[family][own->ranges[family]++] = (struct sw_own_range){ first, last };
	return 0;
}

static int subtract(const struct sw_own *from, const struct sw_own *what, __u8 family,
		    struct sw_own *out)
{
	size_t room = 0, i, j = 0;
	int err = 0;

	for (i = 0; i < from->ranges[family] && !err; i++) {
		sw_u128 first = from->range[family][i].first, last = from->range[family][i].last;
		bool rest = true;

		while (j < what->ranges[family] && what->range[family][j].last < first)
			j++;
		while (j < what->ranges[family] && what->range[family][j].first <= last && !err) {
			const struct sw_own_range *cut = &what->range[family][j];

			if (cut->first > first)
				err = add_range(out, &room, family, first, cut->first - 1);
			rest = cut->last < last;
			if (!rest)
				break;
			first = cut->last + 1;
			j++;
		}
		if (rest && !err)
			err = add_range(out, &room, family, first, last);
	}
	return err;
}

int sw_ranges_subtract(const struct sw_own *from, const struct sw_own *what, struct sw_own *out)
{
	int err;

	*out = (struct sw_own){ 0 };
	err = subtract(from, what, SW_IPV4, out);
	if (!err)
		err = subtract(from, what, SW_IPV6, out);
	if (err)
		sw_own_free(out);
	return err;
}

__u64 sw_ranges_size(const struct sw_own *ranges, __u8 family)
{
	unsigned shift = family == SW_IPV4 ? 0 : 64;
	sw_u128 sum = 0, end = 0;
	size_t i;

	for (i = 0; i < ranges->ranges[family]; i++) {
		sw_u128 first = ranges->range[family][i].first >> shift;
		sw_u128 last = ranges->range[family][i].last >> shift;

		if (i && first < end) /* two ranges in one /64 */
			first = end;
		sum += last >= first ? last - first + 1 : 0;
		end = last + 1;
	}
	return sum > ~0ULL ? ~0ULL : sum;
}

int sw_difference_make(struct sw_rule_list *before, struct sw_rule_list *after,
		       struct sw_difference *out)
{
	struct sw_own was = { 0 }, is = { 0 };
	int err;

	*out = (struct sw_difference){ 0 };
	sort(before);
	sort(after);
	err = compare_lists(before, after, SW_IPV4, out);
	if (!err)
		err = compare_lists(before, after, SW_IPV6, out);
	if (!err)
		err = sw_own_build(before, &was);
	if (!err)
		err = sw_own_build(after, &is);
	if (!err)
		err = sw_ranges_subtract(&is, &was, &out->opened);
	if (!err)
		err = sw_ranges_subtract(&was, &is, &out->closed);
	sw_own_free(&was);
	sw_own_free(&is);
	if (err)
		sw_difference_free(out);
	return err;
}

void sw_difference_free(struct sw_difference *difference)
{
	free(difference->in.v4);
	free(difference->in.v6);
	free(difference->out.v4);
	free(difference->out.v6);
	sw_own_free(&difference->opened);
	sw_own_free(&difference->closed);
	*difference = (struct sw_difference){ 0 };
}
