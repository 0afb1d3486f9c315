/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The brake for bounces, for destinations that have one. judge.h says which segments
 * may be bounces; their payload is read here.
 *
 * A bounce over the rate goes on as a reset of its connection (RFC 9293, 3.5.3): the gateway
 * is rid of the session, the sender's mail is not acknowledged. A reset is never
 * answered, so the sender sends again; that goes on as a bare acknowledgement, which
 * a gateway that has no such connection answers with a reset of its own. If one of
 * the two was lost the next pair follows. The sender keeps the mail for later.
 *
 * The frame keeps its length, and the IP header is told that the packet is shorter:
 * what lies behind is padding to everybody. With bpf_xdp_adjust_tail() the verifier
 * would take this for a program that changes packet data, and the dispatcher of libxdp
 * cannot host those.
 */
#ifndef SPAMWEIR_BOUNCE_H
#define SPAMWEIR_BOUNCE_H

#include "again.h"
#include "brake.h"
#include "decide.h"
#include "frame.h"
#include "limit.h"
#include "maps.h"
#include "parse_ip.h"

#define SW_BOUNCE_LEAST 12 /* MAIL FROM:<>; one more if a space follows the colon */

/* Sets the keys of bounces apart from those of SYNs, which stand in the same table. */
#define SW_BOUNCE_KEY 0x4d41494c46524f4dULL

/* RFC 5321, 4.1.1.2, in any case; some send a space behind the colon. */
static __always_inline int sw_says_bounce(const __u8 *text, __u32 size)
{
	__u64 verb = sw_swap64(*(const __u64 *)text) | 0x2020202000202020ULL;

	if (verb != 0x6d61696c2066726fULL || (text[8] | 0x20) != 'm' || text[9] != ':')
		return 0;
	if (text[10] == ' ' && size > SW_BOUNCE_LEAST)
		return text[11] == '<' && text[12] == '>';
	return text[10] == '<' && text[11] == '>';
}

/* Reads the segment's headers into `kept` and returns where its payload is. 0: it is too
 * short, or has IP options or extension headers. */
static __always_inline __u32 sw_brake_headers(struct xdp_md *ctx, struct sw_brake *kept,
					      const struct sw_packet *packet, __u32 *size)
{
	__u32 at = packet->ip_at & SW_LINK_OFFSETS, tcp, promised, offset;

	if (packet->family == SW_IPV4) {
		tcp = sizeof(kept->v4.ip);
		if (bpf_xdp_load_bytes(ctx, at, &kept->v4, sizeof(kept->v4)) ||
		    kept->v4.ip.ihl != 5)
			return 0;
		promised = sw_swap16(kept->v4.ip.tot_len) - tcp;
		offset = kept->v4.tcp.start.offset;
	} else {
		tcp = sizeof(kept->v6.ip);
		if (bpf_xdp_load_bytes(ctx, at, &kept->v6, sizeof(kept->v6)) ||
		    kept->v6.ip.nexthdr != IPPROTO_TCP)
			return 0;
		promised = sw_swap16(kept->v6.ip.payload_len);
		offset = kept->v6.tcp.start.offset;
	}
	offset = offset >> 4 << 2;
	if (promised < offset + SW_BOUNCE_LEAST)
		return 0;
	*size = promised - offset;
	return at + tcp + offset;
}

static __always_inline int sw_is_bounce(struct xdp_md *ctx, struct sw_brake *kept,
					const struct sw_packet *packet)
{
	__u32 size = 0, at;

	if (packet->fragment != SW_WHOLE ||
	    (packet->tcp_flags & (SW_TCP_ACK | SW_TCP_SYN | SW_TCP_RST)) != SW_TCP_ACK)
		return 0;
	at = sw_brake_headers(ctx, kept, packet, &size);
	if (!at || bpf_xdp_load_bytes(ctx, at, kept->text, SW_BOUNCE_LEAST))
		return 0;
	if (size > SW_BOUNCE_LEAST &&
	    bpf_xdp_load_bytes(ctx, at + SW_BOUNCE_LEAST, kept->text + SW_BOUNCE_LEAST, 1))
		return 0;
	return sw_says_bounce(kept->text, size);
}

