// SPDX-License-Identifier: GPL-2.0
#include "replay/pcapng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "replay/blocks.h"

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
};

enum {
	OPTION_FLAGS = 2, /* of both packet blocks that have options */
	OPTION_NAME = 2,  /* of an interface */
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
};

#define NS_PER_S 1000000000

struct interface {
	__u16 link;
	__u32 snap;  /* 0: none */
	__u64 units; /* of time in a second */
	__s64 offset_s;
	char name[SW_OPTION_ROOM + 1]; /* "": it has none */
};

struct sw_pcapng {
	struct sw_blocks blocks;
	struct interface *interface;
	size_t interfaces, room;
	__u64 latest_ns;
};

/* Units a second of an if_tsresol; 0: more than a number holds. */
static __u64 units_of(__u8 resolution)
{
	__u64 units = 1;
	int i;

	if (resolution & 0x80)
		return (resolution & 0x7f) < 64 ? 1ULL << (resolution & 0x7f) : 0;
	if (resolution > 19)
		return 0;
	for (i = 0; i < resolution; i++)
		units *= 10;
	return units;
}

static int read_interface_options(struct sw_pcapng *pcapng, struct interface *interface,
				  struct sw_error *error)
{
	__u8 value[SW_OPTION_ROOM];
	__u16 code;
	__u64 word;
	int got;

	while ((got = sw_blocks_option(&pcapng->blocks, &code, value, error)) == 1) {
		if (code == OPTION_TSRESOL) {
			interface->units = units_of(value[0]);
			if (!interface->units)
				return sw_blocks_damaged(&pcapng->blocks, error,
							 "has an if_tsresol out of range");
		} else if (code == OPTION_NAME) {
			memcpy(interface->name, value, SW_OPTION_ROOM);
		} else if (code == OPTION_TSOFFSET) {
			memcpy(&word, value, sizeof(word));
			interface->offset_s = sw_blocks_u64(&pcapng->blocks, word);
		}
	}
	return got;
}

static int read_interface(struct sw_pcapng *pcapng, struct sw_error *error)
{
	struct {
		__u16 link;
		__u16 reserved;
		__u32 snap;
	} head;
	struct interface *interface;
	int err = sw_blocks_take(&pcapng->blocks, &head, sizeof(head), error);

	if (err)
		return err;
	if (pcapng->interfaces == pcapng->room &&
	    sw_grow((void **)&pcapng->interface, &pcapng->room, sizeof(*interface), 4))
		return -ENOMEM;
	interface = &pcapng->interface[pcapng->interfaces++];
	*interface = (struct interface){
		.link = sw_blocks_u16(&pcapng->blocks, head.link),
		.snap = sw_blocks_u32(&pcapng->blocks, head.snap),
		.units = 1000000,
	};
	return read_interface_options(pcapng, interface, error);
}

/* Any epoch will do, so that what does not fit may wrap. */
static __u64 time_of(const struct interface *interface, __u64 units)
{
	__u64 whole = units / interface->units, rest = units % interface->units;

	return (whole + interface->offset_s) * NS_PER_S +
	       (__u64)((unsigned __int128)rest * NS_PER_S / interface->units);
}

static const char *name_of(const struct interface *interface)
{
	return interface->name[0] ? interface->name : NULL;
}

static int read_bytes(struct sw_pcapng *pcapng, __u8 *room, __u32 most, struct sw_frame *out,
		      struct sw_error *error)
{
	__u32 kept = out->size < most ? out->size : most;
	int err;

	if (out->size > pcapng->blocks.left ||
	    sw_blocks_padding(out->size) > pcapng->blocks.left - out->size)
		return sw_blocks_damaged(&pcapng->blocks, error, "is shorter than its packet");
	err = sw_blocks_take(&pcapng->blocks, room, kept, error);
	if (!err)
		err = sw_blocks_take(&pcapng->blocks, NULL,
				     out->size - kept + sw_blocks_padding(out->size), error);
	if (out->length < out->size)
		out->length = out->size;
	out->data = room;
	out->size = kept;
	return err;
}

static int read_direction(struct sw_pcapng *pcapng, struct sw_frame *out, struct sw_error *error)
{
	static const enum sw_direction direction[] = { SW_DIRECTION_UNKNOWN, SW_DIRECTION_IN,
						       SW_DIRECTION_OUT, SW_DIRECTION_UNKNOWN };
	__u8 value[SW_OPTION_ROOM];
	__u16 code;
	__u32 flags;
	int got;

	while ((got = sw_blocks_option(&pcapng->blocks, &code, value, error)) == 1) {
		if (code != OPTION_FLAGS)
			continue;
		memcpy(&flags, value, sizeof(flags));
		out->direction = direction[sw_blocks_u32(&pcapng->blocks, flags) & 3];
	}
	return got;
}

