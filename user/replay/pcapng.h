/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader of pcapng (draft-ietf-opsawg-pcapng) that, unlike libpcap's, takes
 * interfaces of different link types and snap lengths, and tells a packet's
 * direction. Sections of either byte order; all packet blocks. Blocks that hold no
 * packets are stepped over, as are options that do not concern it.
 */
#ifndef SPAMWEIR_REPLAY_PCAPNG_H
#define SPAMWEIR_REPLAY_PCAPNG_H

#include "base/error.h"
#include "replay/link.h"
#include "replay/stream.h"

struct sw_pcapng;

/* Reads the first section's header. The stream stays the caller's, and must live
 * as long. -EINVAL: that is no pcapng; `error` says why, without naming a file. */
int sw_pcapng_open(struct sw_stream *stream, struct sw_pcapng **out, struct sw_error *error);
void sw_pcapng_close(struct sw_pcapng *pcapng); /* NULL is fine */

/* The next packet as it was captured, with at most `most` bytes of it in `room`. A
 * packet without a time gets that of the one before it. 1; 0 at the end; -EBADMSG:
 * the file is cut or damaged, as `error` says, and nothing further can be read;
 * -errno. */
int sw_pcapng_next(struct sw_pcapng *pcapng, __u8 *room, __u32 most, struct sw_frame *out,
		   struct sw_error *error);

#endif
