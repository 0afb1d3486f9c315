// SPDX-License-Identifier: GPL-2.0
#include "route/table.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/array.h"

#define ANSWER_SIZE 65536
#define TRIES 8

struct dump {
	struct sw_routes *routes;
	__u32 table;
	__u8 protocol;
};

int sw_routes_add(struct sw_routes *routes, const struct sw_route *route)
{
	if (routes->count == routes->room &&
	    sw_grow((void **)&routes->route, &routes->room, sizeof(*routes->route), 1024))
		return -ENOMEM;
	routes->route[routes->count++] = *route;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sw_route *x = a, *y = b;
	int order = sw_prefix_compare(&x->prefix, &y->prefix);

	return order ? order : (x->metric > y->metric) - (x->metric < y->metric);
}

/* As the kernel tells of them, nearly all are. */
static bool is_sorted(const struct sw_routes *routes)
{
	size_t i;

	for (i = 1; i < routes->count; i++) {
		if (compare(&routes->route[i - 1], &routes->route[i]) > 0)
			return false;
	}
	return true;
}

void sw_routes_sort(struct sw_routes *routes)
{
	if (!is_sorted(routes))
		qsort(routes->route, routes->count, sizeof(*routes->route), compare);
}

void sw_routes_free(struct sw_routes *routes)
{
	free(routes->route);
	*routes = (struct sw_routes){};
}

/* A kernel that is asked for one table may still answer with all. */
static int take(const struct nlmsghdr *message, void *ctx)
{
	struct dump *dump = ctx;
	struct sw_route route;
	int err = sw_route_message_ok(message, ANSWER_SIZE) ? sw_route_read(message, &route)
							    : -EBADMSG;

	if (err == -ENOENT)
		return MNL_CB_OK;
	if (!err && route.table == dump->table &&
	    (dump->protocol == RTPROT_UNSPEC || route.protocol == dump->protocol))
		err = sw_routes_add(dump->routes, &route);
	errno = -err;
	return err ? MNL_CB_ERROR : MNL_CB_OK;
}

static int receive(struct mnl_socket *socket, __u32 number, struct dump *dump)
{
	char *answer = malloc(ANSWER_SIZE);
	int more = answer ? MNL_CB_OK : MNL_CB_ERROR, err = answer ? 0 : -ENOMEM;
	ssize_t size;

	while (more > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(socket, answer, ANSWER_SIZE);
		more = size < 0 ? MNL_CB_ERROR
				: mnl_cb_run(answer, size, number, mnl_socket_get_portid(socket),
					     take, dump);
		err = more < 0 ? -errno : 0;
	}
	free(answer);
	return err;
}

/* No such table, or no such family. */
static bool is_nothing(int err)
{
	return err == -ENOENT || err == -EAFNOSUPPORT || err == -EOPNOTSUPP;
}

static int dump_family(struct mnl_socket *socket, __u8 family, __u32 number, struct dump *dump)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *route;

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = number;
	route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	route->rtm_family = family;
	route->rtm_protocol = dump->protocol;
	mnl_attr_put_u32(message, RTA_TABLE, dump->table);
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	return receive(socket, number, dump);
}

static int dump_both(struct mnl_socket *socket, struct dump *dump)
{
	static const __u8 families[] = { AF_INET, AF_INET6 };
	__u32 number = 1;
	size_t i, before;
	int tries, err = 0;

	for (i = 0; i < SW_COUNT(families) && !err; i++) {
		before = dump->routes->count;
		err = -EINTR;
		for (tries = 0; tries < TRIES && err == -EINTR; tries++) {
			dump->routes->count = before;
			err = dump_family(socket, families[i], number++, dump);
		}
		if (is_nothing(err))
			err = 0;
	}
	return err;
}

int sw_routes_dump(__u32 table, __u8 protocol, struct sw_routes *out, struct sw_error *error)
{
	struct dump dump = { .table = table, .protocol = protocol };
	struct mnl_socket *socket;
	int strict = 1, err;

	*out = (struct sw_routes){};
	dump.routes = out;
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	err = socket ? 0 : -errno;
	if (!err && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
		err = -errno;
	if (!err) {
		/* Or the kernel ignores what is asked for, and sends all there is. */
		mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
		err = dump_both(socket, &dump);
	}
	if (socket)
		mnl_socket_close(socket);
	sw_routes_sort(out);
	if (!err)
		return 0;
	sw_routes_free(out);
	return sw_fail(error, err, "routing table %u cannot be read: %s", table, strerror(-err));
}
