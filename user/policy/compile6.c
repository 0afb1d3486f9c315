// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6: the ranges of a set are cut at the borders of /32s. Where one lists two
 * or more /32s whole it is wide; what else it lists is fine, and goes into the
 * way of its /32.
 */
#include "policy/compile6.h"

#include <stdlib.h>
#include <string.h>

#include "policy/compiler.h"
#include "policy/flatten.h"
#include "policy/ranges.h"
#include "policy/regions.h"

#define HOST_MASK (((sw_u128)1 << 96) - 1) /* within a /32 */
#define COUNT_MAX ((1 << 24) - 1)	   /* boundaries that a lookup can search */

/*
 * Who lists what, as boundaries between keys of 96 bits: the lower bits of an
 * address for what is fine, its first 32 bits and zeroes for what is wide. An
 * end is exclusive, and with 96 bits never overflows.
 */
struct course {
	struct sw_bound6 *bound; /* nothing is listed before the first */
	size_t count, room;
	sw_u128 end; /* of the last range */
};

#define KEYS_END ((sw_u128)1 << 96)
#define WIDE_SHIFT 64

struct writer {
	struct sw_compiler *compiler;
	enum sw_set set;
	struct course wide;
	struct course fine; /* of the /32 at hand */
	__u32 top;	    /* of that */
	/* A patch only: what the set had in each of its /32s, whose places are used again. */
	const struct sw_regions *regions;
	struct sw_span6 *old;
};

static int course_change(struct course *course, sw_u128 key, __u8 feed)
{
	struct sw_bound6 *bound = course->bound;

	if (feed == (course->count ? bound[course->count - 1].feed : 0))
		return 0;
	if (course->count == course->room) {
		size_t room = course->room * 2 + 64;

		bound = reallocarray(bound, room, sizeof(*bound));
		if (!bound)
			return -ENOMEM;
		course->bound = bound;
		course->room = room;
	}
	bound[course->count++] = (struct sw_bound6){ .mid = key >> 32, .low = key, .feed = feed };
	return 0;
}

static int course_add(struct course *course, sw_u128 first, sw_u128 end, __u8 feed)
{
	int err = 0;

	if (first > course->end)
		err = course_change(course, course->end, 0);
	if (!err)
		err = course_change(course, first, feed);
	course->end = end;
	return err;
}

static int course_finish(struct course *course)
{
	return course->end < KEYS_END ? course_change(course, course->end, 0) : 0;
}

/* `old`: where there is room for as many as it counts; NULL: nowhere. */
static int write_bounds(struct sw_compiler *compiler, const struct sw_bound6 *bound, size_t count,
			const struct sw_span6 *old, __u32 *first)
{
	char *policy = (char *)compiler->policy;
	struct sw_part part;
	int err;

	if (count > COUNT_MAX)
		return -E2BIG;
	*first = old ? old->first : 0;
	err = old && count <= old->count
		      ? 0
		      : sw_take(&compiler->bounds, compiler->room.bounds, count, first);
	if (err || !policy || !count)
		return err;
	part.begin = sw_policy_bounds(&compiler->room) + *first * sizeof(*bound);
	part.end = part.begin + count * sizeof(*bound);
	err = sw_window_move(compiler, part, sw_policy_size(&compiler->room));
	if (!err)
		memcpy(policy + part.begin, bound, part.end - part.begin);
	return err;
}

static struct sw_way6 *take_way(struct sw_dir6 *dir, __u32 top)
{
	struct sw_way6 *way = &dir->way[dir->used++];

	way->top = top;
	way->span[SW_SET_CNC].first = SW_SPAN6_WIDE;
	way->span[SW_SET_MAIL].first = SW_SPAN6_WIDE;
	return way;
}

/* The way of a /32, which another set may have made. -ENOSPC: no place is near. */
static int find_way(struct sw_compiler *compiler, __u32 top, struct sw_way6 **out)
{
	__u32 dirs = compiler->room.dirs, home = (__u64)sw_hash_top6(top) * dirs >> 32, i;
	struct sw_dir6 *dir;
	int probe, err;

	for (probe = 0; probe < SW_DIR6_PROBES; probe++) {
		dir = &compiler->dirs[(home + probe) % dirs];
		err = sw_reach(compiler, dir, sizeof(*dir));
		if (err)
			return err;
		for (i = 0; i < dir->used; i++) {
			*out = &dir->way[i];
			if (dir->way[i].top == top)
				return 0;
		}
		if (dir->used < SW_DIR6_WAYS) {
			*out = take_way(dir, top);
			return 0;
		}
	}
	return -ENOSPC;
}

static int insert_span(const struct writer *w, const struct sw_span6 *span)
{
	struct sw_way6 *way;
	int err = find_way(w->compiler, w->top, &way);

	if (!err)
		way->span[w->set] = *span;
	return err;
}

static __u32 touched_bit(__u32 top)
{
	return sw_hash_top6(top) >> (32 - SW_TOUCHED6_BITS);
}

static int write_way(struct writer *w)
{
	struct sw_policy *policy = w->compiler->policy;
	const struct sw_bound6 *bound;
	struct sw_span6 span = {};
	__u32 bit = touched_bit(w->top), first;
	size_t count;
	int err;

	if (!w->fine.end)
		return 0;
	err = course_finish(&w->fine);
	if (err)
		return err;
	bound = w->fine.bound;
	count = w->fine.count;
	if (!bound->mid && !bound->low) {
		span.feed = bound->feed;
		bound++;
		count--;
	}
	err = write_bounds(w->compiler, bound, count,
			   w->old ? &w->old[sw_regions_seek(w->regions, w->top)] : NULL, &first);
	if (err)
		return err;
	span.first = first;
	span.count = count;
	w->fine.count = 0;
	w->fine.end = 0;
	if (policy)
		sw_set_bits(policy->v6[w->set].touched, bit, bit);
	return insert_span(w, &span);
}

