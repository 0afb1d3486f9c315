/* SPDX-License-Identifier: GPL-2.0 */
/* The registry of NICs, kept by the user side like that of feeds. */
#ifndef SPAMWEIR_MAPS_INTERFACES_H
#define SPAMWEIR_MAPS_INTERFACES_H

#include "words.h"

struct sw_interface_slot {
	char name[SW_NAME_LEN];
	__u32 ifindex;
	__u8 role;
	__u8 used;
	__u8 attached;
	__u8 generic; /* attached in generic, not native, mode */
};

_Static_assert(sizeof(struct sw_interface_slot) == 40, "layout is pinned");

#endif
