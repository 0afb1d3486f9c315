// SPDX-License-Identifier: GPL-2.0
#include "kernel/links.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_MAX 32768 /* one device with all its alternative names */

static int read_xdp(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_XDP_DRV_PROG_ID:
		link->native = mnl_attr_get_u32(attribute);
		break;
	case IFLA_XDP_SKB_PROG_ID:
		link->generic = mnl_attr_get_u32(attribute);
		break;
	case IFLA_XDP_HW_PROG_ID:
		link->offloaded = mnl_attr_get_u32(attribute);
		break;
	}
	return MNL_CB_OK;
}

static int read_linkinfo(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND)
		snprintf(link->kind, sizeof(link->kind), "%s", mnl_attr_get_str(attribute));
	return MNL_CB_OK;
}

static int read_attribute(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(attribute));
		break;
	case IFLA_LINKINFO:
		return mnl_attr_parse_nested(attribute, read_linkinfo, link);
	case IFLA_XDP:
		return mnl_attr_parse_nested(attribute, read_xdp, link);
	}
	return MNL_CB_OK;
}

static int read_link(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	struct sw_link *link = data;

	if (header->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	link->ifindex = info->ifi_index;
	link->type = info->ifi_type;
	return mnl_attr_parse(header, sizeof(*info), read_attribute, link);
}

static int ask(const struct nlmsghdr *question, struct sw_link *out)
{
	char answer[ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	ssize_t size = -1;
	int err = 0;

	if (!socket)
		return -errno;
	if (!mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(socket, question, question->nlmsg_len) >= 0)
		size = mnl_socket_recvfrom(socket, answer, sizeof(answer));
	if (size < 0 || mnl_cb_run(answer, size, question->nlmsg_seq, mnl_socket_get_portid(socket),
				   read_link, out) < 0)
		err = -errno;
	mnl_socket_close(socket);
	if (!err && !out->ifindex)
		err = -ENODEV;
	return err;
}

/* By `name`, or by `ifindex` if that is NULL. */
static int find(const char *name, unsigned ifindex, struct sw_link *out)
{
	char buffer[512] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	*out = (struct sw_link){};
	question->nlmsg_type = RTM_GETLINK;
	question->nlmsg_flags = NLM_F_REQUEST;
	question->nlmsg_seq = 1;
	info = mnl_nlmsg_put_extra_header(question, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	mnl_attr_put_u32(question, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	/* Not IFLA_IFNAME, which is too short for some alternative names. */
	if (name && !mnl_attr_put_strz_check(question, sizeof(buffer), IFLA_ALT_IFNAME, name))
		return -ENODEV;
	return ask(question, out);
}

int sw_link_by_name(const char *name, struct sw_link *out)
{
	return find(name, 0, out);
}

int sw_link_by_index(unsigned ifindex, struct sw_link *out)
{
	return ifindex ? find(NULL, ifindex, out) : -ENODEV;
}

bool sw_link_has_ethernet(const struct sw_link *link)
{
	return link->type == ARPHRD_ETHER || link->type == ARPHRD_LOOPBACK;
}

const char *sw_link_advice(const struct sw_link *link)
{
	switch (link->type) {
	case ARPHRD_PPP:
		return "a PPP session: attach to the Ethernet NIC under it, where PPPoE is "
		       "looked into";
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case ARPHRD_IP6GRE:
		return "the end of an IP tunnel: attach to the Ethernet NIC where its packets "
		       "come in before or after the tunnel, or use a tunnel that carries Ethernet "
		       "(gretap, vxlan)";
	case ARPHRD_INFINIBAND:
		return "IP over InfiniBand: attach to the Ethernet NIC where its packets come in";
	case ARPHRD_NONE:
		if (!strcmp(link->kind, "wireguard"))
			return "the end of a WireGuard tunnel: attach to the Ethernet NIC on its "
			       "plain side";
		return "a tun device: attach to the Ethernet NIC where its packets come in, or "
		       "make it a tap device";
	}
	return "attach to the Ethernet NIC where its packets come in";
}

struct sw_links_watch {
	struct mnl_socket *socket;
};

int sw_links_watch_open(struct sw_links_watch **out)
{
	struct sw_links_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (!watch)
		return -ENOMEM;
	watch->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!watch->socket || mnl_socket_bind(watch->socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID)) {
		err = -errno;
		sw_links_watch_close(watch);
		return err;
	}
	*out = watch;
	return 0;
}

void sw_links_watch_close(struct sw_links_watch *watch)
{
	if (watch && watch->socket)
		mnl_socket_close(watch->socket);
	free(watch);
}

int sw_links_watch_fd(const struct sw_links_watch *watch)
{
	return mnl_socket_get_fd(watch->socket);
}

/* Bounded: on a router with many sessions news may come in faster than it is read. */
int sw_links_watch_read(struct sw_links_watch *watch, bool *changed)
{
	char news[ANSWER_MAX];
	int i;

	*changed = false;
	for (i = 0; i < 256; i++) {
		if (mnl_socket_recvfrom(watch->socket, news, sizeof(news)) < 0) {
			if (errno == EAGAIN || errno == EINTR)
				return 0;
			if (errno != ENOBUFS && errno != ENOSPC) /* lost, or too long: news still */
				return -errno;
		}
		*changed = true;
	}
	return 0;
}