static __always_inline __u64 sw_brake_key(const struct sw_packet *packet, __u32 role)
{
	if (packet->family == SW_IPV4)
		return SW_BOUNCE_KEY ^
		       sw_key4(packet->src4, packet->dst4, sw_packet_start(packet), role);
	return SW_BOUNCE_KEY ^ sw_key6(&packet->pair6, sw_packet_start(packet), role);
}

/* Whether the bounce goes on as it is; if not, `kept->reset` says what goes on in its place.
 * One that was over the rate stays so when it is sent again: its connection is gone. */
static __always_inline int sw_brake_passes(struct sw_brake *kept, const struct sw_packet *packet)
{
	__u64 key = sw_brake_key(packet, kept->role);
	int seen = again_window ? sw_again_look(key) : 0;

	if (!(seen & SW_AGAIN_KNOWN) && kept->interval != SW_RATE_CLOSED &&
	    sw_take_token(kept->home, kept->interval, kept->tolerance, kept->horizon) == SW_GO_ON)
		return 1;
	kept->reset = !(seen & SW_AGAIN_KNOWN) || !(seen & SW_AGAIN_OVER);
	if (again_window)
		sw_again_write(key, seen, kept->reset);
	return 0;
}

static __always_inline int sw_brake_decide(struct xdp_md *ctx, struct sw_brake *kept,
					   const struct sw_packet *packet)
{
	int passes = !sw_is_bounce(ctx, kept, packet) || sw_brake_passes(kept, packet);

	if (kept->tried && (passes || kept->on_trial))
		return kept->tried | SW_DECISION_MONITORED;
	return passes ? SW_DECISION(SW_SMTP_OK, packet->family, 0) : kept->decision;
}

/* The Internet checksum of RFC 1071, of sums of 16-bit words as they stand in memory. */
static __always_inline __u16 sw_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

/* `words`: the addresses and, right behind them, the TCP header. */
static __always_inline __u16 sw_tcp_checksum(const __u16 *words, int count)
{
	__u32 sum = sw_swap16(IPPROTO_TCP) + sw_swap16(SW_TCP_MIN);
	int i;

	SW_UNROLL
	for (i = 0; i < count; i++)
		sum += words[i];
	return sw_fold(sum);
}

static __always_inline void sw_brake_tcp(struct sw_tcp_header *tcp, int reset)
{
	tcp->start.offset = SW_TCP_MIN / 4 << 4;
	tcp->start.flags = SW_TCP_ACK | (reset ? SW_TCP_RST : 0);
	tcp->checksum = 0;
	tcp->urgent = 0;
}

/* Writes what goes on in place of the segment. */
static __always_inline void sw_brake_write(struct xdp_md *ctx, struct sw_brake *kept,
					   const struct sw_packet *packet)
{
	__u32 at = packet->ip_at & SW_LINK_OFFSETS;
	const __u16 length4 = sw_swap16(sizeof(kept->v4));

	if (packet->family == SW_IPV4) {
		/* RFC 1624 */
		kept->v4.ip.check =
			sw_fold((__u16)~kept->v4.ip.check + (__u16)~kept->v4.ip.tot_len + length4);
		kept->v4.ip.tot_len = length4;
		sw_brake_tcp(&kept->v4.tcp, kept->reset);
		kept->v4.tcp.checksum = sw_tcp_checksum(&kept->words[SW_BRAKE_ADDRESSES4],
							sizeof(kept->v4) / 2 - SW_BRAKE_ADDRESSES4);
		bpf_xdp_store_bytes(ctx, at, &kept->v4, sizeof(kept->v4));
	} else {
		kept->v6.ip.payload_len = sw_swap16(SW_TCP_MIN);
		sw_brake_tcp(&kept->v6.tcp, kept->reset);
		kept->v6.tcp.checksum = sw_tcp_checksum(&kept->words[SW_BRAKE_ADDRESSES6],
							sizeof(kept->v6) / 2 - SW_BRAKE_ADDRESSES6);
		bpf_xdp_store_bytes(ctx, at, &kept->v6, sizeof(kept->v6));
	}
}

#endif
