/* SPDX-License-Identifier: GPL-2.0 */
/* The records of a pcap file that has no oddities, read without libpcap. */
#ifndef SPAMWEIR_FUZZ_CAPTURE_H
#define SPAMWEIR_FUZZ_CAPTURE_H

#include "fuzz.h"

#define CAPTURE_SNAP_MAX 262144

struct capture {
	struct input rest;
	bool swapped;  /* to this machine */
	__u64 unit_ns; /* of a record's second word */
	__u32 snap;
};

struct record {
	__u64 time_ns;
	const __u8 *frame;
	__u32 size;
	__u32 length; /* on the wire */
};

static inline __u32 capture_word(struct capture *capture)
{
	__u32 word = 0;
	int i;

	for (i = 0; i < 4; i++)
		word |= (__u32)take8(&capture->rest) << (capture->swapped ? 24 - 8 * i : 8 * i);
	return word;
}

/* Whether this is a file whose records are told apart by what stands here. */
static inline bool capture_open(struct capture *capture, struct input input)
{
	__u32 magic, version;

	*capture = (struct capture){ .rest = input };
	if (input.size < 24)
		return false;
	capture->swapped = *input.at == 0xa1;
	magic = capture_word(capture);
	if (magic != 0xa1b2c3d4 && magic != 0xa1b23c4d)
		return false;
	capture->unit_ns = magic == 0xa1b23c4d ? 1 : 1000;
	version = capture_word(capture);
	capture_word(capture);
	capture_word(capture);
	capture->snap = capture_word(capture);
	if (version != (capture->swapped ? 0x00020004 : 0x00040002))
		return false;
	return capture->snap && capture->snap <= CAPTURE_SNAP_MAX && capture_word(capture) == 1;
}

enum next {
	NEXT_RECORD,
	NEXT_END,
	NEXT_CUT, /* in the middle of a record */
	NEXT_ODD, /* libpcap has its own ways with it */
};

static inline enum next capture_next(struct capture *capture, struct record *out)
{
	__u32 seconds, fraction;

	if (!capture->rest.size)
		return NEXT_END;
	if (capture->rest.size < 16)
		return NEXT_CUT;
	seconds = capture_word(capture);
	fraction = capture_word(capture);
	out->size = capture_word(capture);
	out->length = capture_word(capture);
	if (seconds > INT32_MAX || fraction >= 1000000000 / capture->unit_ns ||
	    out->size > capture->snap || out->size > out->length)
		return NEXT_ODD;
	if (out->size > capture->rest.size)
		return NEXT_CUT;
	out->time_ns = seconds * 1000000000ULL + fraction * capture->unit_ns;
	out->frame = capture->rest.at;
	capture->rest.at += out->size;
	capture->rest.size -= out->size;
	return NEXT_RECORD;
}

#endif
