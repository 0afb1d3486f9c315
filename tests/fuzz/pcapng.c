// SPDX-License-Identifier: GPL-2.0
/*
 * Any file read as a capture. Frames are Ethernet, of bounded size and whole in
 * memory. A pcapng file is read a second time, from memory and by the shape of its
 * blocks; where both take a block, packets must be the same ones.
 */
#include <errno.h>
#include <sys/mman.h>

#include "fuzz.h"
#include "replay/capture.h"

#define ETHERNET 1

static char path[32];
static int file;

/* The second reading. */
struct reading {
	const __u8 *at, *end;
	bool is_big;
	unsigned interfaces;
	__u16 link[256];
	__u32 snap[256];
};

struct packet {
	const __u8 *data;
	__u32 size, length;
	__u16 link;
};

static __u32 word(const struct reading *reading, const __u8 *at)
{
	if (reading->is_big)
		return (__u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
	return (__u32)at[3] << 24 | at[2] << 16 | at[1] << 8 | at[0];
}

static __u16 half(const struct reading *reading, const __u8 *at)
{
	return reading->is_big ? at[0] << 8 | at[1] : at[1] << 8 | at[0];
}

static bool fill_packet(struct packet *packet, const struct reading *reading, __u32 index,
			const __u8 *data, __u32 room)
{
	if (index >= reading->interfaces || packet->size > room)
		return false;
	packet->link = reading->link[index];
	packet->data = data;
	if (packet->length < packet->size)
		packet->length = packet->size;
	return true;
}

/* A packet in a block's body, if there is one. */
static bool packet_in(const struct reading *reading, __u32 type, const __u8 *body, __u32 size,
		      struct packet *out)
{
	__u32 snap = reading->snap[0];

	if ((type == 6 || type == 2) && size >= 20) {
		out->size = word(reading, body + 12);
		out->length = word(reading, body + 16);
		return fill_packet(out, reading,
				   type == 6 ? word(reading, body) : half(reading, body), body + 20,
				   size - 20);
	}
	if (type != 3 || size < 4)
		return false;
	out->size = out->length = word(reading, body);
	if (snap && out->size > snap)
		out->size = snap;
	return fill_packet(out, reading, 0, body + 4, size - 4);
}

/* The next packet; false: no more, or no more that can be told. */
static bool next_packet(struct reading *reading, struct packet *out)
{
	while (reading->end - reading->at >= 12) {
		const __u8 *block = reading->at;
		__u32 type, size;

		if (!memcmp(block, "\n\r\r\n", 4)) {
			reading->is_big = block[8] == 0x1a;
			reading->interfaces = 0;
		}
		type = word(reading, block);
		size = word(reading, block + 4);
		if (size < 12 || size > reading->end - block)
			return false;
		reading->at += size;
		if (type == 1 && size >= 20) {
			if (reading->interfaces == 256)
				return false;
			reading->link[reading->interfaces] = half(reading, block + 8);
			reading->snap[reading->interfaces++] = word(reading, block + 12);
		}
		if (packet_in(reading, type, block + 8, size - 12, out))
			return true;
	}
	return false;
}

static void check_second(struct reading *reading, const struct sw_frame *frame)
{
	__u32 size;
	struct packet packet;

	must(next_packet(reading, &packet));
	must(packet.link == frame->link);
	if (frame->link != ETHERNET)
		return;
	size = packet.size < SW_FRAME_MOST ? packet.size : SW_FRAME_MOST;
	must(frame->size == size && frame->length == packet.length);
	must(!size || !memcmp(frame->data, packet.data, size));
}

static void check_frame(const struct sw_frame *frame)
{
	if (!frame->data) {
		must(!sw_link_is_known(frame->link));
		return;
	}
	must(sw_link_is_known(frame->link));
	must(frame->size <= SW_FRAME_MOST && frame->size <= frame->length);
	must(frame->direction <= SW_DIRECTION_OUT);
	free(copy_of(frame->data, frame->size));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	file = memfd_create("capture", MFD_CLOEXEC);
	must(file >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_pcapng = size >= 12 && !memcmp(data, "\n\r\r\n", 4);
	struct reading reading = { .at = data, .end = data + size };
	struct sw_capture *capture = NULL;
	struct sw_error error = {};
	struct sw_frame frame;
	int got;

	must(!ftruncate(file, 0) && pwrite(file, data, size, 0) == (ssize_t)size);
	got = sw_capture_open(path, &capture, &error);
	if (got) {
		must(got == -EINVAL && starts_with(error.text, path) && is_printable(error.text));
		return 0;
	}
	while ((got = sw_capture_next(capture, &frame, &error)) == 1) {
		check_frame(&frame);
		if (is_pcapng)
			check_second(&reading, &frame);
	}
	must(!got || (got == -EBADMSG && is_printable(error.text)));
	sw_capture_close(capture);
	return 0;
}
