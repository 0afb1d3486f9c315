// SPDX-License-Identifier: GPL-2.0
#include "policy/rules_sort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy/standings.h"

#define DIGITS 8 /* of 8 bits */

static void count_digits(const __u64 *rule, size_t count, size_t seen[DIGITS][256])
{
	size_t i;
	int digit;

	for (i = 0; i < count; i++) {
		for (digit = 0; digit < DIGITS; digit++)
			seen[digit][rule[i] >> 8 * digit & 255]++;
	}
}

/* Moves every rule to its place by one digit; equal ones keep their order. */
static void scatter(const __u64 *from, __u64 *to, size_t count, int digit, const size_t seen[256])
{
	size_t place[256], i, sum = 0;

	for (i = 0; i < 256; i++) {
		place[i] = sum;
		sum += seen[i];
	}
	for (i = 0; i < count; i++)
		to[place[from[i] >> 8 * digit & 255]++] = from[i];
}

/* Sorts by radix, least digit first: six passes over a million rules are several times
 * faster than comparing them. A digit that all rules share needs no pass. */
static int sort_v4(struct sw_rule_list *list)
{
	size_t seen[DIGITS][256] = { 0 }, count = list->v4_count;
	__u64 *from = list->v4, *to, *swap;
	int digit;

	if (count < 2)
		return 0;
	to = malloc(count * sizeof(*to));
	sw_prefer_huge(to, count * sizeof(*to));
	if (!to)
		return -ENOMEM;
	count_digits(from, count, seen);
	for (digit = 0; digit < DIGITS; digit++) {
		if (seen[digit][from[0] >> 8 * digit & 255] == count)
			continue;
		scatter(from, to, count, digit, seen[digit]);
		swap = from;
		from = to;
		to = swap;
	}
	if (from != list->v4) {
		list->v4 = from;
		list->v4_room = count;
	}
	free(to);
	return 0;
}

int sw_rule6_compare(const void *a, const void *b)
{
	const struct sw_rule6 *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Good copies are sorted, no prefix is twice in one, and a kind may have one feed: then there
 * is nothing to do. */
static bool is_done_v4(const struct sw_rule_list *list)
{
	size_t i;

	for (i = 1; i < list->v4_count; i++) {
		if (list->v4[i - 1] >> 24 >= list->v4[i] >> 24)
			return false;
	}
	return true;
}

static bool is_sorted_v4(const struct sw_rule_list *list)
{
	size_t i;

	for (i = 1; i < list->v4_count; i++) {
		if (list->v4[i - 1] > list->v4[i])
			return false;
	}
	return true;
}

static bool is_sorted_v6(const struct sw_rule_list *list)
{
	size_t i;

	for (i = 1; i < list->v6_count; i++) {
		if (sw_rule6_compare(&list->v6[i - 1], &list->v6[i]) > 0)
			return false;
	}
	return true;
}

/* Leaves one of equal prefixes: the lowest rank, which stands first, unless it is of a
 * feed that only monitors and another one is not. */
static void unique_v4(struct sw_rule_list *list, const bool *monitor)
{
	size_t i, kept = 0;

	for (i = 0; i < list->v4_count; i++) {
		if (!kept || list->v4[kept - 1] >> 24 != list->v4[i] >> 24)
			list->v4[kept++] = list->v4[i];
		else if (monitor[sw_rule4_rank(list->v4[kept - 1])] &&
			 !monitor[sw_rule4_rank(list->v4[i])])
			list->v4[kept - 1] = list->v4[i];
	}
	list->v4_count = kept;
}

static bool same_prefix(const struct sw_rule6 *a, const struct sw_rule6 *b)
{
	return a->hi == b->hi && a->lo == b->lo && a->length == b->length;
}

static void unique_v6(struct sw_rule_list *list, const bool *monitor)
{
	size_t i, kept = 0;

	for (i = 0; i < list->v6_count; i++) {
		if (!kept || !same_prefix(&list->v6[kept - 1], &list->v6[i]))
			list->v6[kept++] = list->v6[i];
		else if (monitor[list->v6[kept - 1].rank] && !monitor[list->v6[i].rank])
			list->v6[kept - 1] = list->v6[i];
	}
	list->v6_count = kept;
}

static bool to_differs(const struct sw_rules *rules)
{
	const struct sw_rule_list *list = &rules->kind[SW_KIND_ALLOW];
	int all = -1, to;
	size_t i;

	for (i = 0; i < list->v4_count + list->v6_count; i++) {
		to = rules->to[i < list->v4_count ? sw_rule4_rank(list->v4[i])
						  : list->v6[i - list->v4_count].rank];
		if (all >= 0 && to != all)
			return true;
		all = to;
	}
	return false;
}

int sw_rules_sort(struct sw_rules *rules)
{
	struct sw_rule_list *list;
	bool keep;
	int kind;

	rules->to_differs = to_differs(rules);

	for (kind = 0; kind < SW_KINDS; kind++) {
		list = &rules->kind[kind];
		keep = (kind == SW_KIND_ALLOW && rules->to_differs) || kind == SW_KIND_PROTECT;
		if (!is_done_v4(list)) {
			if (!is_sorted_v4(list) && sort_v4(list))
				return -ENOMEM;
			if (!keep)
				unique_v4(list, rules->monitor);
		}
		if (!is_sorted_v6(list))
			qsort(list->v6, list->v6_count, sizeof(*list->v6), sw_rule6_compare);
		if (!keep)
			unique_v6(list, rules->monitor);
	}
	return sw_rules_combine(rules);
}
