// SPDX-License-Identifier: GPL-2.0
#include "route/watch.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "route/message.h"

#define NEWS_SIZE 65536
#define AT_ONCE 4096		/* on a router with full tables news may never end */
#define QUEUE (4 * 1024 * 1024) /* of the usual size it holds some 250 */

struct sw_route_watch {
	struct mnl_socket *socket;
	char news[NEWS_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static int subscribe(struct mnl_socket *socket)
{
	int size = QUEUE;

	setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return mnl_socket_bind(socket, RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_LINK,
			       MNL_SOCKET_AUTOPID)
		       ? -errno
		       : 0;
}

int sw_route_watch_open(struct sw_route_watch **out)
{
	struct sw_route_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (!watch)
		return -ENOMEM;
	watch->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	err = watch->socket ? subscribe(watch->socket) : -errno;
	if (err)
		sw_route_watch_close(watch);
	else
		*out = watch;
	return err;
}

void sw_route_watch_close(struct sw_route_watch *watch)
{
	if (watch && watch->socket)
		mnl_socket_close(watch->socket);
	free(watch);
}

int sw_route_watch_fd(const struct sw_route_watch *watch)
{
	return mnl_socket_get_fd(watch->socket);
}

static void hear(struct sw_held *held, const struct nlmsghdr *message, struct sw_route_news *out)
{
	struct sw_route_change change = {
		.gone = message->nlmsg_type == RTM_DELROUTE,
		.replaces = message->nlmsg_flags & NLM_F_REPLACE,
		.appended = message->nlmsg_flags & NLM_F_APPEND,
	};
	struct sw_held_table *table;
	int err = sw_route_read(message, &change.route);

	out->lost |= err == -EBADMSG;
	if (err)
		return;
	table = sw_held_find(held, change.route.table);
	if (!table)
		return;
	sw_held_hear(table, &change);
	out->routes++;
	out->gone |= change.gone;
}

static void note(const char *news, int size, struct sw_held *held, struct sw_route_news *out)
{
	const struct nlmsghdr *message = (const void *)news;

	for (; sw_route_message_ok(message, size); message = mnl_nlmsg_next(message, &size)) {
		if (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK)
			out->devices = true;
		else
			hear(held, message, out);
	}
}

int sw_route_watch_read(struct sw_route_watch *watch, struct sw_held *held,
			struct sw_route_news *out)
{
	ssize_t size;
	int i;

	*out = (struct sw_route_news){};
	for (i = 0; i < AT_ONCE; i++) {
		size = mnl_socket_recvfrom(watch->socket, watch->news, sizeof(watch->news));
		if (size >= 0)
			note(watch->news, size, held, out);
		else if (errno == EAGAIN)
			return 0;
		else if (errno == ENOBUFS || errno == ENOSPC)
			out->lost = true;
		else if (errno != EINTR)
			return -errno;
	}
	out->more = true;
	return 0;
}
