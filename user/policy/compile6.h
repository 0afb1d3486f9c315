/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 ranges into tables (include/table6.h). */
#ifndef SPAMWEIR_POLICY_COMPILE6_H
#define SPAMWEIR_POLICY_COMPILE6_H

#include "policy/compiler.h"
#include "policy/regions.h"

/* One set's ranges. */
int sw_compile6(struct sw_compiler *compiler, enum sw_set set);

/* Both sets' ranges in some regions, in place of what stands there. */
int sw_patch6(struct sw_compiler *compiler, const struct sw_regions *regions);

#endif
