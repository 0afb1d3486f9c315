// SPDX-License-Identifier: GPL-2.0
#include "route/write.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 128 /* messages in flight: their answers have to fit into the socket */
#define MESSAGE 96
#define ANSWER_SIZE 32768
#define DEFAULT_METRIC_IPV6 1024 /* IP6_RT_PRIO_USER */

struct writer {
	struct mnl_socket *socket;
	__u32 table;
	__u8 protocol;
	bool adding;
	size_t pending; /* in the buffer */
	size_t used;
	__u32 number; /* of the last message */
	struct sw_routes_written *written;
	int err; /* the first that means something */
	char buffer[BATCH * MESSAGE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static void note_answer(struct writer *w, int err)
{
	if (!err && w->adding)
		w->written->added++;
	else if (!err)
		w->written->removed++;
	else if (w->adding && err == -EEXIST)
		w->written->taken++;
	else if ((w->adding || err != -ESRCH) && !w->err)
		w->err = err;
}

/* The answers to all that is in flight, one each. */
static int receive(struct writer *w, size_t left)
{
	char answer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *message;
	const struct nlmsgerr *error;
	ssize_t got;
	int size;

	while (left) {
		got = mnl_socket_recvfrom(w->socket, answer, sizeof(answer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		size = got;
		for (message = (void *)answer; sw_route_message_ok(message, size) && left;
		     message = mnl_nlmsg_next(message, &size)) {
			if (message->nlmsg_type != NLMSG_ERROR ||
			    mnl_nlmsg_get_payload_len(message) < sizeof(*error))
				continue;
			error = mnl_nlmsg_get_payload(message);
			note_answer(w, error->error);
			left--;
		}
	}
	return 0;
}

static int send_all(struct writer *w)
{
	size_t pending = w->pending;

	if (!pending)
		return 0;
	w->pending = 0;
	if (mnl_socket_sendto(w->socket, w->buffer, w->used) < 0)
		return -errno;
	w->used = 0;
	return receive(w, pending);
}

static void put_address(struct nlmsghdr *message, const struct sw_prefix *prefix)
{
	size_t size = sw_family_bits(prefix->family) / 8, i;
	sw_u128 address = prefix->address;
	__u8 byte[16];

	for (i = size; i-- > 0; address >>= 8)
		byte[i] = (__u8)address;
	mnl_attr_put(message, RTA_DST, size, byte);
}

static void put_message(struct writer *w, const struct sw_route *route)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(w->buffer + w->used);
	struct rtmsg *header;

	message->nlmsg_type = w->adding ? RTM_NEWROUTE : RTM_DELROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
			       (w->adding ? NLM_F_CREATE | NLM_F_EXCL : 0);
	message->nlmsg_seq = ++w->number;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->rtm_family = route->prefix.family == SW_IPV4 ? AF_INET : AF_INET6;
	header->rtm_dst_len = route->prefix.length;
	header->rtm_protocol = w->protocol; /* which a removal must match, too */
	header->rtm_type = route->type;
	header->rtm_scope = RT_SCOPE_UNIVERSE;
	mnl_attr_put_u32(message, RTA_TABLE, w->table);
	mnl_attr_put_u32(message, RTA_PRIORITY, route->metric);
	put_address(message, &route->prefix);
	w->used += MNL_ALIGN(message->nlmsg_len);
	w->pending++;
}

static int put(struct writer *w, const struct sw_route *route)
{
	put_message(w, route);
	return w->pending == BATCH ? send_all(w) : 0;
}

static bool is_same(const struct sw_route *a, const struct sw_route *b)
{
	return !sw_prefix_compare(&a->prefix, &b->prefix) && a->type == b->type &&
	       a->metric == b->metric;
}

/* Calls for each route of `a` that is not in `b`; both are sorted by prefix and metric. */
static int put_rest(struct writer *w, const struct sw_routes *a, const struct sw_routes *b)
{
	size_t i, j = 0, k;
	int err = 0;

	for (i = 0; i < a->count && !err; i++) {
		const struct sw_route *route = &a->route[i];

		while (j < b->count && sw_prefix_compare(&b->route[j].prefix, &route->prefix) < 0)
			j++;
		for (k = j; k < b->count && !sw_prefix_compare(&b->route[k].prefix, &route->prefix);
		     k++) {
			if (is_same(route, &b->route[k]))
				break;
		}
		if (k == b->count || !is_same(route, &b->route[k]))
			err = put(w, route);
	}
	return err ? err : send_all(w);
}

/* What is there and not wanted goes first: it may be in the place of what is. */
static int make(struct writer *w, const struct sw_routes *wanted, const struct sw_routes *there)
{
	int err = put_rest(w, there, wanted);

	w->adding = true;
	return err ? err : put_rest(w, wanted, there);
}

static int open_socket(struct writer *w)
{
	w->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!w->socket || mnl_socket_bind(w->socket, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	return 0;
}

static void fill_metrics(struct sw_routes *wanted)
{
	size_t i;

	for (i = 0; i < wanted->count; i++) {
		struct sw_route *route = &wanted->route[i];

		if (!route->metric && route->prefix.family == SW_IPV6)
			route->metric = DEFAULT_METRIC_IPV6;
	}
}

/* NULL: no memory. */
static struct writer *new_writer(__u32 table, __u8 protocol, struct sw_routes_written *written)
{
	struct writer *w = calloc(1, sizeof(*w));

	*written = (struct sw_routes_written){};
	if (!w)
		return NULL;
	w->table = table;
	w->protocol = protocol;
	w->written = written;
	return w;
}

/* What came of it. */
static int end(struct writer *w, int err, struct sw_error *error)
{
	if (w->socket)
		mnl_socket_close(w->socket);
	err = err ?: w->err;
	if (err)
		sw_fail(error, err, "routing table %u cannot be written: %s", w->table,
			strerror(-err));
	free(w);
	return err;
}

int sw_routes_make(__u32 table, __u8 protocol, struct sw_routes *wanted,
		   struct sw_routes_written *written, struct sw_error *error)
{
	struct writer *w = new_writer(table, protocol, written);
	struct sw_routes there;
	int err;

	if (!w)
		return sw_fail(error, -ENOMEM, "no memory for routes");
	err = sw_routes_dump(table, protocol, &there, error);
	if (err) {
		free(w);
		return err;
	}
	fill_metrics(wanted);
	err = open_socket(w);
	if (!err)
		err = make(w, wanted, &there);
	sw_routes_free(&there);
	return end(w, err, error);
}

int sw_routes_put(__u32 table, __u8 protocol, bool adding, struct sw_routes *routes,
		  struct sw_routes_written *written, struct sw_error *error)
{
	const struct sw_routes none = {};
	struct writer *w;
	int err;

	*written = (struct sw_routes_written){};
	if (!routes->count)
		return 0;
	w = new_writer(table, protocol, written);
	if (!w)
		return sw_fail(error, -ENOMEM, "no memory for routes");
	w->adding = adding;
	fill_metrics(routes);
	err = open_socket(w);
	if (!err)
		err = put_rest(w, routes, &none);
	return end(w, err, error);
}
