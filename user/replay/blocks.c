// SPDX-License-Identifier: GPL-2.0
#include "replay/blocks.h"

#include <errno.h>
#include <string.h>

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define VERSION_MAJOR 1
#define OPTION_END 0
#define AROUND 12 /* bytes of type and lengths */

__u16 sw_blocks_u16(const struct sw_blocks *blocks, __u16 value)
{
	return blocks->swapped ? __builtin_bswap16(value) : value;
}

__u32 sw_blocks_u32(const struct sw_blocks *blocks, __u32 value)
{
	return blocks->swapped ? __builtin_bswap32(value) : value;
}

__u64 sw_blocks_u64(const struct sw_blocks *blocks, __u64 value)
{
	return blocks->swapped ? __builtin_bswap64(value) : value;
}

int sw_blocks_damaged(const struct sw_blocks *blocks, struct sw_error *error, const char *how)
{
	return sw_fail(error, -EBADMSG, "block %llu of the pcapng file %s", blocks->number, how);
}

/* Reads all of `size` bytes, which the block may not have, or skips them. */
int sw_blocks_take(struct sw_blocks *blocks, void *out, __u32 size, struct sw_error *error)
{
	ssize_t got;

	if (size > blocks->left)
		return sw_blocks_damaged(blocks, error, "is shorter than what it holds");
	got = sw_stream_read(blocks->stream, out, size);
	if (got < 0)
		return got;
	if (got < size)
		return sw_blocks_damaged(blocks, error, "is cut short");
	blocks->left -= size;
	return 0;
}

/* Skips what is left of the block, whose length stands at its end once more. */
int sw_blocks_end(struct sw_blocks *blocks, struct sw_error *error)
{
	__u32 again;
	int err = sw_blocks_take(blocks, NULL, blocks->left, error);

	blocks->left = sizeof(again);
	if (!err)
		err = sw_blocks_take(blocks, &again, sizeof(again), error);
	if (!err && sw_blocks_u32(blocks, again) != blocks->length)
		err = sw_blocks_damaged(blocks, error,
					"has another length at its end than at its start");
	return err;
}

int sw_blocks_option(struct sw_blocks *blocks, __u16 *code, __u8 value[SW_OPTION_ROOM],
		     struct sw_error *error)
{
	__u16 head[2], size;
	int err;

	while (blocks->left >= sizeof(head)) {
		err = sw_blocks_take(blocks, head, sizeof(head), error);
		if (err)
			return err;
		*code = sw_blocks_u16(blocks, head[0]);
		size = sw_blocks_u16(blocks, head[1]);
		if (*code == OPTION_END || size + sw_blocks_padding(size) > blocks->left)
			return 0;
		memset(value, 0, SW_OPTION_ROOM);
		if (size && size <= SW_OPTION_ROOM) {
			err = sw_blocks_take(blocks, value, size, error);
			if (!err)
				err = sw_blocks_take(blocks, NULL, sw_blocks_padding(size), error);
			return err ? err : 1;
		}
		err = sw_blocks_take(blocks, NULL, size + sw_blocks_padding(size), error);
		if (err)
			return err;
	}
	return 0;
}

/* A section's header, which tells the byte order, and so how long it is. */
static int read_section(struct sw_blocks *blocks, struct sw_error *error)
{
	struct {
		__u32 magic;
		__u16 major, minor;
		__u32 size[2];
	} head;
	int err;

	blocks->left = sizeof(head);
	err = sw_blocks_take(blocks, &head, sizeof(head), error);
	if (err)
		return err;
	if (head.magic != BYTE_ORDER_MAGIC && head.magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
		return sw_blocks_damaged(blocks, error, "begins a section of no known byte order");
	if (blocks->swapped != (head.magic != BYTE_ORDER_MAGIC)) {
		blocks->swapped = !blocks->swapped;
		blocks->length = __builtin_bswap32(blocks->length);
	}
	if (sw_blocks_u16(blocks, head.major) != VERSION_MAJOR)
		return sw_blocks_damaged(blocks, error,
					 "begins a section of another version than 1");
	if (blocks->length & 3 || blocks->length < AROUND + sizeof(head))
		return sw_blocks_damaged(blocks, error, "has a length that cannot be");
	blocks->left = blocks->length - AROUND - sizeof(head);
	return 1;
}

int sw_blocks_next(struct sw_blocks *blocks, struct sw_error *error)
{
	__u32 head[2];
	ssize_t got;

	blocks->number++;
	got = sw_stream_read(blocks->stream, head, sizeof(head));
	if (got <= 0)
		return got;
	if (got < (ssize_t)sizeof(head))
		return sw_blocks_damaged(blocks, error, "is cut short");
	blocks->type = sw_blocks_u32(blocks, head[0]);
	blocks->length = sw_blocks_u32(blocks, head[1]);
	if (blocks->type == SW_BLOCK_SECTION)
		return read_section(blocks, error);
	if (blocks->length & 3 || blocks->length < AROUND)
		return sw_blocks_damaged(blocks, error, "has a length that cannot be");
	blocks->left = blocks->length - AROUND;
	return 1;
}
