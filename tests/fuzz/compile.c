// SPDX-License-Identifier: GPL-2.0
/*
 * Rule sets against a reference that goes through the rules one by one. A rule
 * is written relative to a corner of the address space or to the rule before
 * it, so that overlaps, neighbours and the ends of the space come up often.
 */
#include <errno.h>
#include <sys/mman.h>

#include "policy/compile.h"
#include "policy/ranges.h"
#include "fuzz.h"
#include "policy/rules_sort.h"
#include "table4.h"
#include "table6.h"

#define RULES_MAX 48
#define WIDE 13
#define PAGE 4096UL
#define NOBODY (-1)

/* What finds no code worth a corpus entry, and takes most of the time. */
#define REFERENCE __attribute__((no_sanitize("coverage")))

struct rule {
	struct sw_prefix prefix;
	sw_u128 last;
	enum sw_kind kind;
	int rank;
};

struct policy_case {
	sw_u128 corner[SW_FAMILIES];
	/* One IPv4 prefix shorter than WIDE, which takes milliseconds: may come, came. */
	bool may_be_wide, is_wide;
	struct rule rule[RULES_MAX];
	int rules;
	struct sw_rules *compiled;
	struct sw_layout layout; /* of the policy */
	struct sw_policy *policy;
};

static sw_u128 all_bits(__u8 family)
{
	return family == SW_IPV4 ? UINT32_MAX : ~(sw_u128)0;
}

static sw_u128 take_corner(struct input *input, unsigned which, __u8 family)
{
	switch (which & 3) {
	case 0:
		return 0;
	case 1:
		return all_bits(family);
	}
	return ((sw_u128)take(input, 8) << 64 | take(input, 8)) & all_bits(family);
}

static sw_u128 take_base(const struct policy_case *c, unsigned which, __u8 family)
{
	const struct sw_prefix *before = c->rules ? &c->rule[c->rules - 1].prefix : NULL;

	if (!before || before->family != family)
		return c->corner[family];
	switch (which & 3) {
	case 0:
		return before->address;
	case 1:
		return c->rule[c->rules - 1].last + 1;
	case 2:
		return before->address - 1;
	}
	return c->corner[family];
}

static __u8 take_length(struct policy_case *c, struct input *input, __u8 family)
{
	unsigned bits = sw_family_bits(family), length = take8(input) % (bits + 1);

	if (family == SW_IPV6 || length >= WIDE)
		return length;
	if (!c->may_be_wide || c->is_wide)
		return length + WIDE;
	c->is_wide = true;
	return length;
}

/* Octets: what kind of rule, length, shift, two of address. */
static void take_rule(struct policy_case *c, struct input *input)
{
	struct rule *rule = &c->rule[c->rules];
	unsigned what = take8(input);
	__u8 family = what & 0x80 ? SW_IPV6 : SW_IPV4;
	__u8 length = take_length(c, input, family);
	unsigned shift = take8(input) % sw_family_bits(family);

	rule->prefix = (struct sw_prefix){ .family = family, .length = length };
	rule->prefix.address = take_base(c, what >> 5, family) ^ (sw_u128)take(input, 2) << shift;
	rule->prefix.address &= all_bits(family);
	sw_prefix_clear_host_bits(&rule->prefix);
	rule->last = sw_prefix_last(&rule->prefix);
	rule->rank = what & 0x1f;
	rule->kind = (enum sw_kind[]){ SW_KIND_CNC, SW_KIND_ZOMBIE, SW_KIND_ALLOW }[rule->rank % 3];
	c->rules++;
}

static void take_rules(struct policy_case *c, struct input input)
{
	unsigned corners = take8(&input);

	c->may_be_wide = corners >> 4 == 15;
	c->corner[SW_IPV4] = take_corner(&input, corners, SW_IPV4);
	c->corner[SW_IPV6] = take_corner(&input, corners >> 2, SW_IPV6);
	while (input.size && c->rules < RULES_MAX)
		take_rule(c, &input);
}

REFERENCE static bool covers(const struct rule *rule, __u8 family, sw_u128 address)
{
	return rule->prefix.family == family && address >= rule->prefix.address &&
	       address <= rule->last;
}

REFERENCE static int attributed_to(const struct policy_case *c, enum sw_kind kind, __u8 family,
				   sw_u128 address)
{
	const struct rule *best = NULL, *rule;

	for (rule = c->rule; rule < c->rule + c->rules; rule++) {
		if (rule->kind != kind || !covers(rule, family, address))
			continue;
		if (!best || rule->prefix.length > best->prefix.length ||
		    (rule->prefix.length == best->prefix.length && rule->rank < best->rank))
			best = rule;
	}
	return best ? best->rank : NOBODY;
}

REFERENCE static int expected(const struct policy_case *c, enum sw_set set, __u8 family,
			      sw_u128 address)
{
	int allowed = attributed_to(c, SW_KIND_ALLOW, family, address);

	if (allowed != NOBODY)
		return set == SW_SET_MAIL ? allowed : NOBODY;
	return attributed_to(c, set == SW_SET_MAIL ? SW_KIND_ZOMBIE : SW_KIND_CNC, family, address);
}

/* Slots that are neither ranks nor in their order. */
static __u8 slot_of(int rank)
{
	return rank == NOBODY ? 0 : 255 - rank;
}

