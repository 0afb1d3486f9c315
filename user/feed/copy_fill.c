// SPDX-License-Identifier: GPL-2.0
/*
 * A copy is made piece by piece, in a small buffer: fresh memory as large as a list takes
 * longer to get than the list to write.
 */
#include "feed/copy_fill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define ROOM (64U << 10)
#define RELEASED (2U << 20) /* bytes at once, as large as pages may be */

struct filling {
	struct sw_items *items;
	struct sw_copy_header *header;
	const struct sw_copy_out *out;
	int err;
	size_t used;
	_Alignas(__u64) char bytes[ROOM];
};

static void flush(struct filling *f)
{
	if (!f->err && f->used)
		f->err = f->out->put(f->out->ctx, f->bytes, f->used);
	f->used = 0;
}

/* No more than ROOM. */
static inline void put(struct filling *f, const void *from, size_t size)
{
	if (size > ROOM - f->used)
		flush(f);
	memcpy(f->bytes + f->used, from, size);
	f->used += size;
}

/* Of any size, and what is left to the next 8 bytes. Entries are aligned in the buffer as they
 * are in the copy: behind a text it is empty. */
static void put_text(struct filling *f, const char *text, size_t size)
{
	static const char padding[8];

	flush(f);
	if (!f->err)
		f->err = f->out->put(f->out->ctx, text, size);
	put(f, padding, -size & 7);
	flush(f);
}

/* Room for some entries of `size` bytes in the buffer; *count is cut to what fits. */
static void *room_for(struct filling *f, size_t *count, size_t size)
{
	void *room;

	if (size > ROOM - f->used)
		flush(f);
	if (*count > (ROOM - f->used) / size)
		*count = (ROOM - f->used) / size;
	room = f->bytes + f->used;
	f->used += *count * size;
	return room;
}

/* What a header says of IPv4 entries, as they come. */
struct seen4 {
	__u64 lengths, covers, behind;
};

/* There may be millions. Most lie within no other, so that the one branch is foreseen. */
static void write_v4(const __u64 *item, size_t count, __u64 *to, struct seen4 *seen)
{
	__u64 lengths = seen->lengths, covers = seen->covers, behind = seen->behind, first, end;
	size_t i;

	for (i = 0; i < count; i++) {
		to[i] = sw_item4_entry(item[i]);
		first = item[i] >> 32;
		lengths |= 1ULL << (item[i] >> 26 & 63);
		end = (first | 0xffffffffULL >> (item[i] >> 26 & 63)) + 1;
		if (end <= behind)
			continue; /* within one before */
		covers += end - first;
		behind = end;
	}
	*seen = (struct seen4){ lengths, covers, behind };
}

static void put_v4(struct filling *f)
{
	const struct sw_items *items = f->items;
	struct seen4 seen = { 0 };
	size_t i, count;
	__u64 *to;

	for (i = 0; i < items->v4_count; i += count) {
		count = items->v4_count - i;
		to = room_for(f, &count, sizeof(*to));
		write_v4(items->v4 + i, count, to, &seen);
	}
	f->header->v4_lengths = seen.lengths;
	f->header->covers = seen.covers;
}

static void put_v6(struct filling *f)
{
	const struct sw_item6 *item = f->items->v6, *end = item + f->items->v6_count;

	for (; item < end; item++) {
		put(f, &item->entry, sizeof(item->entry));
		f->header->v6_lengths[item->entry.length / 64] |= 1ULL << item->entry.length % 64;
	}
}

static void put_abouts4(struct filling *f)
{
	const struct sw_items *items = f->items;
	struct sw_copy_about *to, about;
	const char *released = (const char *)items->v4, *at;
	size_t i, j, count;

	for (i = 0; i < items->v4_count; i += count) {
		at = (const char *)(items->v4 + i);
		if (!f->header->untils && at - released >= RELEASED)
			released = sw_release(released, at);
		count = items->v4_count - i;
		to = room_for(f, &count, sizeof(*to));
		for (j = 0; j < count; j++) {
			about = sw_item4_about(items, items->v4[i + j]);
			to[j] = (struct sw_copy_about){ about.line, sw_item_tag(items, about) };
		}
	}
}

static void put_abouts6(struct filling *f)
{
	const struct sw_items *items = f->items;
	size_t i;

	for (i = 0; i < items->v6_count; i++) {
		const struct sw_copy_about about = items->v6[i].about;
		const struct sw_copy_about plain = { about.line, sw_item_tag(items, about) };

		put(f, &plain, sizeof(plain));
	}
}

static void put_untils(struct filling *f)
{
	const struct sw_items *items = f->items;
	size_t i;
	__u64 until;

	for (i = 0; i < items->v4_count; i++) {
		until = sw_item_until(items, sw_item4_about(items, items->v4[i]));
		put(f, &until, sizeof(until));
	}
	for (i = 0; i < items->v6_count; i++) {
		until = sw_item_until(items, items->v6[i].about);
		put(f, &until, sizeof(until));
	}
}

/* In the order of feed/copy_layout.h, but for the header, which tells of them all. */
static void put_all(struct filling *f, const char *source)
{
	put_text(f, source, f->header->path_size);
	put_v4(f);
	put_v6(f);
	put_abouts4(f);
	put_abouts6(f);
	if (f->header->untils)
		put_untils(f);
	put_text(f, f->items->tags_size ? f->items->tags : "", f->header->tags_size);
	put_text(f, (const char *)f->header, sizeof(*f->header));
}

int sw_copy_fill(struct sw_items *items, struct sw_copy_header *header, const char *source,
		 const struct sw_copy_out *out)
{
	struct filling *f = malloc(sizeof(*f));
	int err = -ENOMEM;

	if (!f)
		return err;
	header->size = sw_copy_lay_out(header).size;
	f->items = items;
	f->header = header;
	f->out = out;
	f->used = 0;
	f->err = out->begin(out->ctx, &header->report, header->size);
	if (!f->err)
		put_all(f, source);
	err = f->err;
	free(f);
	return err;
}
