// SPDX-License-Identifier: GPL-2.0
#include "kernel/hosts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/span.h"
#include "kernel/dump.h"
#include "kernel/tables.h"

struct reader {
	struct sw_hosts *hosts;
	size_t room;
};

static int add(struct reader *reader, const struct sw_prefix *address, enum sw_host_is is)
{
	struct sw_hosts *hosts = reader->hosts;

	if (hosts->count == reader->room &&
	    sw_grow((void **)&hosts->host, &reader->room, sizeof(*hosts->host), 16))
		return -ENOMEM;
	hosts->host[hosts->count++] = (struct sw_host){ *address, is };
	return 0;
}

static int add_bytes(struct reader *reader, int family, const void *bytes, enum sw_host_is is)
{
	char text[INET6_ADDRSTRLEN];
	struct sw_prefix address;

	if (!inet_ntop(family, bytes, text, sizeof(text)) ||
	    sw_address_parse(text, strlen(text), &address))
		return 0;
	return add(reader, &address, is);
}

static int add_attribute(struct reader *reader, int family, const struct nlattr *attribute,
			 enum sw_host_is is)
{
	size_t size = family == AF_INET ? 4 : 16;

	if ((family != AF_INET && family != AF_INET6) || mnl_attr_get_payload_len(attribute) < size)
		return 0;
	return add_bytes(reader, family, mnl_attr_get_payload(attribute), is);
}

/* On a point-to-point link IFA_ADDRESS is the other end's, and a gateway. */
static int take_address(const struct nlmsghdr *message, void *ctx)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute, *local = NULL, *address = NULL;
	int err = 0;

	mnl_attr_for_each(attribute, message, sizeof(*header))
	{
		if (mnl_attr_get_type(attribute) == IFA_LOCAL)
			local = attribute;
		else if (mnl_attr_get_type(attribute) == IFA_ADDRESS)
			address = attribute;
	}
	if (local || address)
		err = add_attribute(ctx, header->ifa_family, local ?: address, SW_HOST_OWN);
	if (!err && local && address &&
	    memcmp(mnl_attr_get_payload(local), mnl_attr_get_payload(address),
		   mnl_attr_get_payload_len(local)))
		err = add_attribute(ctx, header->ifa_family, address, SW_HOST_GATEWAY);
	return err ? MNL_CB_ERROR : MNL_CB_OK;
}

static int take_gateway(struct reader *reader, int family, const struct nlattr *attribute)
{
	const struct rtvia *via;

	if (mnl_attr_get_type(attribute) == RTA_GATEWAY)
		return add_attribute(reader, family, attribute, SW_HOST_GATEWAY);
	via = mnl_attr_get_payload(attribute);
	if (mnl_attr_get_type(attribute) != RTA_VIA ||
	    mnl_attr_get_payload_len(attribute) <
		    sizeof(*via) + (via->rtvia_family == AF_INET ? 4 : 16))
		return 0;
	return add_bytes(reader, via->rtvia_family, via->rtvia_addr, SW_HOST_GATEWAY);
}

static int take_nexthops(struct reader *reader, int family, const struct nlattr *list)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(list);
	int left = mnl_attr_get_payload_len(list), err = 0;

	for (; !err && left >= (int)sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) &&
	       hop->rtnh_len <= left;
	     left -= NLMSG_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		const struct nlattr *attribute = (const void *)RTNH_DATA(hop);
		int rest = hop->rtnh_len - sizeof(*hop);

		for (; !err && mnl_attr_ok(attribute, rest);
		     rest -= MNL_ALIGN(attribute->nla_len), attribute = mnl_attr_next(attribute))
			err = take_gateway(reader, family, attribute);
	}
	return err;
}

static int take_route(const struct nlmsghdr *message, void *ctx)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	int err = 0;

	mnl_attr_for_each(attribute, message, sizeof(*header))
	{
		if (err)
			break;
		if (mnl_attr_get_type(attribute) == RTA_MULTIPATH)
			err = take_nexthops(ctx, header->rtm_family, attribute);
		else
			err = take_gateway(ctx, header->rtm_family, attribute);
	}
	return err ? MNL_CB_ERROR : MNL_CB_OK;
}

static int dump_addresses(struct mnl_socket *socket, struct reader *reader)
{
	char buffer[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = RTM_GETADDR;
	message->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifaddrmsg));
	return sw_dump(socket, message, take_address, reader);
}

static int dump_routes(struct mnl_socket *socket, struct reader *reader, int family, __u32 table,
		       int protocol)
{
	char buffer[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *route;

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_seq = 2 + family * 256 + protocol;
	route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	route->rtm_family = family;
	route->rtm_protocol = protocol;
	mnl_attr_put_u32(message, RTA_TABLE, table);
	return sw_dump(socket, message, take_route, reader);
}

/* BGP's may be a million: they are not asked for. */
static int dump_table(struct mnl_socket *socket, struct reader *reader, int family, __u32 table)
{
	static const int protocols[] = { RTPROT_KERNEL, RTPROT_BOOT, RTPROT_STATIC,
					 RTPROT_RA,	RTPROT_DHCP, RTPROT_KEEPALIVED };
	size_t i;
	int err = 0;

	for (i = 0; i < SW_COUNT(protocols) && !err; i++) {
		err = dump_routes(socket, reader, family, table, protocols[i]);
		if (err == -ENOENT || err == -EAFNOSUPPORT || err == -EOPNOTSUPP)
			err = 0; /* no such table, or no IPv6 here */
	}
	return err;
}

static int ask_kernel(struct mnl_socket *socket, struct reader *reader)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct sw_tables tables;
	int strict = 1, err;
	size_t i, j;

	/* Or the kernel ignores what a dump is asked for. */
	mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	err = dump_addresses(socket, reader);
	for (i = 0; i < SW_COUNT(families) && !err; i++) {
		err = sw_tables_used(socket, families[i], &tables);
		for (j = 0; j < tables.count && !err; j++)
			err = dump_table(socket, reader, families[i], tables.table[j]);
	}
	return err;
}

/* "nameserver 192.0.2.53", resolv.conf(5); "%eth0" behind a link-local one. */
static int read_resolvers(const char *path, struct reader *reader)
{
	struct sw_prefix address;
	char line[512], word[64];
	FILE *file = fopen(path, "re");
	int err = 0;

	while (file && !err && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " nameserver %63s", word) != 1)
			continue;
		word[strcspn(word, "%")] = '\0';
		if (!sw_address_parse(word, strlen(word), &address))
			err = add(reader, &address, SW_HOST_RESOLVER);
	}
	if (file)
		fclose(file);
	return err;
}

int sw_hosts_read(const char *resolv_conf, struct sw_hosts *hosts, struct sw_error *error)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct reader reader = { .hosts = hosts };
	int err;

	*hosts = (struct sw_hosts){ 0 };
	err = socket ? ask_kernel(socket, &reader) : -errno;
	if (socket)
		mnl_socket_close(socket);
	if (!err)
		err = read_resolvers(resolv_conf, &reader);
	if (!err)
		return 0;
	free(hosts->host);
	*hosts = (struct sw_hosts){ 0 };
	return sw_fail(error, err, "cannot read this machine's addresses: %s", strerror(-err));
}
