/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the kernel needs for maps that are not made yet. */
#ifndef SPAMWEIR_KERNEL_FOOTPRINT_H
#define SPAMWEIR_KERNEL_FOOTPRINT_H

#include "base/error.h"
#include "contract.h"

/* Bytes, as the kernel itself counts maps. */
struct sw_footprint {
	__u64 tables; /* a generation: what the lists take */
	__u64 state;  /* all else that is pinned, with no live zombie */
};

/* Measures a generation of this layout and the maps beside it. */
int sw_footprint_measure(const struct sw_layout *layout, struct sw_footprint *out,
			 struct sw_error *error);

#endif
