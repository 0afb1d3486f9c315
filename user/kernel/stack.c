// SPDX-License-Identifier: GPL-2.0
#include "kernel/stack.h"

#include <errno.h>
#include <linux/if_bonding.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 8 /* devices on top of each other; the kernel allows as many */
#define NAMES_MAX 8 /* of slaves, in a line for people */

/* Since 5.10, which some headers do not know. */
#define XMIT_POLICY_VLAN_SRCMAC 5

static bool is(const struct sw_link *link, const char *kind)
{
	return !strcmp(link->kind, kind);
}

/* Its frames are those of its members. */
static bool is_master(const struct sw_link *link)
{
	return is(link, "bond") || is(link, "team") || is(link, "bridge");
}

/* The devices that it is made of, or lies on; returns their number. On a router where
 * devices come and go all the time a list may never be whole: that is no reason to fail. */
static int find_below(const struct sw_link *upper, struct sw_link out[SW_LINK_MEMBERS])
{
	int count = 0;

	if (is_master(upper)) {
		count = sw_link_members(upper->ifindex, out);
	} else if (upper->lower) {
		count = sw_link_by_index(upper->lower, &out[0]);
		count = count ? count : 1;
	}
	return count == -ENODEV || count == -EINTR ? 0 : count;
}

static int passes(const struct sw_link *upper, unsigned ifindex, int depth)
{
	struct sw_link below[SW_LINK_MEMBERS];
	int i, count, found;

	if (!depth)
		return 0;
	count = find_below(upper, below);
	for (i = 0; i < count; i++) {
		found = below[i].ifindex == ifindex ? 1 : passes(&below[i], ifindex, depth - 1);
		if (found)
			return found;
	}
	return count < 0 ? count : 0;
}

int sw_stack_passes(const struct sw_link *upper, unsigned ifindex)
{
	return ifindex ? passes(upper, ifindex, DEPTH_MAX) : 0;
}

int sw_stack_overlap(const struct sw_link *one, const struct sw_link *other)
{
	int found = sw_stack_passes(one, other->ifindex);

	return found ? found : sw_stack_passes(other, one->ifindex);
}

bool sw_stack_bond_native(const struct sw_link *link)
{
	if (!is(link, "bond"))
		return false;
	switch (link->bond_mode) {
	case BOND_MODE_ROUNDROBIN:
	case BOND_MODE_ACTIVEBACKUP:
		return true;
	case BOND_MODE_XOR:
	case BOND_MODE_8023AD:
		return link->bond_policy != XMIT_POLICY_VLAN_SRCMAC;
	}
	return false;
}

int sw_stack_slaves(const struct sw_link *link, struct sw_link out[SW_LINK_MEMBERS])
{
	return is(link, "bond") ? sw_link_members(link->ifindex, out) : 0;
}

static bool find_slave_with_program(const struct sw_link *bond, struct sw_link *out)
{
	struct sw_link slave[SW_LINK_MEMBERS];
	int i, count = sw_stack_slaves(bond, slave);

	for (i = 0; i < count; i++) {
		if (!sw_link_has_program(&slave[i]))
			continue;
		*out = slave[i];
		return true;
	}
	return false;
}

static const char *mode_name(__u8 mode)
{
	static const char *const names[] = {
		[BOND_MODE_ROUNDROBIN] = "balance-rr", [BOND_MODE_ACTIVEBACKUP] = "active-backup",
		[BOND_MODE_XOR] = "balance-xor",       [BOND_MODE_BROADCAST] = "broadcast",
		[BOND_MODE_8023AD] = "802.3ad",	       [BOND_MODE_TLB] = "balance-tlb",
		[BOND_MODE_ALB] = "balance-alb",
	};

	return mode < sizeof(names) / sizeof(*names) ? names[mode] : "that is not known";
}

/* ": eth1, eth2", or "" if there are none. */
static void list_members(const struct sw_link *master, char *out, size_t size)
{
	struct sw_link member[SW_LINK_MEMBERS];
	int i, count = sw_link_members(master->ifindex, member);
	size_t length = 0;

	out[0] = '\0';
	for (i = 0; i < count && i <= NAMES_MAX && length < size; i++)
		length += snprintf(out + length, size - length, "%s%s", i ? ", " : ": ",
				   i < NAMES_MAX ? member[i].name : "...");
}

static void explain_bond(const struct sw_link *link, char *out, size_t size)
{
	char slaves[(IF_NAMESIZE + 2) * (NAMES_MAX + 1)];
	struct sw_link slave;

	list_members(link, slaves, sizeof(slaves));
	if (sw_stack_bond_native(link) && find_slave_with_program(link, &slave))
		snprintf(out, size,
			 "is a bond, and has no native XDP while a slave has a program of its own: "
			 "unload that of %s (`ip link show %s`), or name the slaves instead%s",
			 slave.name, slave.name, slaves);
	else if (sw_stack_bond_native(link))
		snprintf(out, size,
			 "is a bond, and a slave of it has no native XDP (`ethtool -i` tells the drivers): "
			 "name those that have it instead%s",
			 slaves);
	else if (link->bond_policy == XMIT_POLICY_VLAN_SRCMAC &&
		 (link->bond_mode == BOND_MODE_XOR || link->bond_mode == BOND_MODE_8023AD))
		snprintf(
			out, size,
			"is a bond, and has no native XDP with xmit_hash_policy vlan+srcmac: `ip link "
			"set %s type bond xmit_hash_policy layer3+4`, or name its slaves instead%s",
			link->name, slaves);
	else
		snprintf(out, size,
			 "is a bond, and has no native XDP in mode %s, only in balance-rr, "
			 "active-backup, balance-xor and 802.3ad: name its slaves instead%s",
			 mode_name(link->bond_mode), slaves);
}

void sw_stack_explain(const struct sw_link *link, char *out, size_t size)
{
	char members[(IF_NAMESIZE + 2) * (NAMES_MAX + 1)];
	struct sw_link lower;

	out[0] = '\0';
	if (is(link, "bond")) {
		explain_bond(link, out, size);
	} else if (is(link, "bridge")) {
		list_members(link, members, sizeof(members));
		snprintf(
			out, size,
			"is a bridge, which has no native XDP and sees only what it hands up to this "
			"machine, not what it forwards from port to port: name the ports instead%s",
			members);
	} else if (is(link, "team")) {
		list_members(link, members, sizeof(members));
		snprintf(out, size,
			 "is a team device, which has no native XDP: name its ports instead%s",
			 members);
	} else if (link->lower && !sw_link_by_index(link->lower, &lower)) {
		snprintf(out, size,
			 "is a %s device, which has no native XDP: name the NIC that it lies on, %s, "
			 "instead, whose program sees all that comes in there",
			 link->kind, lower.name);
	}
}
