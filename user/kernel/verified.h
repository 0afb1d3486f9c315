/* SPDX-License-Identifier: GPL-2.0 */
/* How much the verifier walked before it let a program of ours in. */
#ifndef SPAMWEIR_KERNEL_VERIFIED_H
#define SPAMWEIR_KERNEL_VERIFIED_H

#include "kernel/datapath.h"

#define SW_VERIFIED_MOST 1000000U /* BPF_COMPLEXITY_LIMIT_INSNS, <linux/bpf.h> of the kernel */

/* Instructions, of a program by its fd; 0: the kernel does not tell. -errno. */
int sw_verified(int program, __u32 *instructions);

/* The same of one that is loaded as `options` have it, and let go of again: it is on no NIC,
 * and nothing is pinned. -errno, as sw_datapath_load(). */
int sw_verified_try(const struct sw_datapath_options *options, __u32 *instructions,
		    struct sw_error *error);

#endif
