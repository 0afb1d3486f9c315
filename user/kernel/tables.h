/* SPDX-License-Identifier: GPL-2.0 */
/* The routing tables by which this machine sends. */
#ifndef SPAMWEIR_KERNEL_TABLES_H
#define SPAMWEIR_KERNEL_TABLES_H

#include <libmnl/libmnl.h>
#include <linux/types.h>
#include <stddef.h>

#define SW_TABLES_MOST 256 /* of a family; of more the first are told */

struct sw_tables {
	__u32 table[SW_TABLES_MOST];
	size_t count;
};

/* Those that the rules of a family, AF_INET or AF_INET6, lead to, ip-rule(8), and those of
 * VRFs; the main one if there are no rules. Others may be as long as they like: what only
 * lists something costs no look. Of this network namespace, by a socket that is bound. -errno. */
int sw_tables_used(struct mnl_socket *socket, int family, struct sw_tables *out);

#endif
