/* SPDX-License-Identifier: GPL-2.0 */
/* Where IPv4 rules are parted, so that two threads compile them. */
#ifndef SPAMWEIR_POLICY_HALVES_H
#define SPAMWEIR_POLICY_HALVES_H

#include <linux/types.h>

/* What measuring finds out for who writes the same rules. Zeroes: nothing was measured, and one
 * thread writes. */
struct sw_halves {
	__u32 from;   /* the upper half's first address; 0: there is one half */
	__u32 leaves; /* that the lower half takes */
};

#endif
