/* SPDX-License-Identifier: GPL-2.0 */
/* The datapath's own parser, run here: for what replay prints beside the
 * verdict. */
#ifndef SPAMWEIR_REPLAY_DISSECT_H
#define SPAMWEIR_REPLAY_DISSECT_H

#include <stdbool.h>

#include "parse.h"

struct sw_dissection {
	struct sw_packet packet; /* .family is 0 if no addresses were readable */
	bool has_protocol;
	bool has_ports;
	bool is_cut; /* a header that decides goes on behind what was captured */
};

/* Of a frame of `length` bytes, the first `size` were captured. */
void sw_dissect(const void *frame, __u32 size, __u32 length, struct sw_dissection *out);

#endif
