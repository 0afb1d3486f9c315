// SPDX-License-Identifier: GPL-2.0
#include "policy/regions.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

static int add_block(struct sw_regions *regions, __u32 block)
{
	if (sw_regions_has_block(regions, block))
		return 0;
	if (regions->blocks == SW_REGIONS_MAX)
		return -E2BIG;
	regions->block[block / 64] |= 1ULL << block % 64;
	regions->blocks++;
	return 0;
}

static int add_top(struct sw_regions *regions, __u32 top)
{
	if (regions->tops && regions->top[regions->tops - 1] == top)
		return 0;
	if (regions->tops == SW_REGIONS_MAX)
		return -E2BIG;
	if (regions->tops == regions->tops_room &&
	    sw_grow((void **)&regions->top, &regions->tops_room, sizeof(top), 64))
		return -ENOMEM;
	regions->top[regions->tops++] = top;
	return 0;
}

int sw_regions_add(struct sw_regions *regions, const struct sw_prefix *prefix)
{
	__u32 block, last;
	int err = 0;

	if (prefix->family == SW_IPV6)
		return prefix->length < 32 ? -E2BIG : add_top(regions, prefix->address >> 96);
	last = sw_prefix_last(prefix) >> 16;
	for (block = prefix->address >> 16; block <= last && !err; block++)
		err = add_block(regions, block);
	return err;
}

__u32 sw_regions_next_block(const struct sw_regions *regions, __u32 from)
{
	__u64 left;

	for (; from < 1 << 16; from = (from | 63) + 1) {
		left = regions->block[from / 64] >> from % 64;
		if (left)
			return from + __builtin_ctzll(left);
	}
	return from;
}

int sw_regions_join(struct sw_regions *regions, const struct sw_regions *more)
{
	__u32 i;
	int err = 0;

	for (i = sw_regions_next_block(more, 0); i < 1 << 16 && !err;
	     i = sw_regions_next_block(more, i + 1))
		err = add_block(regions, i);
	for (i = 0; i < more->tops && !err; i++)
		err = add_top(regions, more->top[i]);
	return err;
}

static int compare(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return (x > y) - (x < y);
}

void sw_regions_finish(struct sw_regions *regions)
{
	__u32 i, kept = 0;

	if (regions->tops)
		qsort(regions->top, regions->tops, sizeof(*regions->top), compare);
	for (i = 0; i < regions->tops; i++) {
		if (!kept || regions->top[kept - 1] != regions->top[i])
			regions->top[kept++] = regions->top[i];
	}
	regions->tops = kept;
}

void sw_regions_free(struct sw_regions *regions)
{
	free(regions->top);
	*regions = (struct sw_regions){};
}

__u32 sw_regions_seek(const struct sw_regions *regions, __u32 top)
{
	__u32 low = 0, high = regions->tops, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (regions->top[middle] < top)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sw_regions_overlap(const struct sw_regions *regions, const struct sw_prefix *prefix)
{
	sw_u128 last = sw_prefix_last(prefix);
	__u32 block, at;

	if (prefix->family == SW_IPV6) {
		at = sw_regions_seek(regions, prefix->address >> 96);
		return at < regions->tops && regions->top[at] <= (__u32)(last >> 96);
	}
	for (block = prefix->address >> 16; block <= (__u32)last >> 16; block++) {
		if (sw_regions_has_block(regions, block))
			return true;
	}
	return false;
}
