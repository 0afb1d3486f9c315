// SPDX-License-Identifier: GPL-2.0
#include "route/message.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

const char *sw_route_type_name(__u8 type)
{
	switch (type) {
	case RTN_UNICAST:
		return "unicast";
	case RTN_BLACKHOLE:
		return "blackhole";
	case RTN_UNREACHABLE:
		return "unreachable";
	case RTN_PROHIBIT:
		return "prohibit";
	}
	return NULL;
}

bool sw_route_message_ok(const struct nlmsghdr *message, int size)
{
	return mnl_nlmsg_ok(message, size) && message->nlmsg_len <= (__u32)size;
}

static int read_address(const struct nlattr *attribute, struct sw_prefix *prefix)
{
	const __u8 *byte = mnl_attr_get_payload(attribute);
	size_t size = sw_family_bits(prefix->family) / 8, i;

	if (mnl_attr_get_payload_len(attribute) != size)
		return -EBADMSG;
	prefix->address = 0;
	for (i = 0; i < size; i++)
		prefix->address = prefix->address << 8 | byte[i];
	return 0;
}

static int read_number(const struct nlattr *attribute, __u32 *out)
{
	if (mnl_attr_get_payload_len(attribute) != sizeof(*out))
		return -EBADMSG;
	memcpy(out, mnl_attr_get_payload(attribute), sizeof(*out));
	return 0;
}

static int read_attribute(const struct nlattr *attribute, struct sw_route *route)
{
	switch (mnl_attr_get_type(attribute)) {
	case RTA_DST:
		return read_address(attribute, &route->prefix);
	case RTA_TABLE:
		return read_number(attribute, &route->table);
	case RTA_PRIORITY:
		return read_number(attribute, &route->metric);
	case RTA_OIF:
		return read_number(attribute, &route->ifindex);
	}
	return 0;
}

/* A length that leaves no attribute whole, or bytes behind the last, is no message of the
 * kernel's. */
static int read_attributes(const struct nlmsghdr *message, struct sw_route *route)
{
	/* mnl_nlmsg_get_payload_tail() rounds up to behind what was sent. */
	const char *end = (const char *)message + message->nlmsg_len;
	const struct nlattr *attribute =
		mnl_nlmsg_get_payload_offset(message, sizeof(struct rtmsg));
	int err = 0;

	while (!err && (const char *)attribute < end) {
		if (!mnl_attr_ok(attribute, end - (const char *)attribute))
			return -EBADMSG;
		err = read_attribute(attribute, route);
		attribute = mnl_attr_next(attribute);
	}
	return err;
}

static __u8 to_family(__u8 family)
{
	return family == AF_INET ? SW_IPV4 : family == AF_INET6 ? SW_IPV6 : 0;
}

int sw_route_read(const struct nlmsghdr *message, struct sw_route *out)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	int err;

	if (message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE)
		return -ENOENT;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	if (!to_family(header->rtm_family) || header->rtm_flags & RTM_F_CLONED ||
	    header->rtm_src_len || header->rtm_tos)
		return -ENOENT;
	*out = (struct sw_route){
		.prefix = {
			.family = to_family(header->rtm_family),
			.length = header->rtm_dst_len,
		},
		.table = header->rtm_table,
		.protocol = header->rtm_protocol,
		.type = header->rtm_type,
	};
	if (out->prefix.length > sw_family_bits(out->prefix.family))
		return -EBADMSG;
	err = read_attributes(message, out);
	sw_prefix_clear_host_bits(&out->prefix);
	return err;
}
