/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every reason a packet can be judged by, once: the datapath's counters, the
 * CLI, the metrics and the manual page are generated from this list.
 *
 * X(ID, name, verdict, help): `name` is stable, it is what users grep for.
 * New reasons go at the end, whatever their verdict: the id indexes counters
 * that outlive an upgrade.
 */
#ifndef SPAMWEIR_REASONS_H
#define SPAMWEIR_REASONS_H

#include <linux/types.h>

#define SW_MAX_REASONS 64

#define SW_REASONS(X)                                                                              \
	X(CLEAN, clean, PASS, "not SMTP, and neither address is a C&C address")                    \
	X(NOT_IP, not_ip, PASS, "neither IPv4 nor IPv6 inside")                                    \
	X(MALFORMED, malformed, PASS, "cut short or contradicts itself; the receiver refuses it")  \
	X(ALLOW, allow, PASS, "SMTP, and an allow feed lists the host")                            \
	X(SMTP_OK, smtp_ok, PASS, "SMTP within the rate")                                          \
	X(FRAGMENT_LATER, fragment_later, PASS, "later fragment: carries no port")                 \
	X(CNC_SRC, cnc_src, DROP, "the source is a C&C address")                                   \
	X(CNC_DST, cnc_dst, DROP, "the destination is a C&C address")                              \
	X(ZOMBIE_FEED, zombie_feed, DROP, "SMTP from a source that a zombie feed lists")           \
	X(ZOMBIE_LIVE, zombie_live, DROP, "SMTP from a live zombie")                               \
	X(RATE_LIMIT, rate_limit, DROP, "new SMTP connection over the source's rate")              \
	X(TINY_FRAGMENT, tiny_fragment, DROP,                                                      \
	  "fragment that hides the TCP header (RFC 1858, 7112)")                                   \
	X(EXT_HEADER_LIMIT, ext_header_limit, DROP, "more headers than can be followed")           \
	X(ZOMBIE_FRAGMENT, zombie_fragment, DROP, "later fragment from a zombie, maybe TCP")       \
	X(SMTP_CLOSED, smtp_closed, DROP,                                                          \
	  "new SMTP connection where policy allows the source none")                               \
	X(NOT_JUDGED, not_judged, PASS, "in a VLAN whose role is none")                            \
	X(PROTECT_LIMIT, protect_limit, DROP,                                                      \
	  "new SMTP connection over what its destination takes")                                   \
	X(BOUNCE, bounce, REPLY, "bounce over what its destination takes: the session is reset")

enum sw_reason {
#define SW_REASON_ID(id, name, verdict, help) SW_##id,
	SW_REASONS(SW_REASON_ID)
#undef SW_REASON_ID
	SW_REASON_COUNT,

	/* What a stage returns when it decides nothing. */
	SW_GO_ON = -1,
};

enum sw_verdict {
	SW_PASS,
	SW_DROP,
	SW_REPLY, /* something else is sent in its place */
	/* The same two where monitor mode lets the packet pass. */
	SW_WOULD_DROP,
	SW_WOULD_REPLY,
	SW_VERDICTS,
};

/* Bit per reason. */
#define SW_REASON_BIT(id, name, verdict, help) (SW_##verdict != SW_PASS ? 1ULL << SW_##id : 0) |
#define SW_REASONS_CUT (SW_REASONS(SW_REASON_BIT) 0)
#define SW_REASON_REPLY_BIT(id, name, verdict, help)                                               \
	(SW_##verdict == SW_REPLY ? 1ULL << SW_##id : 0) |
#define SW_REASONS_REPLY (SW_REASONS(SW_REASON_REPLY_BIT) 0)

/* Whether the reason keeps a packet from passing, in enforce mode. */
static inline int sw_reason_cuts(enum sw_reason reason)
{
	return SW_REASONS_CUT >> reason & 1;
}

/* The verdict a reason stands for. `monitored`: what does not pass, passes. */
static inline enum sw_verdict sw_reason_verdict_as(enum sw_reason reason, int monitored)
{
	if (!sw_reason_cuts(reason))
		return SW_PASS;
	if (SW_REASONS_REPLY >> reason & 1)
		return monitored ? SW_WOULD_REPLY : SW_REPLY;
	return monitored ? SW_WOULD_DROP : SW_DROP;
}

/* The same in enforce mode. */
static inline enum sw_verdict sw_reason_verdict(enum sw_reason reason)
{
	return sw_reason_verdict_as(reason, 0);
}

_Static_assert(SW_REASON_COUNT <= SW_MAX_REASONS, "a counter row has a cell for each");

#endif