static void check_address(const struct policy_case *c, __u8 family, sw_u128 address)
{
	enum sw_set set;
	__u8 slot;

	address &= all_bits(family);
	for (set = 0; set < SW_SETS; set++) {
		if (family == SW_IPV4)
			slot = sw_table4_lookup(c->policy, &c->layout, set, address);
		else
			slot = sw_table6_lookup(c->policy, &c->layout, set, sw_to_in6(address));
		must(slot == slot_of(expected(c, set, family, address)));
	}
}

/* What an address is listed by can only change at the end of some prefix. */
static void check_policy(const struct policy_case *c)
{
	int i;

	for (i = 0; i < c->rules; i++) {
		const struct rule *rule = &c->rule[i];
		sw_u128 first = rule->prefix.address, last = rule->last;
		__u8 family = rule->prefix.family;

		check_address(c, family, first);
		check_address(c, family, last);
		check_address(c, family, first - 1);
		check_address(c, family, last + 1);
		check_address(c, family, first + (last - first) / 2);
	}
}

struct walk {
	const struct policy_case *c;
	enum sw_set set;
	__u8 family;
	bool any;
	sw_u128 last;
};

static int check_range(void *ctx, const struct sw_range *range)
{
	struct walk *walk = ctx;

	must(range->first <= range->last && range->last <= all_bits(walk->family));
	must(!walk->any || range->first > walk->last);
	must(range->rank == expected(walk->c, walk->set, walk->family, range->first));
	must(range->rank == expected(walk->c, walk->set, walk->family, range->last));
	walk->any = true;
	walk->last = range->last;
	return 0;
}

static void check_ranges(const struct policy_case *c)
{
	struct walk walk = { .c = c };

	for (walk.set = 0; walk.set < SW_SETS; walk.set++) {
		for (walk.family = SW_IPV4; walk.family < SW_FAMILIES; walk.family++) {
			walk.any = false;
			must(!sw_compile_ranges(c->compiled, walk.set, walk.family, check_range,
						&walk));
		}
	}
}

static void check_sorted(const struct sw_rule_list *list)
{
	size_t i;

	for (i = 1; i < list->v4_count; i++)
		must(list->v4[i - 1] >> 24 < list->v4[i] >> 24);
	for (i = 1; i < list->v6_count; i++) {
		const struct sw_rule6 *a = &list->v6[i - 1], *b = &list->v6[i];

		must(a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo) ||
		     (a->hi == b->hi && a->lo == b->lo && a->length < b->length));
	}
}

static size_t mapped(const struct sw_layout *layout)
{
	return (sw_policy_size(layout) + PAGE - 1) / PAGE * PAGE;
}

/* The policy ends where a page begins that faults. */
static int write_into(struct policy_case *c, struct sw_layout layout)
{
	char *memory = mmap(NULL, mapped(&layout) + PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	__u8 slot[SW_MAX_FEEDS];
	int rank;

	must(memory != MAP_FAILED);
	memory += mapped(&layout);
	must(!mprotect(memory, PAGE, PROT_NONE));
	c->layout = layout;
	c->policy = (struct sw_policy *)(memory - sw_policy_size(&layout));
	for (rank = 0; rank < SW_MAX_FEEDS; rank++)
		slot[rank] = slot_of(rank);
	return sw_compile_write(c->compiled, slot, &layout, c->policy);
}

static void drop_policy(struct policy_case *c)
{
	munmap((char *)c->policy + sw_policy_size(&c->layout) - mapped(&c->layout),
	       mapped(&c->layout) + PAGE);
}

static void check_measured(struct policy_case *c, struct sw_layout *need)
{
	must(!sw_compile_measure(c->compiled, need));
	must(!write_into(c, *need));
	check_policy(c);
	drop_policy(c);
}

static void check_layouts(struct policy_case *c, struct sw_layout need)
{
	struct sw_layout other;

	other = (struct sw_layout){
		.nets = need.nets + 5,
		.leaves = need.leaves + 5,
		.dirs = need.dirs + need.dirs / 3,
		.bounds = need.bounds + 7,
	};
	must(!write_into(c, other));
	check_policy(c);
	drop_policy(c);

	other = need;
	other.leaves--;
	must(write_into(c, other) == -ENOSPC);
	drop_policy(c);
	if (need.nets) {
		other = need;
		other.nets--;
		must(write_into(c, other) == -ENOSPC);
		drop_policy(c);
	}
	other = need;
	other.bounds--;
	must(write_into(c, other) == -ENOSPC);
	drop_policy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy_case c = { .compiled = calloc(1, sizeof(*c.compiled)) };
	struct sw_layout need;
	enum sw_kind kind;
	int i;

	must(c.compiled);
	take_rules(&c, (struct input){ data, size });
	for (i = 0; i < c.rules; i++)
		must(!sw_rule_list_add(&c.compiled->kind[c.rule[i].kind], &c.rule[i].prefix,
				       c.rule[i].rank));
	must(!sw_rules_sort(c.compiled));
	for (kind = 0; kind < SW_KINDS; kind++)
		check_sorted(&c.compiled->kind[kind]);
	check_ranges(&c);
	check_measured(&c, &need);
	if (!c.is_wide)
		check_layouts(&c, need);
	sw_rules_free(c.compiled);
	return 0;
}
