// SPDX-License-Identifier: GPL-2.0
#include "feed/items_sort.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "feed/copy_layout.h"
#include "feed/items_sort4.h"

static int sort4(struct sw_items *items)
{
	const size_t half = items->v4_count / 2;
	const struct sw_items4 halves[2] = {
		{ items->v4, half, 0 },
		{ items->v4 + half, items->v4_count - half, 0 },
	};
	__u64 *sorted;
	int err;

	if (sw_items4_ascend(items->v4, items->v4_count))
		return 0;
	sorted = malloc(items->v4_count * sizeof(*sorted));
	sw_prefer_huge(sorted, items->v4_count * sizeof(*sorted));
	err = sorted ? sw_items4_sort(halves, sorted) : -ENOMEM;
	if (err) {
		free(sorted);
		return err;
	}
	free(items->v4);
	items->v4 = sorted;
	items->v4_room = items->v4_count;
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

int sw_items_sort6(struct sw_items *items)
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

	return err ? err : sw_items_sort6(items);
}
