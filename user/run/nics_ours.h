/* SPDX-License-Identifier: GPL-2.0 */
/* Which NICs are judged already. */
#ifndef SPAMWEIR_RUN_NICS_OURS_H
#define SPAMWEIR_RUN_NICS_OURS_H

#include "run/applying.h"

/* Where the registry has it as attached, by its name and role. NULL: nowhere. */
const struct sw_interface_slot *sw_nics_slot(const struct applying *a, const struct sw_nic *nic);

/* Whether a program of ours is at work on it. */
bool sw_nics_ours(const struct applying *a, unsigned ifindex);

/* Whether it is attached, and known under its right name. */
bool sw_nics_intact(const struct applying *a, size_t i);

#endif
