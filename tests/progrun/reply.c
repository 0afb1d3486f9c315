// SPDX-License-Identifier: GPL-2.0
#include "reply.h"

#include <string.h>

#include "decode.h"

#define TCP_HEADER 20

static void put16(__u8 *at, unsigned value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static unsigned get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

/* Octets in pairs, the last one with a zero behind it. */
static unsigned add_up(unsigned sum, const __u8 *at, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		sum += i % 2 ? at[i] : at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static unsigned sum_segment(const __u8 *ip, __u8 family, const __u8 *tcp, size_t size)
{
	unsigned sum = 6 + size;

	sum = family == SW_IPV4 ? add_up(sum, ip + 12, 8) : add_up(sum, ip + 8, 32);
	return add_up(sum, tcp, size);
}

unsigned sw_reply_sum_tcp(const __u8 *frame, size_t size)
{
	struct sw_decoded packet = sw_decode(frame, size);
	const __u8 *tcp = packet.payload.at;

	return sum_segment(tcp - (packet.family == SW_IPV4 ? 20 : 40), packet.family, tcp,
			   packet.payload.size);
}

unsigned sw_reply_sum_ip(const __u8 *frame, size_t size)
{
	return add_up(0, sw_decode(frame, size).payload.at - 20, 20);
}

void sw_reply_write(__u8 *frame, size_t size, bool reset)
{
	struct sw_decoded packet = sw_decode(frame, size);
	__u8 *tcp = frame + (packet.payload.at - frame);
	__u8 *ip = tcp - (packet.family == SW_IPV4 ? 20 : 40);
	unsigned before;

	if (packet.family == SW_IPV4) {
		before = get16(ip + 2);
		put16(ip + 2, 20 + TCP_HEADER);
		/* RFC 1624, equation 3. */
		before = (0xffff - get16(ip + 10)) + (0xffff - before) + 20 + TCP_HEADER;
		put16(ip + 10, 0xffff - add_up(before, ip, 0));
	} else {
		put16(ip + 4, TCP_HEADER);
	}
	tcp[12] = 0x50;
	tcp[13] = reset ? 0x14 : 0x10;
	memset(tcp + 16, 0, 4);
	put16(tcp + 16, 0xffff - sum_segment(ip, packet.family, tcp, TCP_HEADER));
}
