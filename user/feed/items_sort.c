// SPDX-License-Identifier: GPL-2.0
#include "feed/items_sort.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "feed/copy_layout.h"

static bool is_sorted4(const struct sw_items *items)
{
	size_t i;

	for (i = 1; i < items->v4_count; i++) {
		if (items->v4[i - 1] > items->v4[i])
			return false;
	}
	return true;
}

/* What IPv4 items are sorted by, least digit first: thirds of the address. Their places are
 * in order already. */
static const struct digit {
	__u8 shift, bits;
} digits4[] = { { 32, 11 }, { 43, 11 }, { 54, 10 } };

#define DIGITS4 3
#define DIGIT_VALUES 2048

static unsigned digit4(__u64 item, int digit)
{
	return item >> digits4[digit].shift & ((1 << digits4[digit].bits) - 1);
}

static void count_digits4(const __u64 *item, size_t count, __u32 seen[DIGITS4][DIGIT_VALUES])
{
	size_t i;
	int digit;

	for (i = 0; i < count; i++) {
		for (digit = 0; digit < DIGITS4; digit++)
			seen[digit][digit4(item[i], digit)]++;
	}
}

/* Moves every item to its place by one digit; equal ones keep their order. */
static void scatter4(const __u64 *from, __u64 *to, size_t count, int digit, __u32 *seen)
{
	__u32 sum = 0, here;
	size_t i;

	for (i = 0; i < DIGIT_VALUES; i++) {
		here = seen[i];
		seen[i] = sum;
		sum += here;
	}
	for (i = 0; i < count; i++)
		to[seen[digit4(from[i], digit)]++] = from[i];
}

static int compare4(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The lengths: they are no digit, because few entries begin at the same address. */
static void sort_runs4(__u64 *item, size_t count)
{
	size_t first, end;

	for (first = 0; first < count; first = end) {
		bool sorted = true;

		for (end = first + 1; end < count && item[end] >> 32 == item[first] >> 32; end++)
			sorted &= item[end - 1] <= item[end];
		if (!sorted)
			qsort(item + first, end - first, sizeof(*item), compare4);
	}
}

/* By radix: several times faster than comparing. A digit that all share needs no pass. */
static int sort4(struct sw_items *items)
{
	__u32 seen[DIGITS4][DIGIT_VALUES] = { 0 };
	__u64 *from = items->v4, *to, *swap;
	size_t count = items->v4_count;
	int digit;

	if (is_sorted4(items))
		return 0;
	to = malloc(count * sizeof(*to));
	sw_prefer_huge(to, count * sizeof(*to));
	if (!to)
		return -ENOMEM;
	count_digits4(from, count, seen);
	for (digit = 0; digit < DIGITS4; digit++) {
		if (seen[digit][digit4(from[0], digit)] == count)
			continue;
		scatter4(from, to, count, digit, seen[digit]);
		swap = from;
		from = to;
		to = swap;
	}
	sort_runs4(from, count);
	if (from != items->v4)
		items->v4_room = count;
	items->v4 = from;
	free(to);
	return 0;
}

static int compare6(const void *a, const void *b)
{
	const struct sw_item6 *x = a, *y = b;

	return sw_copy6_compare(&x->entry, &y->entry)
		       ?: (x->about.line < y->about.line ? -1 : x->about.line > y->about.line);
}

static bool is_sorted6(const struct sw_item6 *item, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (compare6(&item[i - 1], &item[i]) > 0)
			return false;
	}
	return true;
}

/* The upper half of an address, by which IPv6 items are sorted first. */
struct half {
	__u64 hi;
	size_t place;
};

#define BYTES 8

static struct half *sort_halves(struct half *from, struct half *to, size_t count)
{
	size_t seen[BYTES][256] = { 0 }, place[256], i, sum;
	struct half *swap;
	int byte;

	for (i = 0; i < count; i++) {
		for (byte = 0; byte < BYTES; byte++)
			seen[byte][from[i].hi >> 8 * byte & 255]++;
	}
	for (byte = 0; byte < BYTES; byte++) {
		if (seen[byte][from[0].hi >> 8 * byte & 255] == count)
			continue;
		for (i = 0, sum = 0; i < 256; sum += seen[byte][i++])
			place[i] = sum;
		for (i = 0; i < count; i++)
			to[place[from[i].hi >> 8 * byte & 255]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	return from;
}

/* What shares the upper half is little, as a rule, and is compared. */
static void sort_runs6(struct sw_item6 *item, size_t count)
{
	size_t first, end;

	for (first = 0; first < count; first = end) {
		for (end = first + 1; end < count && item[end].entry.hi == item[first].entry.hi;)
			end++;
		if (!is_sorted6(item + first, end - first))
			qsort(item + first, end - first, sizeof(*item), compare6);
	}
}

static int sort6(struct sw_items *items)
{
	size_t count = items->v6_count, i;
	struct half *half, *sorted;
	struct sw_item6 *item;

	if (is_sorted6(items->v6, count))
		return 0;
	half = malloc(2 * count * sizeof(*half));
	item = malloc(count * sizeof(*item));
	sw_prefer_huge(half, 2 * count * sizeof(*half));
	sw_prefer_huge(item, count * sizeof(*item));
	if (!half || !item) {
		free(half);
		free(item);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		half[i] = (struct half){ items->v6[i].entry.hi, i };
	sorted = sort_halves(half, half + count, count);
	for (i = 0; i < count; i++)
		item[i] = items->v6[sorted[i].place];
	sort_runs6(item, count);
	free(half);
	free(items->v6);
	items->v6 = item;
	items->v6_room = count;
	return 0;
}

int sw_items_sort(struct sw_items *items)
{
	int err = sort4(items);

	return err ? err : sort6(items);
}
