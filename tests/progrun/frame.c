// SPDX-License-Identifier: GPL-2.0
#include "frame.h"

#include <assert.h>
#include <string.h>

#define PPPOE_BYTES 6
#define UDP_BYTES 8
#define GTPU_BYTES 16 /* with UDP */

static void add(struct sw_frame *frame, const void *bytes, size_t size)
{
	assert(frame->len + size <= SW_FRAME_MAX);
	memcpy(frame->data + frame->len, bytes, size);
	frame->len += size;
}

static void add8(struct sw_frame *frame, __u8 value)
{
	add(frame, &value, 1);
}

static void add16(struct sw_frame *frame, __u16 value)
{
	add8(frame, value >> 8);
	add8(frame, value);
}

static void add32(struct sw_frame *frame, __u32 value)
{
	add16(frame, value >> 16);
	add16(frame, value);
}

static void add128(struct sw_frame *frame, sw_u128 value)
{
	int shift;

	for (shift = 96; shift >= 0; shift -= 32)
		add32(frame, value >> shift);
}

void sw_frame_put16(struct sw_frame *frame, __u32 at, __u16 value)
{
	frame->data[at] = value >> 8;
	frame->data[at + 1] = value;
}

/* What fills options, payload and padding is an SMTP SYN over and over, so that
 * whoever takes it for a header is found out. */
static void add_bait(struct sw_frame *frame, __u32 size)
{
	/* Port 25 twice, protocol TCP, and 0x5002: five words of header, SYN. */
	static const __u8 bait[] = { 0x00, 0x19, 0x00, 0x19, 0x06, 0x00, 0x00, 0x19,
				     0x00, 0x19, 0x06, 0x01, 0x50, 0x02, 0x00, 0x19 };
	__u32 i;

	for (i = 0; i < size; i++)
		add8(frame, bait[i % sizeof(bait)]);
}

static __u16 ip_ethertype(const struct sw_spec *spec)
{
	return spec->family == SW_IPV4 ? 0x0800 : 0x86dd;
}

static void add_link(struct sw_frame *frame, const struct sw_spec *spec)
{
	static const __u8 macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	int i;

	add(frame, macs, sizeof(macs));
	for (i = 0; i < spec->tags; i++) {
		add16(frame, spec->tpid[i]);
		add16(frame, !i && spec->vid ? spec->vid : 100 + i);
	}
	if (spec->ethertype)
		add16(frame, spec->ethertype);
	else if (spec->pppoe)
		add16(frame, 0x8864);
	else if (spec->labels)
		add16(frame, 0x8847);
	else
		add16(frame, ip_ethertype(spec));

	if (spec->pppoe) {
		frame->pppoe = frame->len;
		add16(frame, 0x1100);
		add16(frame, 0x1234);
		add16(frame, 0);
		if (!spec->short_ppp)
			add8(frame, 0);
		add8(frame, spec->family == SW_IPV4 ? 0x21 : 0x57);
	}
	for (i = 0; i < spec->labels; i++)
		add32(frame, (1000 + i) << 12 | (i == spec->labels - 1) << 8 | 64);
}

static void add_ipv4(struct sw_frame *frame, const struct sw_spec *spec)
{
	add8(frame, 0x40 | (5 + spec->option_words));
	add8(frame, 0);
	add16(frame, 0);
	add16(frame, 0x4242);
	add16(frame, spec->more << 13 | spec->offset);
	add8(frame, 64);
	add8(frame, spec->protocol);
	add16(frame, 0);
	add32(frame, spec->src);
	add32(frame, spec->dst);
	add_bait(frame, spec->option_words * 4);
}

static void add_ext(struct sw_frame *frame, const struct sw_spec *spec, const struct sw_ext *ext,
		    __u8 next)
{
	add8(frame, next);
	switch (ext->type) {
	case SW_EXT_FRAGMENT:
		add8(frame, 0);
		add16(frame, spec->offset << 3 | spec->more);
		add32(frame, 0x42424242);
		break;
	case SW_EXT_AH:
		add8(frame, ext->units * 2 - 2);
		add_bait(frame, ext->units * 8 - 2);
		break;
	default:
		add8(frame, ext->units - 1);
		add_bait(frame, ext->units * 8 - 2);
		break;
	}
}

static void add_ipv6(struct sw_frame *frame, const struct sw_spec *spec)
{
	int i;

	add32(frame, 0x60000000);
	add16(frame, 0);
	add8(frame, spec->exts ? spec->ext[0].type : spec->protocol);
	add8(frame, 64);
	add128(frame, spec->src);
	add128(frame, spec->dst);
	for (i = 0; i < spec->exts; i++) {
		frame->ext[i] = frame->len;
		add_ext(frame, spec, &spec->ext[i],
			i + 1 < spec->exts ? spec->ext[i + 1].type : spec->protocol);
	}
}

