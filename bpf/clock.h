/* SPDX-License-Identifier: GPL-2.0 */
/* The two clocks, and their stand-in for replay. */
#ifndef SPAMWEIR_CLOCK_H
#define SPAMWEIR_CLOCK_H

#include "maps.h"

static __always_inline __u64 sw_clock_ns(void)
{
	return offline ? offline_clock_ns : bpf_ktime_get_boot_ns();
}

/* The limiter's ticks. Jiffies are read with one load; their 4 ms are fine
 * enough for SMTP, which costs a round trip before it costs anybody anything. */
static __always_inline __u64 sw_clock_ticks(void)
{
	return offline ? offline_clock_ns / 1000 : bpf_jiffies64() * SW_TICKS_PER_JIFFY;
}

/* The time for what is kept long, in units of SW_SLOW_JIFFIES. */
static __always_inline __u32 sw_clock_slow(void)
{
	return offline ? offline_clock_ns >> SW_SLOW_OFFLINE_SHIFT
		       : bpf_jiffies64() / SW_SLOW_JIFFIES;
}

/* The time in the unit of `again_window`: jiffies, in replay milliseconds. */
static __always_inline __u32 sw_clock_again(void)
{
	return offline ? offline_clock_ns / 1000000 : bpf_jiffies64();
}

#endif
