// SPDX-License-Identifier: GPL-2.0
/*
 * Hash flooding: sources chosen by somebody who does not know the seed spread
 * over the buckets as random ones do, and what meets under one seed does not
 * under another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contract.h"

#define BUCKETS (1u << SW_BUCKET_BITS)
#define SOURCES (4 * BUCKETS)
#define SEEDS 8
/* Of random sources, four a bucket, the fullest of all buckets holds 17 to 20. */
#define FULLEST 24
#define CHI_SQUARE (1.1 * (BUCKETS - 1))

/* Reproducible: splitmix64. */
static __u64 next_random(__u64 *state)
{
	__u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* As draw_seed() of the user side draws it. */
static struct sw_seed seed_number(__u64 number)
{
	struct sw_seed seed;
	__u64 state = number << 32, word[sizeof(seed) / sizeof(__u64)];
	size_t i;

	for (i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		word[i] = next_random(&state);
	memcpy(&seed, word, sizeof(seed));
	seed.mul[0] |= 1;
	seed.mul[1] |= 1;
	seed.key[0] |= 1;
	seed.key[2] |= 1;
	return seed;
}

struct spread {
	__u32 *count; /* by bucket */
	__u32 fullest;
	double chi_square;
};

static __u32 *new_counts(void)
{
	__u32 *count = calloc(BUCKETS, sizeof(*count));

	assert_non_null(count);
	return count;
}

static void measure(struct spread *spread, __u32 sources)
{
	double mean = (double)sources / BUCKETS, off;
	__u32 i;

	spread->fullest = 0;
	spread->chi_square = 0;
	for (i = 0; i < BUCKETS; i++) {
		off = spread->count[i] - mean;
		spread->chi_square += off * off / mean;
		if (spread->fullest < spread->count[i])
			spread->fullest = spread->count[i];
	}
}

/* Chi-square of m buckets is m - 1 on average, and twice that doubles the share of
 * sources in overfull buckets. A spread more even than chance is no fault. */
static void check_spread(struct spread *spread, __u32 sources, const char *what, int bit,
			 __u64 seed)
{
	measure(spread, sources);
	if (spread->chi_square > CHI_SQUARE || spread->fullest > FULLEST)
		fail_msg("%s, bit %d, seed %llu: chi-square %.0f of %u, fullest bucket %u", what,
			 bit, seed, spread->chi_square, BUCKETS - 1, spread->fullest);
	memset(spread->count, 0, BUCKETS * sizeof(*spread->count));
}

static __u32 rotate32(__u32 x, int by)
{
	return by ? x << by | x >> (32 - by) : x;
}

/* 2^20 addresses that count from bit `bit` on, round the end. */
static void test_ipv4_sources_with_structure_spread(void **state)
{
	struct spread spread = { .count = new_counts() };
	__u64 number;
	__u32 i;
	int bit;

	(void)state;
	for (number = 0; number < SEEDS; number++) {
		struct sw_seed seed = seed_number(number);

		for (bit = 0; bit < 32; bit++) {
			for (i = 0; i < SOURCES; i++)
				spread.count[sw_home4(&seed, rotate32(i, bit) ^ 0x64400000, 0)
						     .bucket]++;
			check_spread(&spread, SOURCES, "IPv4 counter", bit, number);
		}
	}
	free(spread.count);
}

/* The same for prefixes: from the /20 of a provider down to the /64s of a site,
 * and beyond where whole addresses are limited. */
static void test_ipv6_sources_with_structure_spread(void **state)
{
	struct spread spread = { .count = new_counts() };
	__u64 number, i;
	int bit;

	(void)state;
	for (number = 0; number < SEEDS; number++) {
		struct sw_seed seed = seed_number(number);

		for (bit = 0; bit <= 128 - 20; bit += 4) {
			for (i = 0; i < SOURCES; i++) {
				unsigned __int128 at = (unsigned __int128)i << bit;
				__u64 hi = 0x20010db800000000ULL ^ (__u64)(at >> 64);

				spread.count[sw_home6(&seed, hi, (__u64)at, 0).bucket]++;
			}
			check_spread(&spread, SOURCES, "IPv6 counter", bit, number);
		}
	}
	free(spread.count);
}

/* Few bits, far apart: all 2^20 choices of 20 bits of an address. */
static void test_ipv6_sources_with_scattered_bits_spread(void **state)
{
	struct spread spread = { .count = new_counts() };
	__u64 number, draw = 1, i;
	int round, bit, place[20];

	(void)state;
	for (number = 0; number < SEEDS; number++) {
		struct sw_seed seed = seed_number(number);

		for (round = 0; round < 4; round++) {
			__u64 taken = 0;

			for (bit = 0; bit < 20; bit++) {
				do
					place[bit] = next_random(&draw) % 64;
				while (taken >> place[bit] & 1);
				taken |= 1ULL << place[bit];
			}
			for (i = 0; i < SOURCES; i++) {
				__u64 hi = 0;

				for (bit = 0; bit < 20; bit++)
					hi |= (i >> bit & 1) << place[bit];
				spread.count[sw_home6(&seed, hi, 0, 0).bucket]++;
			}
			check_spread(&spread, SOURCES, "IPv6 scattered bits", round, number);
		}
	}
	free(spread.count);
}

/* Sources that share a bucket under one seed: what an attacker who once learnt
 * it could have. Pairs that meet again under another seed: as many as chance
 * brings. */
#define MET 4096

static __u32 meet_again(const __u32 *bucket)
{
	__u32 *count = new_counts();
	__u32 i, pairs = 0;

	for (i = 0; i < MET; i++)
		pairs += count[bucket[i]]++;
	free(count);
	return pairs;
}

static void test_what_met_under_one_seed_parts_under_another(void **state)
{
	/* Of MET * (MET - 1) / 2 / BUCKETS pairs by chance: 32, straying by 5.7. */
	const __u32 most = 32 + 6 * 6;
	struct sw_seed known = seed_number(100), other;
	__u32 four[MET], bucket4[MET], bucket6[MET], address = 0, found = 0, number, i;
	__u64 six[MET], hi = 0;

	(void)state;
	for (; found < MET; address++) {
		/* of the first quarter of a thousandth: 64 buckets */
		if (sw_home4(&known, address, 0).bucket < 64)
			four[found++] = address;
	}
	for (found = 0; found < MET; hi++) {
		if (sw_home6(&known, hi, 0, 0).bucket < 64)
			six[found++] = hi;
	}
	for (number = 0; number < SEEDS; number++) {
		other = seed_number(number);
		for (i = 0; i < MET; i++) {
			bucket4[i] = sw_home4(&other, four[i], 0).bucket;
			bucket6[i] = sw_home6(&other, six[i], 0, 0).bucket;
		}
		assert_in_range(meet_again(bucket4), 0, most);
		assert_in_range(meet_again(bucket6), 0, most);
	}
}

/* Seeds that differ by one bit give other buckets, too. */
static void test_every_bit_of_the_seed_matters(void **state)
{
	struct sw_seed seed = seed_number(7), near;
	__u32 same4, same6, i;
	size_t bit;

	(void)state;
	for (bit = 0; bit < 8 * sizeof(seed); bit++) {
		bool of_ipv4 = bit < 8 * offsetof(struct sw_seed, key);

		near = seed;
		((__u8 *)&near)[bit / 8] ^= 1 << bit % 8;
		for (i = same4 = same6 = 0; i < 4096; i++) {
			same4 += sw_home4(&seed, i * 0x9e3779b1, 0).bucket ==
				 sw_home4(&near, i * 0x9e3779b1, 0).bucket;
			same6 += sw_home6(&seed, i, 0, 0).bucket == sw_home6(&near, i, 0, 0).bucket;
		}
		if (of_ipv4 ? same4 > 4096 * 3 / 4 : same6 > 4096 * 3 / 4)
			fail_msg("bit %zu of the seed: %u of IPv4 and %u of IPv6 stay", bit, same4,
				 same6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4_sources_with_structure_spread),
		cmocka_unit_test(test_ipv6_sources_with_structure_spread),
		cmocka_unit_test(test_ipv6_sources_with_scattered_bits_spread),
		cmocka_unit_test(test_what_met_under_one_seed_parts_under_another),
		cmocka_unit_test(test_every_bit_of_the_seed_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