static void add_tcp(struct sw_frame *frame, const struct sw_spec *spec)
{
	__u8 doff = spec->doff ? spec->doff : 5;

	add16(frame, spec->sport);
	add16(frame, spec->dport);
	add32(frame, spec->seq);
	add32(frame, spec->flags & SW_ACK ? 0x05060708 : 0);
	add8(frame, doff << 4);
	add8(frame, spec->flags);
	add16(frame, 64240);
	add32(frame, 0);
	if (doff > 5)
		add_bait(frame, (doff - 5) * 4);
}

static void add_transport(struct sw_frame *frame, const struct sw_spec *spec)
{
	__u32 start = frame->len;

	switch (spec->protocol) {
	case SW_TCP:
		add_tcp(frame, spec);
		break;
	case SW_UDP:
		add16(frame, spec->sport);
		add16(frame, spec->dport);
		add16(frame, 8 + spec->payload);
		add16(frame, 0);
		break;
	default:
		break;
	}
	if (spec->says)
		add(frame, spec->says, strlen(spec->says));
	add_bait(frame, spec->payload);
	if (frame->len - start > spec->transport)
		frame->len = start + spec->transport;
}

static void set_lengths(struct sw_frame *frame, const struct sw_spec *spec, __u32 end)
{
	if (frame->pppoe)
		sw_frame_put16(frame, frame->pppoe + 4, end - frame->pppoe - PPPOE_BYTES);
	if (spec->family == SW_IPV4)
		sw_frame_put16(frame, frame->ip + 2, end - frame->ip);
	else
		sw_frame_put16(frame, frame->ip + 4, end - frame->ip - 40);
}

void sw_frame_build(struct sw_frame *frame, const struct sw_spec *spec)
{
	frame->len = 0;
	frame->pppoe = 0;
	add_link(frame, spec);
	frame->ip = frame->len;
	if (spec->family == SW_IPV4)
		add_ipv4(frame, spec);
	else
		add_ipv6(frame, spec);
	frame->l4 = frame->len;
	add_transport(frame, spec);
	frame->ip_end = frame->len;
	set_lengths(frame, spec, frame->ip_end);
	add_bait(frame, spec->padding);
}

void sw_frame_wrap(struct sw_frame *frame, const struct sw_spec *outer, const struct sw_head *head)
{
	static __u8 inner[SW_FRAME_MAX];
	__u32 from = head->ethernet ? 0 : frame->ip, size = frame->ip_end - from;

	if (size > frame->len - from) /* it was cut */
		size = frame->len - from;
	memcpy(inner, frame->data + from, size);
	sw_frame_build(frame, outer);
	frame->len = frame->l4; /* padding stands behind all */
	add(frame, head->bytes, head->size);
	frame->inner = frame->len;
	add(frame, inner, size);
	frame->ip_end = frame->len;
	set_lengths(frame, outer, frame->len);
	if (head->ends) /* L2TP counts from its own start, GTP-U behind eight bytes more */
		sw_frame_put16(frame, frame->inner - head->size + head->ends,
			       frame->len - frame->inner + head->size -
				       (head->length_of_all ? UDP_BYTES : GTPU_BYTES));
	add_bait(frame, outer->padding);
}

void sw_frame_cut(struct sw_frame *frame, const struct sw_spec *spec, __u32 len)
{
	__u32 header = frame->ip + (spec->family == SW_IPV4 ? 20 : 40);

	frame->len = len;
	if (len >= header)
		set_lengths(frame, spec, len);
}

struct sw_spec sw_spec_smtp(__u8 family, sw_u128 src, sw_u128 dst)
{
	static __u32 seq = 0x01020304;

	return (struct sw_spec){
		.family = family,
		.src = src,
		.dst = dst,
		.protocol = SW_TCP,
		.sport = 40000,
		.dport = 25,
		.seq = seq++,
		.flags = SW_SYN,
		.transport = SW_FRAME_ALL,
	};
}

static void insert_ext(struct sw_spec *spec, __u8 position, __u8 type, __u8 units)
{
	assert(spec->exts < SW_FRAME_EXTS && position <= spec->exts);
	memmove(&spec->ext[position + 1], &spec->ext[position],
		(spec->exts - position) * sizeof(spec->ext[0]));
	spec->ext[position] = (struct sw_ext){ type, units };
	spec->exts++;
}

void sw_spec_ext(struct sw_spec *spec, __u8 type, __u8 units)
{
	insert_ext(spec, spec->exts, type, units);
}

void sw_spec_fragment(struct sw_spec *spec, __u8 position, __u16 offset, bool more)
{
	spec->offset = offset;
	spec->more = more;
	if (spec->family == SW_IPV6)
		insert_ext(spec, position, SW_EXT_FRAGMENT, 1);
}
