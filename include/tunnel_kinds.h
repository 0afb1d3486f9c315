/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every kind of tunnel that is told from other traffic, once: the datapath's counters,
 * the configuration and the metrics are made from this list.
 *
 * X(ID, name, opened): `name` is what users write and read. What cannot be opened, or
 * is not asked to be, is counted. Those that can be opened come first. New kinds go at
 * the end: the id indexes counters that outlive an upgrade.
 */
#ifndef SPAMWEIR_TUNNEL_KINDS_H
#define SPAMWEIR_TUNNEL_KINDS_H

#include <linux/types.h>

#define SW_TUNNELS(X)                                                                              \
	X(4IN6, "4in6", 1)	     /* RFC 2473: DS-Lite (RFC 6333) */                            \
	X(6IN4, "6in4", 1)	     /* RFC 4213 */                                                \
	X(IPIP, "ipip", 1)	     /* IPv4 in IPv4, RFC 2003; IPv6 in IPv6, RFC 2473 */          \
	X(GRE, "gre", 1)	     /* RFC 2784, RFC 2890 */                                      \
	X(VXLAN, "vxlan", 1)	     /* RFC 7348 */                                                \
	X(GTPU, "gtpu", 1)	     /* 3GPP TS 29.281 */                                          \
	X(L2TP, "l2tp", 1)	     /* RFC 2661 */                                                \
	X(GENEVE, "geneve", 0)	     /* RFC 8926 */                                                \
	X(TEREDO, "teredo", 0)	     /* RFC 4380 */                                                \
	X(ESP, "esp", 0)	     /* RFC 4303; in UDP, RFC 3948 */                              \
	X(WIREGUARD, "wireguard", 0) /* which has no port of its own: this is what it is given */  \
	X(PPTP, "pptp", 0)	     /* RFC 2637 */

enum sw_tunnel {
	SW_NO_TUNNEL,
#define SW_TUNNEL_ID(id, name, opened) SW_TUNNEL_##id,
	SW_TUNNELS(SW_TUNNEL_ID)
#undef SW_TUNNEL_ID
	SW_TUNNEL_KINDS,
};

/* Those that can be opened: a bit for each. */
#define SW_TUNNEL_OPENED_BIT(id, name, opened) | (__u32)(opened) << SW_TUNNEL_##id
#define SW_TUNNELS_OPENED (0 SW_TUNNELS(SW_TUNNEL_OPENED_BIT))

/* Which are looked for. */
struct sw_tunnels {
	__u32 looked_for; /* or none is; what is not opened is counted */
	__u32 opened;	  /* a bit for each enum sw_tunnel */
};

#endif
