/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of the link types that captures of IP have, as the Ethernet frames that
 * the BPF program judges. A link header without Ethernet addresses becomes an
 * Ethernet header with none (zeros) and the EtherType of what follows; VLAN tags
 * stay. Link types are numbered as in capture files (LINKTYPE_ of
 * draft-ietf-opsawg-pcaplinktype), which libpcap's DLT_ on Linux agree with
 * where it matters here.
 */
#ifndef SPAMWEIR_REPLAY_LINK_H
#define SPAMWEIR_REPLAY_LINK_H

#include <linux/types.h>
#include <stdbool.h>

/* No IP length reaches further, whatever stands in front of it; and a test run
 * of the kernel takes frames of at most 73,152 bytes. */
#define SW_FRAME_MOST (66 << 10)

enum sw_direction {
	SW_DIRECTION_UNKNOWN,
	SW_DIRECTION_IN,
	SW_DIRECTION_OUT,
};

struct sw_frame {
	unsigned link; /* type, as captured */
	const __u8 *data;
	__u32 size;   /* captured */
	__u32 length; /* on the wire; no less than that */
	__u64 time_ns;
	enum sw_direction direction;
	bool has_macs;	       /* the addresses are the frame's own */
	const char *interface; /* by which it came, as the capture calls it; NULL: it does not say */
};

bool sw_link_is_known(unsigned link);

/* Makes `frame`, of a known link type, one of Ethernet, with at most SW_FRAME_MOST
 * bytes of it in `room` or left where they are. Nothing is left of one that ends within
 * its link header, but its length if only the capture ends there. Tells the direction
 * where the link header does. */
void sw_link_to_ethernet(struct sw_frame *frame, __u8 room[SW_FRAME_MOST]);

#endif
