/* SPDX-License-Identifier: GPL-2.0 */
/* The gate's bits near C&C addresses and of SMTP ports, which let most packets
 * pass without a look at a generation: include/maps/gate.h. */
#ifndef SPAMWEIR_KERNEL_GATE_H
#define SPAMWEIR_KERNEL_GATE_H

#include <stdbool.h>

#include "contract.h"

/* The map's only value, shared with the programs; NULL, errno says why. */
struct sw_gate *sw_gate_open(int map);
void sw_gate_close(struct sw_gate *gate); /* NULL is fine */

/* Whether any bit of a live zombie is set; true if that cannot be read. */
bool sw_gate_has_live(int map);

/* Sets what the generation needs, before any program judges by it. */
void sw_gate_widen(struct sw_gate *gate, const struct sw_policy *policy);

/* Leaves set only what the generation needs, once no program judges by another. Whether
 * that has cleared any bit. */
bool sw_gate_narrow(struct sw_gate *gate, const struct sw_policy *policy);

/* Says that it is so, once no packet is under way that saw more bits set. */
void sw_gate_be_exact(struct sw_gate *gate, const struct sw_policy *policy);

#endif
