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

static int read_bond(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_BOND_MODE:
		link->bond_mode = mnl_attr_get_u8(attribute);
		break;
	case IFLA_BOND_XMIT_HASH_POLICY:
		link->bond_policy = mnl_attr_get_u8(attribute);
		break;
	}
	return MNL_CB_OK;
}

/* The kind, which says what the data mean, comes first. */
static int read_linkinfo(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_INFO_KIND:
		snprintf(link->kind, sizeof(link->kind), "%s", mnl_attr_get_str(attribute));
		break;
	case IFLA_INFO_DATA:
		if (!strcmp(link->kind, "bond"))
			return mnl_attr_parse_nested(attribute, read_bond, link);
		break;
	}
	return MNL_CB_OK;
}

static int read_attribute(const struct nlattr *attribute, void *data)
{
	struct sw_link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(attribute));
		break;
	case IFLA_MASTER:
		link->master = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINK:
		link->lower = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINKINFO:
		return mnl_attr_parse_nested(attribute, read_linkinfo, link);
	case IFLA_XDP:
		return mnl_attr_parse_nested(attribute, read_xdp, link);
	}
	return MNL_CB_OK;
}

static int note_netns(const struct nlattr *attribute, void *data)
{
	if (mnl_attr_get_type(attribute) == IFLA_LINK_NETNSID)
		*(bool *)data = true;
	return MNL_CB_OK;
}

/* IFLA_LINK is a veth's peer and a tunnel's way out, too. */
static bool lies_on_another(const struct sw_link *link)
{
	static const char *const kinds[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(link->kind, kinds[i]))
			return true;
	}
	return false;
}

static int read_link(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	struct sw_link *link = data;
	bool foreign = false;
	int more;

	if (header->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	link->ifindex = info->ifi_index;
	link->type = info->ifi_type;
	more = mnl_attr_parse(header, sizeof(*info), read_attribute, link);
	mnl_attr_parse(header, sizeof(*info), note_netns, &foreign);
	if (foreign || !lies_on_another(link))
		link->lower = 0;
	return more;
}

struct members {
	struct sw_link *link;
	int count;
};

static int read_member(const struct nlmsghdr *header, void *data)
{
	struct members *members = data;
	struct sw_link *link = &members->link[members->count];

	if (members->count == SW_LINK_MEMBERS)
		return MNL_CB_OK;
	*link = (struct sw_link){};
	members->count += read_link(header, link) == MNL_CB_OK && link->ifindex;
	return MNL_CB_OK;
}

/* Asks, and reads the answers: one, or as many as a dump takes. */
static int ask(const struct nlmsghdr *question, mnl_cb_t read, void *data)
{
	char answer[ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int more = -1, err = 0;
	ssize_t size;

	if (!socket)
		return -errno;
	if (!mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(socket, question, question->nlmsg_len) >= 0) {
		do {
			size = mnl_socket_recvfrom(socket, answer, sizeof(answer));
			more = size < 0 ? -1
					: mnl_cb_run(answer, size, question->nlmsg_seq,
						     mnl_socket_get_portid(socket), read, data);
		} while (more > 0 && question->nlmsg_flags & NLM_F_DUMP);
	}
	if (more < 0)
		err = -errno;
	mnl_socket_close(socket);
	return err;
}

static struct ifinfomsg *ask_for_links(struct nlmsghdr *question, __u16 flags)
{
	struct ifinfomsg *info;

	question->nlmsg_type = RTM_GETLINK;
	question->nlmsg_flags = NLM_F_REQUEST | flags;
	question->nlmsg_seq = 1;
	info = mnl_nlmsg_put_extra_header(question, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(question, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return info;
}

/* Finds a device by `name`, or by `ifindex` if that is NULL. */
static int find(const char *name, unsigned ifindex, struct sw_link *out)
{
	char buffer[512] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question = mnl_nlmsg_put_header(buffer);
	int err;

	*out = (struct sw_link){};
	ask_for_links(question, 0)->ifi_index = ifindex;
	/* Not IFLA_IFNAME, which is too short for some alternative names. */
	if (name && !mnl_attr_put_strz_check(question, sizeof(buffer), IFLA_ALT_IFNAME, name))
		return -ENODEV;
	err = ask(question, read_link, out);
	return !err && !out->ifindex ? -ENODEV : err;
}

int sw_link_members(unsigned master, struct sw_link out[SW_LINK_MEMBERS])
{
	char buffer[512] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question = mnl_nlmsg_put_header(buffer);
	struct members members;
	int tries, err = -EINTR;

	ask_for_links(question, NLM_F_DUMP);
	mnl_attr_put_u32(question, IFLA_MASTER, master);
	/* Interrupted if a device comes or goes meanwhile. */
	for (tries = 0; tries < 8 && err == -EINTR; tries++) {
		members = (struct members){ .link = out };
		err = ask(question, read_member, &members);
	}
	return err ? err : members.count;
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