static int add_fine(struct writer *w, sw_u128 first, sw_u128 last, __u8 feed)
{
	__u32 top = first >> 96;
	sw_u128 key = (sw_u128)top << WIDE_SHIFT;
	int err;

	if (top != w->top) {
		err = write_way(w);
		if (err)
			return err;
		w->top = top;
	}
	/* An address whose /32 has a way is never sought among the wide ranges, so
	 * those on both sides of that /32 may be joined across it. */
	if (w->wide.end == key)
		w->wide.end += (sw_u128)1 << WIDE_SHIFT;
	return course_add(&w->fine, first & HOST_MASK, (last & HOST_MASK) + 1, feed);
}

static int add_wide(struct writer *w, sw_u128 first, sw_u128 last, __u8 feed)
{
	struct sw_policy *policy = w->compiler->policy;

	if (policy)
		sw_set_bits(policy->v6[w->set].wide, first >> 112, last >> 112);
	return course_add(&w->wide, first >> 96 << WIDE_SHIFT, ((last >> 96) + 1) << WIDE_SHIFT,
			  feed);
}

static int add_range(void *ctx, const struct sw_range *range)
{
	struct writer *w = ctx;
	__u8 feed = w->compiler->slot[range->rank];
	/* The end of the last whole /32; all ones wrap, and wrap back. */
	sw_u128 whole_last = ((range->last + 1) & ~HOST_MASK) - 1;
	sw_u128 first, last;
	int err;

	for (first = range->first;; first = last + 1) {
		last = first | HOST_MASK;
		if (first & HOST_MASK || last >= range->last || last >= whole_last) {
			last = last < range->last ? last : range->last;
			err = add_fine(w, first, last, feed);
		} else {
			last = whole_last;
			err = add_wide(w, first, last, feed);
		}
		if (err || last == range->last)
			return err;
	}
}

static int finish(struct writer *w)
{
	struct sw_compiler *compiler = w->compiler;
	__u32 first;
	int err;

	err = write_way(w);
	if (!err)
		err = course_finish(&w->wide);
	if (!err)
		err = write_bounds(compiler, w->wide.bound, w->wide.count, NULL, &first);
	if (err)
		return err;
	if (compiler->policy) {
		compiler->policy->wide6[w->set].first = first;
		compiler->policy->wide6[w->set].count = w->wide.count;
	}
	return 0;
}

int sw_compile6(struct sw_compiler *compiler, enum sw_set set)
{
	struct writer writer = { .compiler = compiler, .set = set };
	int err;

	err = sw_compile_ranges(compiler->rules, set, SW_IPV6, add_range, &writer);
	if (!err)
		err = finish(&writer);
	free(writer.fine.bound);
	free(writer.wide.bound);
	return err;
}

/* Adds what of a range lies in the regions: as fine, for each has a way of its own. */
static int add_within(void *ctx, const struct sw_range *range)
{
	struct writer *w = ctx;
	__u8 feed = w->compiler->slot[range->rank];
	sw_u128 first, last;
	__u32 at, top;
	int err = 0;

	for (at = sw_regions_seek(w->regions, range->first >> 96); at < w->regions->tops && !err;
	     at++) {
		top = w->regions->top[at];
		first = (sw_u128)top << 96;
		last = first | HOST_MASK;
		if (first > range->last)
			break;
		err = add_fine(w, first > range->first ? first : range->first,
			       last < range->last ? last : range->last, feed);
	}
	return err;
}

/* Each /32 gets a way: of a wide range, a part may be allowed now. None is taken away, for
 * the wide ranges may be joined across its /32: one that lists nothing says so. */
static int clear_ways(struct writer *w)
{
	__u64 *touched = w->compiler->policy->v6[w->set].touched;
	struct sw_span6 *span;
	struct sw_way6 *way;
	__u32 at, bit;
	int err;

	for (at = 0; at < w->regions->tops; at++) {
		bit = touched_bit(w->regions->top[at]);
		err = sw_reach(w->compiler, &touched[bit / 64], sizeof(*touched));
		if (!err)
			err = find_way(w->compiler, w->regions->top[at], &way);
		if (err)
			return err;
		span = &way->span[w->set];
		if (span->first != SW_SPAN6_WIDE)
			w->old[at] = *span;
		*span = (struct sw_span6){};
	}
	return 0;
}

static int patch_set(struct writer *w)
{
	int err;

	w->old = calloc(w->regions->tops, sizeof(*w->old));
	if (!w->old)
		return -ENOMEM;
	err = clear_ways(w);
	if (!err)
		err = sw_compile_ranges(w->compiler->rules, w->set, SW_IPV6, add_within, w);
	if (!err)
		err = write_way(w);
	free(w->old);
	free(w->fine.bound);
	free(w->wide.bound);
	return err;
}

int sw_patch6(struct sw_compiler *compiler, const struct sw_regions *regions)
{
	enum sw_set set;
	int err = 0;

	for (set = 0; set < SW_SETS && regions->tops && !err; set++) {
		struct writer writer = { .compiler = compiler, .set = set, .regions = regions };

		err = patch_set(&writer);
	}
	return err;
}
