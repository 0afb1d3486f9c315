// SPDX-License-Identifier: GPL-2.0
/*
 * The first digit parts the items into buckets, each part's by a thread of its own, and
 * then the threads share the buckets. What is sorted then lies in the caches: so three more
 * digits cost less than one over all of it does.
 */
#include "feed/items_sort4.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/both.h"
#include "base/memory.h"

#define VALUES 256	/* of a digit */
#define DIGITS 3	/* of an address, behind the first */
#define FEW 64		/* items that are compared */
#define MANY (1U << 16) /* items, worth a thread */

bool sw_items4_ascend(const __u64 *item, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (item[i - 1] > item[i])
			return false;
	}
	return true;
}

/* One of the two parts while it is spread. */
struct spread {
	struct sw_items4 part;
	__u64 *to;
	__u64 differ; /* bits that differ from those of `first` in some item */
	__u64 first;
	unsigned shift;	     /* of the digit */
	size_t seen[VALUES]; /* then places */
};

static unsigned digit(__u64 item, unsigned shift)
{
	return item >> shift & (VALUES - 1);
}

static void find_bits(void *ctx)
{
	struct spread *s = ctx;
	__u64 differ = 0;
	size_t i;

	for (i = 0; i < s->part.count; i++)
		differ |= s->part.item[i] ^ s->first;
	s->differ = differ;
}

static void count_digits(void *ctx)
{
	struct spread *s = ctx;
	size_t i;

	for (i = 0; i < s->part.count; i++)
		s->seen[digit(s->part.item[i], s->shift)]++;
}

static void scatter(void *ctx)
{
	struct spread *s = ctx;
	__u64 item;
	size_t i;

	for (i = 0; i < s->part.count; i++) {
		item = s->part.item[i];
		s->to[s->seen[digit(item, s->shift)]++] = item + s->part.shift;
	}
}

/* Each bucket begins with what comes of the first part. */
static void find_places(struct spread *s, size_t end[VALUES])
{
	size_t sum = 0, here;
	int value, part;

	for (value = 0; value < VALUES; value++) {
		for (part = 0; part < 2; part++) {
			here = s[part].seen[value];
			s[part].seen[value] = sum;
			sum += here;
		}
		end[value] = sum;
	}
}

static void do_two(void (*work)(void *ctx), void *first, void *second, bool many)
{
	if (many) {
		sw_do_both(work, first, second);
		return;
	}
	work(first);
	work(second);
}

/* Buckets that one thread sorts. */
struct sorting {
	__u64 *item;
	const size_t *end; /* of each bucket */
	int from, to;
	unsigned bits; /* of addresses, behind the first digit */
	int err;
};

