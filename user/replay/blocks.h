/* SPDX-License-Identifier: GPL-2.0 */
/* The blocks of a pcapng file and the options in them, of either byte order. */
#ifndef SPAMWEIR_REPLAY_BLOCKS_H
#define SPAMWEIR_REPLAY_BLOCKS_H

#include <linux/types.h>
#include <stdbool.h>

#include "base/error.h"
#include "replay/stream.h"

#define SW_BLOCK_SECTION 0x0a0d0d0a /* the same in either byte order */
#define SW_OPTION_ROOM 128	    /* as long as a name of a NIC can be */

struct sw_blocks {
	struct sw_stream *stream;
	bool swapped; /* to this machine, as the section has it */
	__u64 number; /* of the block at hand, from 1 on */
	__u32 type;
	__u32 length;
	__u32 left; /* without its length at the end */
};

__u16 sw_blocks_u16(const struct sw_blocks *blocks, __u16 value);
__u32 sw_blocks_u32(const struct sw_blocks *blocks, __u32 value);
__u64 sw_blocks_u64(const struct sw_blocks *blocks, __u64 value);

/* Says what is wrong with the block at hand: -EBADMSG, as all below where the file
 * is cut or damaged. Any other -errno of theirs comes from the stream. */
int sw_blocks_damaged(const struct sw_blocks *blocks, struct sw_error *error, const char *how);

/* Moves to the next block: 1, and 0 at the end. The header of a section is read
 * here. The block before must have been ended. */
int sw_blocks_next(struct sw_blocks *blocks, struct sw_error *error);
int sw_blocks_end(struct sw_blocks *blocks, struct sw_error *error);

/* Reads `size` bytes of the block, or with no `out` skips them. */
int sw_blocks_take(struct sw_blocks *blocks, void *out, __u32 size, struct sw_error *error);

/* Reads the next option that has a value of at most SW_OPTION_ROOM bytes, which is
 * filled up with zeros: 1; 0: there is none, or none that can be told from noise. */
int sw_blocks_option(struct sw_blocks *blocks, __u16 *code, __u8 value[SW_OPTION_ROOM],
		     struct sw_error *error);

/* The padding behind what has `size` bytes. */
static inline __u32 sw_blocks_padding(__u32 size)
{
	return -size & 3;
}

#endif
