/* SPDX-License-Identifier: GPL-2.0 */
/* Which role a NIC has for which VLAN: two bits a VID. */
#ifndef SPAMWEIR_VLAN_ROLES_H
#define SPAMWEIR_VLAN_ROLES_H

#include "words.h"

#define SW_VLAN_LAST 4094
#define SW_VLAN_BYTES 1024

enum sw_vlan_role {
	SW_VLAN_UNSAID, /* the NIC's */
	SW_VLAN_ACCESS,
	SW_VLAN_UPSTREAM,
	SW_VLAN_NONE, /* what is in it passes unjudged */
	SW_VLAN_ROLES,
};

/* `roles` has SW_VLAN_BYTES. */
static __always_inline __u32 sw_vlan_role(const volatile __u8 *roles, __u16 vid)
{
	return roles[vid >> 2 & (SW_VLAN_BYTES - 1)] >> 2 * (vid & 3) & 3;
}

/* The role that a NIC of `role` has for the VLAN; SW_ROLES: none. */
static __always_inline __u32 sw_role_in_vlan(const volatile __u8 *roles, __u16 vid, __u32 role)
{
	__u32 said = sw_vlan_role(roles, vid);

	return said ? said - SW_VLAN_ACCESS + SW_ACCESS : role;
}

_Static_assert(SW_VLAN_UPSTREAM - SW_VLAN_ACCESS == SW_UPSTREAM - SW_ACCESS &&
		       SW_VLAN_NONE - SW_VLAN_ACCESS == SW_ROLES - SW_ACCESS,
	       "a VLAN's role is a NIC's, counted from 1");

#endif