/* Reads either packet block that names its interface. In the obsolete one that has 16
 * bits, and a count of drops stands behind it. */
static int read_packet(struct sw_pcapng *pcapng, bool is_obsolete, __u8 *room, __u32 most,
		       struct sw_frame *out, struct sw_error *error)
{
	__u32 head[5], index;
	__u16 half;
	int err = sw_blocks_take(&pcapng->blocks, head, sizeof(head), error);

	if (err)
		return err;
	memcpy(&half, head, sizeof(half));
	index = is_obsolete ? sw_blocks_u16(&pcapng->blocks, half)
			    : sw_blocks_u32(&pcapng->blocks, head[0]);
	if (index >= pcapng->interfaces)
		return sw_blocks_damaged(&pcapng->blocks, error,
					 "is a packet of an interface that is not described");
	out->link = pcapng->interface[index].link;
	out->interface = name_of(&pcapng->interface[index]);
	out->size = sw_blocks_u32(&pcapng->blocks, head[3]);
	out->length = sw_blocks_u32(&pcapng->blocks, head[4]);
	out->time_ns = time_of(&pcapng->interface[index],
			       (__u64)sw_blocks_u32(&pcapng->blocks, head[1]) << 32 |
				       sw_blocks_u32(&pcapng->blocks, head[2]));
	pcapng->latest_ns = out->time_ns;
	err = read_bytes(pcapng, room, most, out, error);
	return err ? err : read_direction(pcapng, out, error);
}

static int read_simple(struct sw_pcapng *pcapng, __u8 *room, __u32 most, struct sw_frame *out,
		       struct sw_error *error)
{
	__u32 length, snap;
	int err = sw_blocks_take(&pcapng->blocks, &length, sizeof(length), error);

	if (err)
		return err;
	if (!pcapng->interfaces)
		return sw_blocks_damaged(&pcapng->blocks, error,
					 "is a packet of an interface that is not described");
	out->link = pcapng->interface[0].link;
	out->interface = name_of(&pcapng->interface[0]);
	snap = pcapng->interface[0].snap;
	out->size = out->length = sw_blocks_u32(&pcapng->blocks, length);
	if (snap && out->size > snap)
		out->size = snap;
	out->time_ns = pcapng->latest_ns;
	return read_bytes(pcapng, room, most, out, error);
}

/* 1: a packet; 0: a block of another kind. */
static int read_block(struct sw_pcapng *pcapng, __u8 *room, __u32 most, struct sw_frame *out,
		      struct sw_error *error)
{
	__u32 type = pcapng->blocks.type;
	int err;

	*out = (struct sw_frame){ .direction = SW_DIRECTION_UNKNOWN };
	switch (type) {
	case SW_BLOCK_SECTION:
		pcapng->interfaces = 0;
		return 0;
	case BLOCK_INTERFACE:
		return read_interface(pcapng, error);
	case BLOCK_SIMPLE:
		err = read_simple(pcapng, room, most, out, error);
		return err ? err : 1;
	case BLOCK_ENHANCED:
	case BLOCK_PACKET:
		err = read_packet(pcapng, type == BLOCK_PACKET, room, most, out, error);
		return err ? err : 1;
	default:
		return 0;
	}
}

int sw_pcapng_next(struct sw_pcapng *pcapng, __u8 *room, __u32 most, struct sw_frame *out,
		   struct sw_error *error)
{
	int got, read, err;

	while ((got = sw_blocks_next(&pcapng->blocks, error)) == 1) {
		read = read_block(pcapng, room, most, out, error);
		if (read < 0)
			return read;
		err = sw_blocks_end(&pcapng->blocks, error);
		if (err || read)
			return err ? err : 1;
	}
	return got;
}

int sw_pcapng_open(struct sw_stream *stream, struct sw_pcapng **out, struct sw_error *error)
{
	struct sw_pcapng *pcapng = calloc(1, sizeof(*pcapng));
	int err;

	if (!pcapng)
		return -ENOMEM;
	pcapng->blocks.stream = stream;
	err = sw_blocks_next(&pcapng->blocks, error);
	if (err == 1)
		err = sw_blocks_end(&pcapng->blocks, error);
	if (err) {
		sw_pcapng_close(pcapng);
		return err == -EBADMSG ? -EINVAL : err;
	}
	*out = pcapng;
	return 0;
}

void sw_pcapng_close(struct sw_pcapng *pcapng)
{
	if (!pcapng)
		return;
	free(pcapng->interface);
	free(pcapng);
}
