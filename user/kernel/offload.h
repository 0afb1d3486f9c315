/* SPDX-License-Identifier: GPL-2.0 */
/* What a NIC does to frames before a program sees them. */
#ifndef SPAMWEIR_KERNEL_OFFLOAD_H
#define SPAMWEIR_KERNEL_OFFLOAD_H

#include <stdbool.h>

/* Whether it takes VLAN tags out of frames; false if the NIC does not say. */
bool sw_offloads_vlan(const char *name);

#endif
