/* SPDX-License-Identifier: GPL-2.0 */
/* The datapath's own parser, run here: for what replay prints beside the
 * verdict. */
#ifndef SPAMWEIR_REPLAY_DISSECT_H
#define SPAMWEIR_REPLAY_DISSECT_H

#include <stdbool.h>

#include "parse.h"
#include "tunnel_kinds.h"

struct sw_layer {
	struct sw_packet packet; /* .family is 0 if no addresses were readable */
	bool has_protocol;
	bool has_ports;
};

struct sw_dissection {
	struct sw_layer outer;
	struct sw_layer inner; /* of a tunnel that is opened */
	bool is_cut;	       /* a header that decides goes on behind what was captured */
	enum sw_tunnel tunnel; /* if these are looked for */
};

/* Dissects a frame of `length` bytes, the first `size` of which were captured. */
void sw_dissect(const void *frame, __u32 size, __u32 length, const struct sw_tunnels *tunnels,
		struct sw_dissection *out);

#endif
