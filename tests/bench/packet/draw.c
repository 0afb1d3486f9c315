// SPDX-License-Identifier: GPL-2.0
#include "draw.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __u64 random_state;

void bench_die(const char *what)
{
	fprintf(stderr, "packet: %s: %s\n", what, strerror(errno));
	exit(1);
}

void *bench_alloc(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		bench_die("memory");
	return memory;
}

/* xorshift64* (Vigna, 2016). */
__u64 bench_random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static __u32 below(__u32 limit)
{
	return (bench_random() >> 32) * limit >> 32;
}

static bench_u128 host_mask(__u8 length)
{
	return length ? ((bench_u128)1 << (128 - length)) - 1 : ~(bench_u128)0;
}

/* 70% /32, 15% /24, 10% /25 to /31, 5% shorter, anywhere: real lists are kinder,
 * for what they list lies together. */
static __u8 draw_length4(void)
{
	__u32 draw = below(100);

	if (draw < 70)
		return 32;
	if (draw < 85)
		return 24;
	return draw < 95 ? 25 + below(7) : 16 + below(8);
}

static __u8 draw_length6(void)
{
	static const __u8 length[] = { 32, 40, 44, 48, 48, 48, 56, 64, 64, 64, 128, 128 };

	return length[below(sizeof(length))];
}

static bench_u128 draw_any4(void)
{
	return (bench_u128)(__u32)bench_random() << 96;
}

/* In 20,000 /32s of 2000::/4. */
static bench_u128 draw_crowded6(void)
{
	__u32 top = 0x20000000 + (below(20000) * 2654435761U & 0x0fffffff);

	return (bench_u128)top << 96 | (bench_u128)(__u32)bench_random() << 64 | bench_random();
}

static void add(struct bench_list *list, bench_u128 address, __u8 length)
{
	list->prefix[list->count].address = address & ~host_mask(length);
	list->prefix[list->count++].length = length;
}

static int by_address(const void *a, const void *b)
{
	const struct bench_prefix *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->length - y->length;
}

static void set_bit(__u64 *bits, __u32 bit)
{
	bits[bit / 64] |= 1ULL << bit % 64;
}

static bool is_near(const struct bench_list *list, bench_u128 address)
{
	__u32 top = address >> 96, bit = list->ipv6 ? bench_near6_bit(top) : bench_near4_bit(top);

	return list->near[bit / 64] >> bit % 64 & 1;
}

/* No IPv6 prefix is shorter than /32, so that it has one bit. */
static void mark_near(struct bench_list *list, const struct bench_prefix *prefix)
{
	__u32 top = prefix->address >> 96, last, bit;

	if (list->ipv6) {
		set_bit(list->near, bench_near6_bit(top));
		return;
	}
	last = bench_near4_bit((prefix->address | host_mask(prefix->length)) >> 96);
	for (bit = bench_near4_bit(top); bit <= last; bit++)
		set_bit(list->near, bit);
}

static void finish(struct bench_list *list)
{
	bench_u128 last, end = 0;
	size_t i;

	qsort(list->prefix, list->count, sizeof(*list->prefix), by_address);
	list->end = bench_alloc(list->count, sizeof(*list->end));
	for (i = 0; i < list->count; i++) {
		last = list->prefix[i].address | host_mask(list->prefix[i].length);
		end = last > end ? last : end;
		list->end[i] = end;
		mark_near(list, &list->prefix[i]);
	}
}

static void begin(struct bench_list *list, bool ipv6, size_t room)
{
	__u32 bits = ipv6 ? BENCH_NEAR6_BITS : BENCH_NEAR4_BITS;

	list->ipv6 = ipv6;
	list->prefix = bench_alloc(room, sizeof(*list->prefix));
	list->near = bench_alloc((1UL << bits) / 64, sizeof(*list->near));
}

void bench_draw_lists(size_t prefixes, struct bench_lists *out)
{
	size_t i, fewer = prefixes / 4;

	*out = (struct bench_lists){ .prefixes = prefixes };
	random_state = 0x9e3779b97f4a7c15ULL;
	begin(&out->v4[BENCH_CNC_FEED], false, prefixes);
	begin(&out->v4[BENCH_ZOMBIE_FEED], false, fewer);
	begin(&out->v6[BENCH_CNC_FEED], true, fewer);
	begin(&out->v6[BENCH_ZOMBIE_FEED], true, fewer);
	for (i = 0; i < prefixes; i++)
		add(&out->v4[BENCH_CNC_FEED], draw_any4(), draw_length4());
	for (i = 0; i < fewer; i++) {
		add(&out->v4[BENCH_ZOMBIE_FEED], draw_any4(), 32);
		add(&out->v6[BENCH_CNC_FEED], draw_crowded6(), draw_length6());
		add(&out->v6[BENCH_ZOMBIE_FEED], draw_crowded6(), 64);
	}
	for (i = 0; i < BENCH_KINDS; i++) {
		finish(&out->v4[i]);
		finish(&out->v6[i]);
	}
}

static bool is_listed(const struct bench_list *list, bench_u128 address)
{
	size_t low = 0, high = list->count, middle;

	if (!is_near(list, address))
		return false;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->prefix[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address <= list->end[low - 1];
}

static const struct bench_list *lists_of(const struct bench_lists *lists, bool ipv6)
{
	return ipv6 ? lists->v6 : lists->v4;
}

bench_u128 bench_draw_clean(const struct bench_lists *lists, bool ipv6)
{
	const struct bench_list *list = lists_of(lists, ipv6);
	bench_u128 address;

	do {
		if (ipv6)
			address = (bench_u128)(2ULL << 60 | bench_random() >> 4) << 64 |
				  bench_random();
		else
			address = draw_any4();
	} while (is_listed(&list[BENCH_CNC_FEED], address) ||
		 is_listed(&list[BENCH_ZOMBIE_FEED], address));
	return address;
}

bench_u128 bench_draw_clean_near(const struct bench_lists *lists, bool ipv6, bool near)
{
	const struct bench_list *list = lists_of(lists, ipv6);
	bench_u128 address;

	do {
		address = bench_draw_clean(lists, ipv6);
	} while (is_near(&list[BENCH_CNC_FEED], address) != near);
	return address;
}

static bench_u128 random_host(const struct bench_prefix *prefix, bool ipv6)
{
	bench_u128 host = (bench_u128)bench_random() << 64 | (ipv6 ? bench_random() : 0);

	return prefix->address | (host & host_mask(prefix->length) & ~host_mask(ipv6 ? 128 : 32));
}

bench_u128 bench_draw_listed(const struct bench_lists *lists, bool ipv6, enum bench_kind kind)
{
	const struct bench_list *list = lists_of(lists, ipv6), *of = &list[kind];
	bench_u128 address;

	do { /* C&C comes first */
		address = random_host(&of->prefix[below(of->count)], ipv6);
	} while (kind == BENCH_ZOMBIE_FEED && is_listed(&list[BENCH_CNC_FEED], address));
	return address;
}
