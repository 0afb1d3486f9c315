// SPDX-License-Identifier: GPL-2.0
#include "feed/items.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "feed/copy_layout.h"

/* Makes room for `more` beyond `count`; *room is what there is. */
static int grow(void **array, size_t *room, size_t count, size_t more, size_t size)
{
	int err = 0;

	while (!err && count + more > *room)
		err = sw_grow(array, room, size, 256);
	return err;
}

#define SHORTEST_LINE 8 /* bytes: "1.1.1.1\n" */

void sw_items_expect(struct sw_items *items, size_t size, __u32 most)
{
	size_t room = size / SHORTEST_LINE + 1;

	if (room > most)
		room = most;
	items->v4 = malloc(room * sizeof(*items->v4));
	sw_prefer_huge(items->v4, room * sizeof(*items->v4));
	items->v4_room = items->v4 ? room : 0;
}

int sw_items_note_places(struct sw_items *items)
{
	size_t i;

	if (items->v4_about)
		return 0;
	items->v4_about = malloc((items->v4_room ?: 1) * sizeof(*items->v4_about));
	sw_prefer_huge(items->v4_about, items->v4_room * sizeof(*items->v4_about));
	if (!items->v4_about)
		return -ENOMEM;
	for (i = 0; i < items->v4_count; i++) {
		__u64 line = items->v4[i] & (SW_ITEM4_PLACES - 1);

		items->v4_about[i] = (struct sw_copy_about){ .line = line };
		items->v4[i] += i - line;
	}
	return 0;
}

static int grow4(struct sw_items *items)
{
	size_t room = items->v4_room, same = room;

	if (items->v4_count == SW_ITEM4_PLACES || sw_grow((void **)&items->v4, &room, 8, 256) ||
	    (items->v4_about && sw_grow((void **)&items->v4_about, &same, 8, 256)))
		return -ENOMEM;
	items->v4_room = room;
	return 0;
}

static int add4(struct sw_items *items, __u64 address, __u64 length, struct sw_copy_about about)
{
	__u64 place = about.line;

	if (items->v4_count == items->v4_room && grow4(items))
		return -ENOMEM;
	if ((about.tag || about.line >= SW_ITEM4_PLACES) && sw_items_note_places(items))
		return -ENOMEM;
	if (items->v4_about) {
		place = items->v4_count;
		items->v4_about[place] = about;
	}
	items->v4[items->v4_count++] = address << 32 | length << 26 | place;
	return 0;
}

int sw_items_add4(struct sw_items *items, __u32 address, __u8 length, __u32 line)
{
	return add4(items, address, length, (struct sw_copy_about){ .line = line });
}

int sw_items_add(struct sw_items *items, const struct sw_prefix *prefix, struct sw_copy_about about)
{
	struct sw_in6 words;

	if (prefix->family == SW_IPV4)
		return add4(items, prefix->address, prefix->length, about);
	words = sw_to_in6(prefix->address);
	if (grow((void **)&items->v6, &items->v6_room, items->v6_count, 1, sizeof(*items->v6)))
		return -ENOMEM;
	items->v6[items->v6_count++] =
		(struct sw_item6){ { words.hi, words.lo, prefix->length }, about };
	return 0;
}

int sw_items_exclude(struct sw_items *items, const struct sw_prefix *prefix, __u32 line,
		     enum sw_exclusion rule)
{
	if (grow((void **)&items->excluded, &items->excluded_room, items->excluded_count, 1,
		 sizeof(*items->excluded)))
		return -ENOMEM;
	items->excluded[items->excluded_count++] =
		(struct sw_item_exclusion){ *prefix, line, rule };
	return 0;
}

/* The pieces of a range, and the ids of a list that was sorted by them, follow
 * each other: the text before is looked at. */
int sw_items_tag(struct sw_items *items, const char *text, size_t size, __u32 *tag)
{
	char *last;

	*tag = 0;
	if (!size)
		return 0;
	if (size > SW_COPY_TAG_MAX)
		size = SW_COPY_TAG_MAX;
	if (grow((void **)&items->tags, &items->tags_room, items->tags_size, size + 2, 1))
		return -ENOMEM;
	if (!items->tags_size)
		items->tags[items->tags_size++] = '\0';
	last = items->tags + items->tags_size - size - 1;
	if (items->tags_size > size + 1 && !last[-1] && !memcmp(last, text, size)) {
		*tag = last - items->tags;
		return 0;
	}
	*tag = items->tags_size;
	memcpy(items->tags + items->tags_size, text, size);
	items->tags_size += size;
	items->tags[items->tags_size++] = '\0';
	return 0;
}

int sw_items_end(struct sw_items *items, __u64 until, __u32 *tag)
{
	if (items->ends == SW_ITEM_ENDS)
		return -ENOMEM;
	if (grow((void **)&items->end, &items->ends_room, items->ends, 1, sizeof(*items->end)))
		return -ENOMEM;
	items->end[items->ends] = (struct sw_item_end){ until, *tag };
	*tag = SW_ITEM_ENDS | items->ends++;
	return 0;
}

void sw_items_free(struct sw_items *items)
{
	free(items->v4);
	free(items->v4_about);
	free(items->v6);
	free(items->excluded);
	free(items->tags);
	free(items->end);
	*items = (struct sw_items){ 0 };
}
