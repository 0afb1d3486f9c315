/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel answers when it is asked for all that it has of a kind, by rtnetlink(7). */
#ifndef SPAMWEIR_KERNEL_DUMP_H
#define SPAMWEIR_KERNEL_DUMP_H

#include <libmnl/libmnl.h>

/* Asks by `message`, whose type, number and payload the caller has put, and calls `take` for
 * each answer. 0 or -errno: of the socket, the kernel's, or -ENOMEM if `take` returns
 * MNL_CB_ERROR. The socket stays the caller's. */
int sw_dump(struct mnl_socket *socket, struct nlmsghdr *message, mnl_cb_t take, void *ctx);

#endif
