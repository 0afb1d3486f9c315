/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses without which this router is none: its own, those of its
 * gateways, and its resolvers. No foreign list may cut them off. */
#ifndef SPAMWEIR_KERNEL_HOSTS_H
#define SPAMWEIR_KERNEL_HOSTS_H

#include "base/error.h"
#include "policy/guard.h"

#define SW_RESOLV_CONF "/etc/resolv.conf"

/* Asks the kernel (rtnetlink(7)) for the addresses and the gateways of this
 * network namespace, and reads the resolvers from `resolv_conf`, if it is there.
 * Only routes of the kernel, of administrators, of DHCP and of router advertisements
 * are looked at: a full table that a routing daemon has learned would take seconds.
 * hosts->host is the caller's to free. -errno. */
int sw_hosts_read(const char *resolv_conf, struct sw_hosts *hosts, struct sw_error *error);

#endif
