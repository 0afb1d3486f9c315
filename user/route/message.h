/* SPDX-License-Identifier: GPL-2.0 */
/* A route as rtnetlink(7) tells of it. */
#ifndef SPAMWEIR_ROUTE_MESSAGE_H
#define SPAMWEIR_ROUTE_MESSAGE_H

#include <linux/netlink.h>

#include "base/prefix.h"

struct sw_route {
	struct sw_prefix prefix; /* its destination, host bits cleared */
	__u32 table;
	__u32 metric;  /* its priority */
	__u32 ifindex; /* of the device that it leads to; 0: of none, or of several */
	__u8 protocol; /* RTPROT_, <linux/rtnetlink.h> */
	__u8 type;     /* RTN_ */
};

/* Whether a message is whole within `size` bytes. mnl_nlmsg_ok(3) takes a length beyond 2^31
 * for one below 0. */
bool sw_route_message_ok(const struct nlmsghdr *message, int size);

/* Reads RTM_NEWROUTE or RTM_DELROUTE; the message is whole, as sw_route_message_ok() says.
 * -ENOENT: it is another message, or a route that says nothing of a destination as a
 * whole: of another family, from the cache, for one source or type of service. -EBADMSG:
 * it is not made as the kernel makes them. */
int sw_route_read(const struct nlmsghdr *message, struct sw_route *out);

/* "blackhole", as ip-route(8) names it. NULL: it is of no type that a list is made of,
 * as a throw route, which says that others decide. */
const char *sw_route_type_name(__u8 type);

#endif