static int compare(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The lengths: they are no digit, because few entries begin at the same address. */
static void sort_runs(__u64 *item, size_t count)
{
	size_t first, end;

	for (first = 0; first < count; first = end) {
		bool ascend = true;

		for (end = first + 1; end < count && item[end] >> 32 == item[first] >> 32; end++)
			ascend &= item[end - 1] <= item[end];
		if (!ascend)
			qsort(item + first, end - first, sizeof(*item), compare);
	}
}

/* Moves every item to its place by one digit; equal ones keep their order. */
static void move(const __u64 *from, __u64 *to, size_t count, unsigned shift, __u32 *seen)
{
	__u32 sum = 0, here;
	size_t i;

	for (i = 0; i < VALUES; i++) {
		here = seen[i];
		seen[i] = sum;
		sum += here;
	}
	for (i = 0; i < count; i++)
		to[seen[digit(from[i], shift)]++] = from[i];
}

/* Least digit first. A digit that all share needs no pass. */
static void sort_bucket(const struct sorting *s, __u64 *item, size_t count, __u64 *scratch)
{
	__u32 seen[DIGITS][VALUES] = { 0 };
	unsigned digits = (s->bits + 7) / 8, d;
	__u64 *from = item, *to = scratch, *swap;
	size_t i;

	for (i = 0; i < count; i++) {
		for (d = 0; d < DIGITS; d++)
			seen[d][digit(item[i], 32 + 8 * d)]++;
	}
	for (d = 0; d < digits; d++) {
		if (seen[d][digit(from[0], 32 + 8 * d)] == count)
			continue;
		move(from, to, count, 32 + 8 * d, seen[d]);
		swap = from;
		from = to;
		to = swap;
	}
	if (from != item)
		memcpy(item, from, count * sizeof(*item));
	sort_runs(item, count);
}

static size_t begin_of(const struct sorting *s, int bucket)
{
	return bucket ? s->end[bucket - 1] : 0;
}

static size_t size_of(const struct sorting *s, int bucket)
{
	return s->end[bucket] - begin_of(s, bucket);
}

static void sort_buckets(void *ctx)
{
	struct sorting *s = ctx;
	size_t most = 0, count;
	__u64 *scratch, *item;
	int bucket;

	for (bucket = s->from; bucket < s->to; bucket++) {
		if (size_of(s, bucket) > most)
			most = size_of(s, bucket);
	}
	scratch = malloc((most ?: 1) * sizeof(*scratch));
	sw_prefer_huge(scratch, most * sizeof(*scratch));
	if (!scratch) {
		s->err = -ENOMEM;
		return;
	}
	for (bucket = s->from; bucket < s->to; bucket++) {
		item = s->item + begin_of(s, bucket);
		count = size_of(s, bucket);
		if (count < FEW)
			qsort(item, count, sizeof(*item), compare);
		else
			sort_bucket(s, item, count, scratch);
	}
	free(scratch);
}

/* To each thread as nearly half of the items as whole buckets go. */
static int share(__u64 *item, const size_t end[VALUES], unsigned bits)
{
	const size_t count = end[VALUES - 1];
	struct sorting first = { item, end, 0, 0, bits, 0 }, second;

	while (first.to < VALUES && end[first.to] <= count / 2)
		first.to++;
	second = first;
	second.from = first.to;
	second.to = VALUES;
	do_two(sort_buckets, &first, &second, count >= MANY);
	return first.err ?: second.err;
}

static int sort(const struct sw_items4 part[2], struct spread *s, __u64 *to)
{
	const bool many = part[0].count + part[1].count >= MANY;
	size_t end[VALUES];
	unsigned bits;
	int i;

	for (i = 0; i < 2; i++) {
		s[i].part = part[i];
		s[i].to = to;
		s[i].first = part[0].count ? part[0].item[0] : part[1].item[0];
	}
	do_two(find_bits, &s[0], &s[1], many);
	/* What all share of an address parts nothing: the digit begins with the first bit
	 * that they do not. */
	bits = 32 - __builtin_clz((s[0].differ | s[1].differ) >> 32 | VALUES / 2) - 8;
	s[0].shift = s[1].shift = 32 + bits;
	do_two(count_digits, &s[0], &s[1], many);
	find_places(s, end);
	do_two(scatter, &s[0], &s[1], many);
	return share(to, end, bits);
}

static bool are_one_list(const struct sw_items4 part[2])
{
	const struct sw_items4 *a = &part[0], *b = &part[1];

	return sw_items4_ascend(a->item, a->count) && sw_items4_ascend(b->item, b->count) &&
	       (!a->count || !b->count || a->item[a->count - 1] < b->item[0] + b->shift);
}

int sw_items4_sort(const struct sw_items4 part[2], __u64 *to)
{
	struct spread *spread;
	size_t i, j;
	int err;

	if (are_one_list(part)) {
		for (i = 0; i < 2; i++) {
			for (j = 0; j < part[i].count; j++)
				*to++ = part[i].item[j] + part[i].shift;
		}
		return 0;
	}
	spread = calloc(2, sizeof(*spread));
	if (!spread)
		return -ENOMEM;
	err = sort(part, spread, to);
	free(spread);
	return err;
}
