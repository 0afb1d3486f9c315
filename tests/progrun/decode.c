// SPDX-License-Identifier: GPL-2.0
#include "decode.h"

#define MOST_TAGS 2
#define MOST_LABELS 4
#define MOST_EXTS 8

static unsigned get16(struct sw_slice s, size_t at)
{
	return s.at[at] << 8 | s.at[at + 1];
}

static sw_u128 get_address(struct sw_slice s, size_t at, size_t size)
{
	sw_u128 value = 0;
	size_t i;

	for (i = 0; i < size; i++)
		value = value << 8 | s.at[at + i];
	return value;
}

static struct sw_slice skip(struct sw_slice s, size_t size)
{
	return (struct sw_slice){ s.at + size, s.size - size };
}

static struct sw_slice shorten(struct sw_slice s, size_t size)
{
	return (struct sw_slice){ s.at, size };
}

static bool is_vlan(unsigned ethertype)
{
	return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

static bool is_ext(unsigned protocol)
{
	switch (protocol) {
	case 0:	  /* hop-by-hop */
	case 43:  /* routing */
	case 44:  /* fragment */
	case 51:  /* AH */
	case 60:  /* destination options */
	case 135: /* mobility */
	case 139: /* HIP */
	case 140: /* shim6 */
		return true;
	}
	return false;
}

static struct sw_decoded nothing(enum sw_found found)
{
	return (struct sw_decoded){ .found = found };
}

static size_t ext_size(struct sw_slice s, unsigned type)
{
	switch (type) {
	case 44:
		return 8;
	case 51:
		return (s.at[1] + 2) * 4;
	}
	return (s.at[1] + 1) * 8;
}

/* `out` has family and addresses. `s` is what stands behind the fixed header. */
static void walk_extensions(struct sw_decoded *out, struct sw_slice s, unsigned next)
{
	unsigned count = 0;

	out->fragment = SW_WHOLE;
	/* Behind a later fragment's header stands the middle of something. */
	while (is_ext(next) && out->fragment != SW_LATER) {
		unsigned type = next;
		size_t size;

		if (count == MOST_EXTS) {
			out->found = SW_FOUND_TOO_MANY;
			return;
		}
		count++;
		size = s.size < 2 ? 8 : ext_size(s, type);
		if (size > s.size) {
			out->found = out->fragment == SW_FIRST ? SW_FOUND_HIDDEN
							       : SW_FOUND_ADDRESSES;
			out->protocol = type;
			return;
		}
		next = s.at[0];
		if (type == 44) {
			out->offset = get16(s, 2) >> 3;
			if (out->offset)
				out->fragment = SW_LATER;
			else if (s.at[3] & 1)
				out->fragment = SW_FIRST;
		}
		s = skip(s, size);
	}
	out->found = SW_FOUND_PACKET;
	out->protocol = next;
	out->protocol_unknown = is_ext(next);
	out->payload = s;
	out->bare = !count;
}

static struct sw_decoded decode_ipv6(struct sw_slice s, bool contradiction)
{
	struct sw_decoded out = { .family = SW_IPV6 };
	size_t payload;

	if (s.size < 40)
		return nothing(SW_FOUND_CUT);
	out.src = get_address(s, 8, 16);
	out.dst = get_address(s, 24, 16);
	out.sender_family = SW_IPV6;
	out.sender = out.src;
	payload = get16(s, 4);
	if (contradiction || payload > s.size - 40) {
		out.found = SW_FOUND_ADDRESSES;
		return out;
	}
	walk_extensions(&out, shorten(skip(s, 40), payload), s.at[6]);
	return out;
}

static struct sw_decoded decode_ipv4(struct sw_slice s, bool contradiction)
{
	struct sw_decoded out = { .family = SW_IPV4 };
	size_t header, total;
	unsigned fragment;

	if (s.size < 20)
		return nothing(SW_FOUND_CUT);
	out.src = get_address(s, 12, 4);
	out.dst = get_address(s, 16, 4);
	out.sender_family = SW_IPV4;
	out.sender = out.src;
	header = (s.at[0] & 15) * 4;
	total = get16(s, 2);
	if (contradiction || header < 20 || total < header || total > s.size) {
		out.found = SW_FOUND_ADDRESSES;
		return out;
	}
	fragment = get16(s, 6);
	out.offset = fragment & 0x1fff;
	out.fragment = out.offset ? SW_LATER : fragment & 0x2000 ? SW_FIRST : SW_WHOLE;
	out.found = SW_FOUND_PACKET;
	out.protocol = s.at[9];
	out.payload = skip(shorten(s, total), header);
	out.bare = header == 20;
	return out;
}

static struct sw_decoded decode_ip(struct sw_slice s, unsigned version, bool contradiction)
{
	if (!s.size || s.at[0] >> 4 != version)
		return nothing(SW_FOUND_CUT);
	return version == 4 ? decode_ipv4(s, contradiction) : decode_ipv6(s, contradiction);
}

struct sw_decoded sw_decode_ip(struct sw_slice s, unsigned version)
{
	return decode_ip(s, version, false);
}

static struct sw_decoded decode_pppoe(struct sw_slice s)
{
	bool contradiction = false;
	unsigned length, protocol, bytes;

	if (s.size < 7)
		return nothing(SW_FOUND_CUT);
	bytes = s.at[6] % 2 ? 1 : 2; /* of the PPP protocol */
	if (s.size < 6 + bytes)
		return nothing(SW_FOUND_CUT);
	if (s.at[0] != 0x11 || s.at[1] != 0)
		return nothing(SW_FOUND_OTHER);
	length = get16(s, 4);
	protocol = bytes == 1 ? s.at[6] : get16(s, 6);
	if (protocol != 0x0021 && protocol != 0x0057)
		return nothing(SW_FOUND_OTHER); /* whatever its length says */
	s = skip(s, 6);
	if (length > s.size)
		contradiction = true;
	else
		s = shorten(s, length);
	if (s.size < bytes)
		return nothing(SW_FOUND_CUT);
	return decode_ip(skip(s, bytes), protocol == 0x0021 ? 4 : 6, contradiction);
}

static struct sw_decoded decode_mpls(struct sw_slice s)
{
	bool last = false;
	unsigned labels;

	for (labels = 0; !last; labels++) {
		if (labels == MOST_LABELS)
			return nothing(SW_FOUND_OTHER);
		if (s.size < 4)
			return nothing(SW_FOUND_CUT);
		last = s.at[2] & 1;
		s = skip(s, 4);
	}
	if (!s.size)
		return nothing(SW_FOUND_CUT);
	switch (s.at[0] >> 4) {
	case 4:
		return decode_ip(s, 4, false);
	case 6:
		return decode_ip(s, 6, false);
	}
	return nothing(SW_FOUND_OTHER);
}

struct sw_decoded sw_decode(const __u8 *data, size_t size)
{
	struct sw_slice s = { data, size };
	unsigned ethertype, tags;

	if (size < 14)
		return nothing(SW_FOUND_CUT);
	ethertype = get16(s, 12);
	s = skip(s, 14);
	for (tags = 0; tags < MOST_TAGS && is_vlan(ethertype); tags++) {
		if (s.size < 4)
			return nothing(SW_FOUND_CUT);
		ethertype = get16(s, 2);
		s = skip(s, 4);
	}
	switch (ethertype) {
	case 0x0800:
		return decode_ip(s, 4, false);
	case 0x86dd:
		return decode_ip(s, 6, false);
	case 0x8847:
	case 0x8848:
		return decode_mpls(s);
	case 0x8864:
		return decode_pppoe(s);
	}
	return nothing(SW_FOUND_OTHER);
}
