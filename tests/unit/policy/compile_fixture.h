/* SPDX-License-Identifier: GPL-2.0 */
/* A few rules, compiled into a policy and asked through the datapath's lookups. */
#ifndef SPAMWEIR_COMPILE_FIXTURE_H
#define SPAMWEIR_COMPILE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/mman.h>

#include "policy/compile.h"
#include "policy/rules_sort.h"
#include "table4.h"
#include "table6.h"

#define NOBODY (-1)
#define PAGE 4096UL

struct compiled {
	struct sw_rules *rules;
	struct sw_layout need;	 /* as measured */
	struct sw_layout layout; /* of the policy */
	struct sw_policy *policy;
};

/* Slots that are neither ranks nor in their order. */
static inline __u8 slot_of(int rank)
{
	return rank == NOBODY ? 0 : 255 - rank;
}

static inline const __u8 *slots(void)
{
	static __u8 slot[SW_MAX_FEEDS];
	int rank;

	for (rank = 0; rank < SW_MAX_FEEDS - 1; rank++)
		slot[rank] = slot_of(rank);
	return slot;
}

static inline void begin(struct compiled *c)
{
	*c = (struct compiled){ .rules = calloc(1, sizeof(*c->rules)) };
	assert_non_null(c->rules);
}

static inline void list_prefix(struct compiled *c, enum sw_kind kind, int rank,
			       struct sw_prefix prefix)
{
	sw_prefix_clear_host_bits(&prefix);
	assert_int_equal(sw_rule_list_add(&c->rules->kind[kind], &prefix, rank), 0);
}

static inline struct sw_prefix prefix_of(const char *text)
{
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	return prefix;
}

static inline void list(struct compiled *c, enum sw_kind kind, int rank, const char *text)
{
	list_prefix(c, kind, rank, prefix_of(text));
}

static inline size_t mapped(const struct sw_layout *layout)
{
	return (sw_policy_size(layout) + PAGE - 1) / PAGE * PAGE;
}

static inline char *mapping(const struct compiled *c)
{
	return (char *)c->policy + sw_policy_size(&c->layout) - mapped(&c->layout);
}

/* The policy ends where a page begins that faults. */
static inline int write_into(struct compiled *c, struct sw_layout layout)
{
	char *memory = mmap(NULL, mapped(&layout) + PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	memory += mapped(&layout);
	assert_int_equal(mprotect(memory, PAGE, PROT_NONE), 0);
	c->layout = layout;
	c->policy = (struct sw_policy *)(memory - sw_policy_size(&layout));
	return sw_compile_write(c->rules, slots(), &layout, c->policy);
}

static inline void drop_policy(struct compiled *c)
{
	if (c->policy)
		munmap(mapping(c), mapped(&c->layout) + PAGE);
	c->policy = NULL;
}

static inline void measure(struct compiled *c)
{
	assert_int_equal(sw_rules_sort(c->rules), 0);
	assert_int_equal(sw_compile_measure(c->rules, &c->need), 0);
}

static inline void compile(struct compiled *c)
{
	measure(c);
	assert_int_equal(write_into(c, c->need), 0);
}

static inline void end(struct compiled *c)
{
	drop_policy(c);
	sw_rules_free(c->rules);
}

static inline __u8 look_up(const struct compiled *c, enum sw_set set, struct sw_prefix address)
{
	if (address.family == SW_IPV4)
		return sw_table4_lookup(c->policy, &c->layout, set, address.address);
	return sw_table6_lookup(c->policy, &c->layout, set, sw_to_in6(address.address));
}

static inline void expect(const struct compiled *c, enum sw_set set, const char *address, int rank)
{
	__u8 slot = look_up(c, set, prefix_of(address));

	if (slot != slot_of(rank))
		fail_msg("%s: slot %d instead of rank %d's %d", address, slot, rank, slot_of(rank));
}

#endif
