// SPDX-License-Identifier: GPL-2.0
#include "policy/rules_end.h"

#include <stdlib.h>

static void take_out(const struct sw_rule_ends *ended, __u8 kind, struct sw_rules *rules)
{
	struct sw_rule_list *list = &rules->kind[kind];
	struct sw_prefix prefix;
	size_t i, kept = 0;
	__u8 rank;

	for (i = 0; i < list->v4_count; i++) {
		prefix = sw_rule4_prefix(list->v4[i]);
		rank = sw_rule4_rank(list->v4[i]);
		if (sw_rule_ends_has(ended, &prefix, kind, rank))
			rules->feed[rank].prefixes--;
		else
			list->v4[kept++] = list->v4[i];
	}
	list->v4_count = kept;
	for (i = 0, kept = 0; i < list->v6_count; i++) {
		prefix = sw_rule6_prefix(&list->v6[i]);
		if (sw_rule_ends_has(ended, &prefix, kind, list->v6[i].rank))
			rules->feed[list->v6[i].rank].prefixes--;
		else
			list->v6[kept++] = list->v6[i];
	}
	list->v6_count = kept;
}

int sw_rule_ends_apply(const struct sw_rule_end *end, size_t ends, __u8 feeds, __u64 now_s,
		       struct sw_rules *rules)
{
	struct sw_rule_ends ended = { 0 };
	int kind, err = 0;
	size_t i;

	for (i = 0; i < ends && !err; i++) {
		if (end[i].rank < feeds)
			err = sw_rule_ends_join(end[i].until <= now_s ? &ended : &rules->ends,
						&end[i], 1, NULL);
	}
	if (!err && ended.count) {
		sw_rule_ends_sort(&ended);
		for (kind = 0; kind < SW_KINDS; kind++)
			take_out(&ended, kind, rules);
	}
	free(ended.item);
	return err;
}
