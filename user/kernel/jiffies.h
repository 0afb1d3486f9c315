/* SPDX-License-Identifier: GPL-2.0 */
/* The datapath's clock. */
#ifndef SPAMWEIR_KERNEL_JIFFIES_H
#define SPAMWEIR_KERNEL_JIFFIES_H

#include <linux/types.h>

/* Jiffies since the kernel began to count, which it shows nowhere but in
 * /proc/timer_list. -errno; -ENODATA: they are not there. */
int sw_jiffies_now(__u64 *now);

/* The slow clock, in units of SW_SLOW_JIFFIES. Errors as above. */
int sw_slow_now(__u32 *now);

/* How long one of these units is. */
__u64 sw_slow_unit_ns(void);

#endif
