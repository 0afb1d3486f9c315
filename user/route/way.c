// SPDX-License-Identifier: GPL-2.0
#include "route/way.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

static void put_address(struct nlmsghdr *message, const struct sw_prefix *address)
{
	size_t size = sw_family_bits(address->family) / 8, i;
	__u8 byte[16];

	for (i = 0; i < size; i++)
		byte[i] = address->address >> 8 * (size - 1 - i);
	mnl_attr_put(message, RTA_DST, size, byte);
}

static int take(const struct nlmsghdr *message, void *ctx)
{
	const struct nlattr *attribute;
	unsigned *ifindex = ctx;

	mnl_attr_for_each(attribute, message, sizeof(struct rtmsg))
	{
		if (mnl_attr_get_type(attribute) == RTA_OIF &&
		    !mnl_attr_validate(attribute, MNL_TYPE_U32))
			*ifindex = mnl_attr_get_u32(attribute);
	}
	return MNL_CB_OK;
}

static int ask(struct mnl_socket *socket, const struct sw_prefix *address, unsigned *ifindex)
{
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *route;
	ssize_t size;

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = 1;
	route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	route->rtm_family = address->family == SW_IPV4 ? AF_INET : AF_INET6;
	route->rtm_dst_len = sw_family_bits(address->family);
	put_address(message, address);
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) ||
	    mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	if (size < 0 ||
	    mnl_cb_run(buffer, size, 1, mnl_socket_get_portid(socket), take, ifindex) < 0)
		return -errno;
	return *ifindex ? 0 : -ENETUNREACH;
}

int sw_route_way(const struct sw_prefix *address, unsigned *ifindex)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	*ifindex = 0;
	if (!socket)
		return -errno;
	err = ask(socket, address, ifindex);
	mnl_socket_close(socket);
	return err;
}
