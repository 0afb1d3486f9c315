// SPDX-License-Identifier: GPL-2.0
/* Full buckets, one behind the other: what a removal moves, and that it asks for it first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/hash4.h"
#include "table4.h"

#define SALT 0x5eed
#define BUCKETS 256
#define CHAIN 12 /* full ones: more than a search looks at */
#define COUNT (CHAIN * SW_BUCKET4_NETS + 1)

struct chain {
	struct sw_compiler compiler;
	__u32 first;	  /* bucket */
	__u32 key[COUNT]; /* by home: one more than fits in the first, then as many as fit */
	bool opened[BUCKETS];
};

static const struct sw_layout room = { .nets = (BUCKETS - SW_BUCKET4_PROBES) * SW_BUCKET4_FILL };

static struct sw_bucket4 *buckets(const struct chain *c)
{
	return (struct sw_bucket4 *)(c->compiler.policy + 1);
}

static int open_buckets(void *ctx, struct sw_part part)
{
	struct chain *c = ctx;
	size_t first = (part.begin - sizeof(struct sw_policy)) / sizeof(struct sw_bucket4);
	size_t count = (part.end - part.begin) / sizeof(struct sw_bucket4);

	memset(&c->opened[first], true, count);
	return 0;
}

static __u32 value_of(const struct chain *c, __u32 key)
{
	const struct sw_policy *policy = c->compiler.policy;

	return sw_net4_value(sw_home4_of(policy, &room, key), key);
}

/* /24s whose home is the given bucket. */
static int find_keys(__u32 home, int count, __u32 *key)
{
	__u32 address;
	int found = 0;

	for (address = 1 << 8; found < count && address; address += 1 << 8) {
		if (sw_net4_home(&room, SALT, address) == home)
			key[found++] = sw_net4_key(SW_SET_CNC, address);
	}
	assert_int_equal(found, count);
	return found;
}

static void begin(struct chain *c, __u32 first)
{
	__u32 home;
	int i, keys = 0;

	*c = (struct chain){ .compiler = { .room = room }, .first = first };
	c->compiler.policy =
		calloc(1, sizeof(struct sw_policy) +
				  sw_layout_buckets4(&room) * sizeof(struct sw_bucket4));
	assert_non_null(c->compiler.policy);
	c->compiler.policy->salt4 = SALT;
	for (home = 0; home < CHAIN; home++)
		keys += find_keys(first + home, SW_BUCKET4_NETS + !home, &c->key[keys]);
	for (i = 0; i < COUNT; i++) {
		assert_int_equal(sw_hash4_add(&c->compiler,
					      (struct sw_net4){ c->key[i], sw_net4_leaf(i) }),
				 0);
	}
	assert_int_equal(sw_hash4_finish(&c->compiler), 0);
}

static void end(struct chain *c)
{
	sw_hash4_end(&c->compiler);
	free(c->compiler.policy);
}

/* Each stands where it is found, but for one. */
static void check(const struct chain *c, int removed)
{
	int i;

	for (i = 0; i < COUNT; i++)
		assert_int_equal(value_of(c, c->key[i]), i == removed ? 0 : sw_net4_leaf(i));
}

/* Compares all buckets with those of before. How many have changed; each was opened. */
static int count_moved(const struct chain *c, const struct sw_bucket4 *before)
{
	int i, moved = 0;

	for (i = 0; i < (int)sw_layout_buckets4(&room); i++) {
		if (!memcmp(&buckets(c)[i], &before[i], sizeof(*before)))
			continue;
		if (!c->opened[i])
			fail_msg("bucket %d was changed, and not asked for", i);
		moved++;
	}
	return moved;
}

/* One that leaves the first pulls one back from the next, where that leaves room for one of the
 * next but one, to the end of the chain, further than any search goes. */
static void one_leaves_a_chain(__u32 first)
{
	struct sw_bucket4 before[BUCKETS];
	struct chain c;
	__u32 value;

	begin(&c, first);
	check(&c, -1);
	memcpy(before, buckets(&c), sw_layout_buckets4(&room) * sizeof(*before));
	c.compiler.parts = &(struct sw_parts){ .open = open_buckets, .ctx = &c };
	assert_int_equal(sw_hash4_remove(&c.compiler, c.key[0], &value), 0);
	assert_int_equal(value, sw_net4_leaf(0));
	check(&c, 0);
	assert_int_equal(count_moved(&c, before), CHAIN + 1);
	end(&c);
}

static void in_the_middle(void **state)
{
	(void)state;
	one_leaves_a_chain(100);
}

/* The last homes; behind them are buckets for what they have too many. */
static void at_the_end(void **state)
{
	(void)state;
	one_leaves_a_chain(sw_layout_homes4(&room) - CHAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_middle),
		cmocka_unit_test(at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
