// SPDX-License-Identifier: GPL-2.0
#include "feed/items_join.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/both.h"
#include "base/memory.h"
#include "feed/copy_layout.h"
#include "feed/items_sort.h"
#include "feed/items_sort4.h"

static int extend(void *array, size_t count, size_t more, size_t size)
{
	void *grown = reallocarray(*(void **)array, count + more + 1, size);

	if (!grown)
		return -ENOMEM;
	sw_prefer_huge(grown, (count + more) * size);
	*(void **)array = grown;
	return 0;
}

/* What is said of an entry of the later half moves on: its line by the lines before, its
 * tag by the tags before. */
struct shift {
	__u32 lines, tags, ends;
};

static struct sw_copy_about shifted(struct sw_copy_about about, const struct shift *by)
{
	about.line += by->lines;
	if (about.tag & SW_ITEM_ENDS)
		about.tag += by->ends;
	else if (about.tag)
		about.tag += by->tags;
	return about;
}

/* How many bytes of the later tags, which begin with an empty one, stand in the first ones
 * already: where one half ends and the other begins, the text may be the same. */
static size_t shared_tags(const struct sw_items *items, const struct sw_items *more)
{
	size_t size = strlen(more->tags + 1) + 1;
	const char *last = items->tags + items->tags_size - size;

	if (!items->tags_size)
		return 0;
	return items->tags_size > size && !last[-1] && !memcmp(last, more->tags + 1, size)
		       ? 1 + size
		       : 1;
}

static int join_tags(struct sw_items *items, const struct sw_items *more, struct shift *by)
{
	size_t shared;

	if (!more->tags_size)
		return 0;
	shared = shared_tags(items, more);
	if (items->tags_size + more->tags_size >= SW_ITEM_ENDS ||
	    extend(&items->tags, items->tags_size, more->tags_size, 1))
		return -ENOMEM;
	by->tags = items->tags_size - shared;
	memcpy(items->tags + items->tags_size, more->tags + shared, more->tags_size - shared);
	items->tags_size += more->tags_size - shared;
	items->tags_room = items->tags_size;
	return 0;
}

static int join_ends(struct sw_items *items, const struct sw_items *more, struct shift *by)
{
	size_t i;

	by->ends = items->ends;
	if (!more->ends)
		return 0;
	if (extend(&items->end, items->ends, more->ends, sizeof(*items->end)))
		return -ENOMEM;
	for (i = 0; i < more->ends; i++) {
		struct sw_item_end end = more->end[i];

		end.tag += end.tag ? by->tags : 0;
		items->end[items->ends++] = end;
	}
	items->ends_room = items->ends;
	return 0;
}

static int join_v4(struct sw_items *items, struct sw_items *more, const struct shift *by)
{
	size_t count = items->v4_count + more->v4_count, i;
	struct sw_items4 part[2];
	__u32 shift = by->lines;
	__u64 *sorted;
	int err;

	if (items->v4_about || more->v4_about) {
		if (sw_items_note_places(items) || sw_items_note_places(more) ||
		    extend(&items->v4_about, items->v4_count, more->v4_count,
			   sizeof(*items->v4_about)))
			return -ENOMEM;
		for (i = 0; i < more->v4_count; i++)
			items->v4_about[items->v4_count + i] = shifted(more->v4_about[i], by);
		shift = items->v4_count;
	}
	sorted = malloc((count + 1) * sizeof(*sorted));
	sw_prefer_huge(sorted, count * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	part[0] = (struct sw_items4){ items->v4, items->v4_count, 0 };
	part[1] = (struct sw_items4){ more->v4, more->v4_count, shift };
	err = sw_items4_sort(part, sorted);
	if (err) {
		free(sorted);
		return err;
	}
	free(items->v4);
	items->v4 = sorted;
	items->v4_count = count;
	items->v4_room = count;
	return 0;
}

static void merge6(const struct sw_items *a, const struct sw_items *b, const struct shift *by,
		   struct sw_item6 *to)
{
	const struct sw_item6 *x = a->v6, *x_end = x + a->v6_count;
	const struct sw_item6 *y = b->v6, *y_end = y + b->v6_count;

	while (x < x_end || y < y_end) {
		if (y == y_end || (x < x_end && sw_copy6_compare(&x->entry, &y->entry) <= 0)) {
			*to++ = *x++;
		} else {
			*to = *y++;
			to->about = shifted(to->about, by);
			to++;
		}
	}
}

/* If there are any in `more`, both are sorted by now. */
static int join_v6(struct sw_items *items, const struct sw_items *more, const struct shift *by)
{
	size_t count = items->v6_count + more->v6_count;
	struct sw_item6 *sorted;

	if (!more->v6_count)
		return 0;
	sorted = malloc(count * sizeof(*sorted));
	sw_prefer_huge(sorted, count * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	merge6(items, more, by, sorted);
	free(items->v6);
	items->v6 = sorted;
	items->v6_count = count;
	items->v6_room = count;
	return 0;
}

struct sorting {
	struct sw_items *items;
	int err;
};

static void sort6(void *ctx)
{
	struct sorting *sorting = ctx;

	sorting->err = sw_items_sort6(sorting->items);
}

int sw_items_join(struct sw_items *items, struct sw_items *more, __u32 lines)
{
	struct sorting first = { items, 0 }, second = { more, 0 };
	struct shift by = { .lines = lines };
	int err;

	if (items->v6_count || more->v6_count)
		sw_do_both(sort6, &first, &second);
	err = first.err ?: second.err;
	if (!err)
		err = join_tags(items, more, &by);
	if (!err)
		err = join_ends(items, more, &by);
	if (!err)
		err = join_v4(items, more, &by);
	if (!err)
		err = join_v6(items, more, &by);
	sw_items_free(more);
	if (err)
		sw_items_free(items);
	return err;
}
