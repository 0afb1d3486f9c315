/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running generation for looking one address up. To map one of a million
 * prefixes takes the kernel longer than everything else that a lookup does: so of
 * IPv4 only those pages are mapped that the search for this address comes by.
 */
#ifndef SPAMWEIR_KERNEL_REACH_H
#define SPAMWEIR_KERNEL_REACH_H

#include "base/prefix.h"
#include "kernel/generation.h"

/* Settings may be read, and sw_table4_lookup or sw_table6_lookup called for this
 * address and no other. Released by sw_generation_close. As sw_generation_running. */
int sw_generation_reach(int policy_map, const struct sw_prefix *address, struct sw_generation *out,
			struct sw_error *error);

#endif
