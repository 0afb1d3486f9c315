/* SPDX-License-Identifier: GPL-2.0 */
/* The model's idea of tunnels, on what its decoder found. */
#ifndef SPAMWEIR_PROGRUN_UNWRAP_H
#define SPAMWEIR_PROGRUN_UNWRAP_H

#include "decode.h"

struct sw_unwrapped {
	enum sw_tunnel kind;
	bool opened; /* `inner` has addresses */
	bool closed; /* nobody can tell what is in it */
	struct sw_decoded inner;
};

/* What a packet, of which all headers are sound, says it carries. */
enum sw_tunnel sw_tunnel_told(const struct sw_decoded *packet);

/* `may_open`: a bit for each kind. */
struct sw_unwrapped sw_unwrap(const struct sw_decoded *outer, __u32 may_open, enum sw_role role);

#endif
