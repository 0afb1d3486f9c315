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
#define RELEASED (1U << 18) /* entries at once */

struct filling {
	struct sw_items *items;
	struct sw_copy_header *header;
	const struct sw_copy_out *out;
	int err;
	size_t used;
	char bytes[ROOM];
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

/* Of any size, and what is left to the next 8 bytes. */
static void put_text(struct filling *f, const char *text, size_t size)
{
	static const char padding[8];

	flush(f);
	if (!f->err)
		f->err = f->out->put(f->out->ctx, text, size);
	put(f, padding, -size & 7);
}

static void put_v4(struct filling *f)
{
	__u64 entry, end = 0, last;
	struct sw_prefix prefix;
	size_t i;

	for (i = 0; i < f->items->v4_count; i++) {
		entry = sw_item4_entry(f->items->v4[i]);
		put(f, &entry, sizeof(entry));
		prefix = sw_copy4_prefix(entry);
		f->header->v4_lengths |= 1ULL << prefix.length;
		last = sw_prefix_last(&prefix);
		if (last < end)
			continue; /* within one before */
		f->header->covers += last + 1 - prefix.address;
		end = last + 1;
	}
}

static void put_v6(struct filling *f)
{
	const struct sw_item6 *item = f->items->v6, *end = item + f->items->v6_count;

	for (; item < end; item++) {
		put(f, &item->entry, sizeof(item->entry));
		f->header->v6_lengths[item->entry.length / 64] |= 1ULL << item->entry.length % 64;
	}
}

static void put_about(struct filling *f, struct sw_copy_about about)
{
	const struct sw_copy_about plain = { about.line, sw_item_tag(f->items, about) };

	put(f, &plain, sizeof(plain));
}

static void put_abouts(struct filling *f)
{
	const struct sw_items *items = f->items;
	const void *released = items->v4;
	size_t i;

	for (i = 0; i < items->v4_count; i++) {
		if (i % RELEASED == 0 && !f->header->untils)
			released = sw_release(released, items->v4 + i);
		put_about(f, sw_item4_about(items, items->v4[i]));
	}
	for (i = 0; i < items->v6_count; i++)
		put_about(f, items->v6[i].about);
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
	put_abouts(f);
	if (f->header->untils)
		put_untils(f);
	put_text(f, f->items->tags_size ? f->items->tags : "", f->header->tags_size);
	put_text(f, (const char *)f->header, sizeof(*f->header));
	flush(f);
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
