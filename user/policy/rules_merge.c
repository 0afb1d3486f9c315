// SPDX-License-Identifier: GPL-2.0
#include "policy/rules_merge.h"

#include <stdlib.h>

#include "policy/rules_sort.h"

/* `both`: what either has is taken; else what `a` alone has. */
static void merge4(const struct sw_rule_list *a, const struct sw_rule_list *b, bool both,
		   struct sw_rule_list *to)
{
	size_t i = 0, j = 0;

	while (i < a->v4_count || (both && j < b->v4_count)) {
		if (j == b->v4_count || (i < a->v4_count && a->v4[i] < b->v4[j])) {
			to->v4[to->v4_count++] = a->v4[i++];
		} else {
			if (both)
				to->v4[to->v4_count++] = b->v4[j];
			i += i < a->v4_count && a->v4[i] == b->v4[j];
			j++;
		}
	}
}

static void merge6(const struct sw_rule_list *a, const struct sw_rule_list *b, bool both,
		   struct sw_rule_list *to)
{
	size_t i = 0, j = 0;
	int order;

	while (i < a->v6_count || (both && j < b->v6_count)) {
		order = j == b->v6_count   ? -1
			: i == a->v6_count ? 1
					   : sw_rule6_compare(&a->v6[i], &b->v6[j]);
		if (order < 0) {
			to->v6[to->v6_count++] = a->v6[i++];
		} else {
			if (both)
				to->v6[to->v6_count++] = b->v6[j];
			i += !order;
			j++;
		}
	}
}

static struct sw_rules *merge(const struct sw_rules *a, const struct sw_rules *b, bool both)
{
	struct sw_rules *rules = a && b ? calloc(1, sizeof(*rules)) : NULL;
	const struct sw_rule_list *x, *y;
	int kind;

	for (kind = 0; rules && kind < SW_KINDS; kind++) {
		x = &a->kind[kind];
		y = &b->kind[kind];
		if (sw_rule_list_reserve(&rules->kind[kind], x->v4_count + (both ? y->v4_count : 0),
					 x->v6_count + (both ? y->v6_count : 0))) {
			sw_rules_free(rules);
			return NULL;
		}
		merge4(x, y, both, &rules->kind[kind]);
		merge6(x, y, both, &rules->kind[kind]);
	}
	return rules;
}

struct sw_rules *sw_rules_minus(const struct sw_rules *a, const struct sw_rules *b)
{
	return merge(a, b, false);
}

struct sw_rules *sw_rules_plus(const struct sw_rules *a, const struct sw_rules *b)
{
	return merge(a, b, true);
}
