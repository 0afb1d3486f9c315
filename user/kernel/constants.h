/* SPDX-License-Identifier: GPL-2.0 */
/* By what a program was loaded to judge, which no publish changes. */
#ifndef SPAMWEIR_KERNEL_CONSTANTS_H
#define SPAMWEIR_KERNEL_CONSTANTS_H

#include <stdbool.h>

#include "contract.h"
#include "vlan_roles.h"

struct sw_constants {
	bool vlans;		  /* some have a role of their own: */
	__u8 vlan[SW_VLAN_BYTES]; /* see vlan_roles.h */
	struct sw_tunnels tunnels;
};

/* Of a program of ours, by its fd. -ENOENT: of another version, which has them otherwise; else
 * -errno. */
int sw_constants_read(int program, struct sw_constants *out);

#endif
