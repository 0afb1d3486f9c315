// SPDX-License-Identifier: GPL-2.0
#include "policy/flatten.h"

static void read_next(struct sw_flatten *f)
{
	struct sw_prefix prefix;
	const struct sw_rule_list *list = f->list;

	f->exhausted = f->next == (f->family == SW_IPV4 ? list->v4_count : list->v6_count);
	if (f->exhausted)
		return;
	if (f->family == SW_IPV4) {
		__u64 rule = list->v4[f->next++];
		__u32 first = sw_rule4_address(rule);
		__u8 length = sw_rule4_length(rule);

		/* There may be millions of them: no 128 bits are shifted here. */
		f->rule = (struct sw_range){
			.first = first,
			.last = sw_rule4_last(rule),
			.rank = sw_rule4_rank(rule),
			.length = length,
		};
	} else {
		const struct sw_rule6 *rule = &list->v6[f->next++];

		prefix = sw_rule6_prefix(rule);
		f->rule = (struct sw_range){
			.first = prefix.address,
			.last = sw_prefix_last(&prefix),
			.rank = rule->rank,
			.length = prefix.length,
		};
	}
}

static void read_rule(struct sw_flatten *f)
{
	do
		read_next(f);
	while (f->says && !f->exhausted && !f->says[f->rule.rank]);
}

static struct sw_range *innermost(struct sw_flatten *f)
{
	return f->depth ? &f->nested[f->depth - 1] : NULL;
}

/* How much a feed's word counts, before the length of its prefix does. */
static int weight(const struct sw_flatten *f, __u8 rank)
{
	return f->says ? f->says[rank] : !f->monitor[rank];
}

static bool gives_way(const struct sw_flatten *f, const struct sw_range *rule,
		      const struct sw_range *around)
{
	int more = weight(f, rule->rank) - weight(f, around->rank);

	return more < 0 || (!more && rule->length == around->length);
}

/* Enters the next rule. Tells whether that made a range: the part of the surrounding
 * prefix that lies before the rule. */
static bool enter(struct sw_flatten *f)
{
	const struct sw_range *around = innermost(f);
	bool made;

	if (around && gives_way(f, &f->rule, around)) {
		read_rule(f);
		return false;
	}
	made = around && around->first < f->rule.first;
	if (made) {
		f->range = *around;
		f->range.last = f->rule.first - 1;
	}
	f->nested[f->depth++] = f->rule;
	read_rule(f);
	return made;
}

/* Most rules lie within no other and hold none: each is a range as it is. */
static bool stands_alone(struct sw_flatten *f)
{
	f->range = f->rule;
	read_rule(f);
	if (f->exhausted || f->rule.first > f->range.last)
		return true;
	f->nested[f->depth++] = f->range;
	return false;
}

/* Makes a range of the rest of the innermost prefix, and leaves that prefix and those
 * that end where it does: only the others go on behind it. */
static void leave(struct sw_flatten *f)
{
	struct sw_range *around;

	f->range = f->nested[f->depth - 1];
	do {
		f->depth--;
		around = innermost(f);
	} while (around && around->last == f->range.last);
	if (around)
		around->first = f->range.last + 1;
}

void sw_flatten_next(struct sw_flatten *f)
{
	while (!f->exhausted && (!f->depth || f->rule.first <= innermost(f)->last)) {
		if (f->depth ? enter(f) : stands_alone(f))
			return;
	}
	f->done = !f->depth;
	if (!f->done)
		leave(f);
}

size_t sw_flatten_alone4(const struct sw_flatten *f, __u64 limit, size_t most, const __u64 **rule)
{
	const __u64 *at = f->list->v4 + f->next - 1;
	size_t rest = f->list->v4_count - f->next + 1, count;
	__u64 last;

	*rule = at;
	if (f->exhausted || f->depth || f->says)
		return 0;
	for (count = 0; count < most && count < rest; count++) {
		last = sw_rule4_last(at[count]);
		if (last >= limit || (count + 1 < rest && sw_rule4_address(at[count + 1]) <= last))
			break;
	}
	return count;
}

void sw_flatten_pass(struct sw_flatten *f, size_t count)
{
	f->next += count - 1;
	read_rule(f);
}

static void begin(struct sw_flatten *f, const struct sw_rule_list *list, __u8 family)
{
	f->list = list;
	f->family = family;
	f->next = 0;
	f->depth = 0;
	f->done = false;
	read_rule(f);
	sw_flatten_next(f);
}

void sw_flatten_begin(struct sw_flatten *f, const struct sw_rule_list *list, const bool *monitor,
		      __u8 family)
{
	f->monitor = monitor;
	f->says = NULL;
	begin(f, list, family);
}

void sw_flatten_begin_to(struct sw_flatten *f, const struct sw_rule_list *list, const __u8 *says,
			 __u8 family)
{
	f->monitor = NULL;
	f->says = says;
	begin(f, list, family);
}
