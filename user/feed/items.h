/* SPDX-License-Identifier: GPL-2.0 */
/* A feed's entries on the way from lines to a good copy. */
#ifndef SPAMWEIR_FEED_ITEMS_H
#define SPAMWEIR_FEED_ITEMS_H

#include "feed/copy.h"

/* address << 32 | length << 26 | line, as long as no entry has more to say than its line;
 * else a place in v4_about. They sort as numbers, of equal entries the first line first. */
#define SW_ITEM4_PLACES (1U << 26)

struct sw_item6 {
	struct sw_copy6 entry;
	struct sw_copy_about about;
};

/* What an entry with an end has. It stands apart, because few lists have any. */
struct sw_item_end {
	__u64 until;
	__u32 tag;
};

/* Set where an entry has no tag but a place in struct sw_items' ends, the other bits. */
#define SW_ITEM_ENDS 0x80000000U

struct sw_item_exclusion {
	struct sw_prefix prefix;
	__u32 line;
	enum sw_exclusion rule;
};

/* All zero is empty; released by sw_items_free. */
struct sw_items {
	__u64 *v4;
	struct sw_copy_about *v4_about; /* NULL: the items say it themselves */
	struct sw_item6 *v6;
	size_t v4_count, v4_room, v6_count, v6_room;
	struct sw_item_exclusion *excluded; /* of both families, in the source's order */
	size_t excluded_count, excluded_room;
	char *tags; /* "" and then texts, each with its NUL */
	size_t tags_size, tags_room;
	struct sw_item_end *end;
	size_t ends, ends_room;
};

/* Address space for as many IPv4 items as a text of `size` bytes can have lines, and `most` of
 * them, so that they need not move as they become more. It is a hint. */
void sw_items_expect(struct sw_items *items, size_t size, __u32 most);

/* -ENOMEM. The second is for an IPv4 entry of which nothing but its line is known. */
int sw_items_add(struct sw_items *items, const struct sw_prefix *prefix,
		 struct sw_copy_about about);
int sw_items_add4(struct sw_items *items, __u32 address, __u8 length, __u32 line);
int sw_items_exclude(struct sw_items *items, const struct sw_prefix *prefix, __u32 line,
		     enum sw_exclusion rule);

/* From now on items have places, and v4_about says what is known of them. -ENOMEM. */
int sw_items_note_places(struct sw_items *items);

/* Keeps a text, cut to SW_COPY_TAG_MAX; *tag is its offset. -ENOMEM. */
int sw_items_tag(struct sw_items *items, const char *text, size_t size, __u32 *tag);

/* Gives an entry an end, `until`; *tag, its tag, becomes what it has in place of
 * that. -ENOMEM. */
int sw_items_end(struct sw_items *items, __u64 until, __u32 *tag);

/* sw_copy4() of an IPv4 item. */
static inline __u64 sw_item4_entry(__u64 item)
{
	return (item & ~0xffffffffULL) | (item >> 26 & 63) << 24;
}

static inline struct sw_copy_about sw_item4_about(const struct sw_items *items, __u64 item)
{
	__u32 place = item & (SW_ITEM4_PLACES - 1);

	return items->v4_about ? items->v4_about[place] : (struct sw_copy_about){ .line = place };
}

/* An entry's tag, and its end; 0: it has none. */
static inline __u32 sw_item_tag(const struct sw_items *items, struct sw_copy_about about)
{
	return about.tag & SW_ITEM_ENDS ? items->end[about.tag & ~SW_ITEM_ENDS].tag : about.tag;
}

static inline __u64 sw_item_until(const struct sw_items *items, struct sw_copy_about about)
{
	return about.tag & SW_ITEM_ENDS ? items->end[about.tag & ~SW_ITEM_ENDS].until : 0;
}

void sw_items_free(struct sw_items *items);

#endif
