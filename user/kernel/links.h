/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network devices, as rtnetlink(7) knows them: looked up one by one, and watched.
 *
 * Nobody is told all of them: a router may have ten thousand PPP sessions, each a
 * device, and at most SW_MAX_INTERFACES are of interest.
 */
#ifndef SPAMWEIR_KERNEL_LINKS_H
#define SPAMWEIR_KERNEL_LINKS_H

#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>

struct sw_link {
	unsigned ifindex;
	char name[IF_NAMESIZE]; /* the kernel's; it may have alternative names beside */
	char kind[16];		/* "veth", "tun", "vlan"; "" for a NIC proper */
	__u16 type;		/* ARPHRD_, <linux/if_arp.h> */
	unsigned master;	/* the bond, bridge or team that it is part of; 0: none */
	unsigned lower;		/* what a VLAN device or macvlan lies on, if that is here; 0 */
	__u8 bond_mode;		/* of a bond: BOND_MODE_, <linux/if_bonding.h> */
	__u8 bond_policy;	/* and how it chooses a slave: BOND_XMIT_POLICY_ */
	/* XDP programs on it, by mode and id; 0: none. */
	__u32 native, generic, offloaded;
};

/* Looks for a device by its name, or by an alternative one. -ENODEV: there is none
 * in this network namespace; else what netlink said. */
int sw_link_by_name(const char *name, struct sw_link *out);
int sw_link_by_index(unsigned ifindex, struct sw_link *out);

#define SW_LINK_MEMBERS 64 /* that are looked at, of one master */

/* The devices that `master` holds, as many as there is room for: their number, or
 * -errno. */
int sw_link_members(unsigned master, struct sw_link out[SW_LINK_MEMBERS]);

/* Whether its frames begin with an Ethernet header. The loopback's do. */
bool sw_link_has_ethernet(const struct sw_link *link);

/* What it is, and what to attach to instead, if its frames do not. A constant. */
const char *sw_link_advice(const struct sw_link *link);

/* Hears of every change to a device of this network namespace. */
struct sw_links_watch;

int sw_links_watch_open(struct sw_links_watch **out);	   /* -errno; the caller's */
void sw_links_watch_close(struct sw_links_watch *watch);   /* NULL is fine */
int sw_links_watch_fd(const struct sw_links_watch *watch); /* to poll(2) for POLLIN */

/* Takes what has come in. *changed: something did change, or news was lost and may
 * have. What changed is for the caller to look up. -errno. */
int sw_links_watch_read(struct sw_links_watch *watch, bool *changed);

#endif
