/* SPDX-License-Identifier: GPL-2.0 */
/* What time it is. */
#ifndef SPAMWEIR_BASE_CLOCK_H
#define SPAMWEIR_BASE_CLOCK_H

#include <linux/types.h>

/* CLOCK_REALTIME: Unix time, which people and NTP set as they like. */
__s64 sw_wall_ms(void);
__u64 sw_wall_ns(void);

#define SW_FOREVER_MS 0x7fffffffffffffffLL /* as an end, Unix milliseconds: none */

/* CLOCK_MONOTONIC: never goes back, and stands still while the machine sleeps. */
__u64 sw_monotonic_ms(void);

/* CLOCK_BOOTTIME: goes on while the machine sleeps, begins anew when it boots,
 * and nobody sets it. The datapath judges by it, and BPF knows no time namespaces:
 * within one this is still the machine's own. */
__u64 sw_boottime_ns(void);

#endif
