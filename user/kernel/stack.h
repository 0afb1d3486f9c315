/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices on top of others. What a bond, a bridge, a VLAN device or a macvlan receives
 * has come in by another device first, so that a program on either judges it; on both,
 * it is judged and counted twice, and takes two tokens.
 *
 * A bond takes a native program and passes it to its slaves, those that come later
 * too. The kernel refuses that in some modes, and while a slave has a program of its
 * own; and it refuses a program on any device that has another one with a program on
 * top. In the opposite order it refuses nothing.
 */
#ifndef SPAMWEIR_KERNEL_STACK_H
#define SPAMWEIR_KERNEL_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/links.h"

/* 1 if frames of `upper` have come in by `ifindex` before, some or all of them; 0: none;
 * -errno: what netlink said. */
int sw_stack_passes(const struct sw_link *upper, unsigned ifindex);

/* Either way. */
int sw_stack_overlap(const struct sw_link *one, const struct sw_link *other);

/* Whether its mode lets a bond have a native program. False for what is no bond. */
bool sw_stack_bond_native(const struct sw_link *link);

/* Its slaves, as sw_link_members has them; 0: none, or it is no bond. Those that have an
 * XDP program have it of their own: one of their bond's does not show there. */
int sw_stack_slaves(const struct sw_link *link, struct sw_link out[SW_LINK_MEMBERS]);

static inline bool sw_link_has_program(const struct sw_link *link)
{
	return link->native || link->generic || link->offloaded;
}

/* Why a device like that has no native XDP, and what to type; "" if its own driver is to
 * be asked. Begins with a verb: "is a bridge, ...". */
void sw_stack_explain(const struct sw_link *link, char *out, size_t size);

#endif
