/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One moment by two clocks. The kernel judges ends of live zombies by the time
 * since boot, which nobody sets; on disk they stand in wall-clock time, which
 * alone outlives a boot, and which people, NTP and empty batteries set.
 */
#ifndef SPAMWEIR_RUN_ZOMBIE_CLOCK_H
#define SPAMWEIR_RUN_ZOMBIE_CLOCK_H

#include "contract.h"
#include "store/zombies.h"

struct sw_moment {
	__u64 boot_ns;
	__s64 wall_ms; /* Unix time; after a boot into the past, as good as is known */
	/* The wall clock was set right: what was on disk before `restored_ms` ends
	 * sooner than the kernel knows. 0: no. */
	__s64 restored_ms;
};

/* Now. In a transaction: if the wall clock was set since the last time, ends on
 * disk are moved along, so that what is listed for another hour stays so. If a
 * boot finds it before what is on disk, which cannot be, time is taken to go on
 * from there until somebody sets it; `boot` tells boots apart. */
int sw_moment_settle(struct sw_store *store, const char *boot, struct sw_moment *out,
		     struct sw_error *error);

/* Now, of a machine without a store. */
struct sw_moment sw_moment_alone(void);

/* The same moment on the other clock. */
__s64 sw_moment_to_wall(const struct sw_moment *moment, __u64 boot_ns);
__u64 sw_moment_to_boot(const struct sw_moment *moment, __s64 wall_ms);

/* The same with "no end" in both. */
__s64 sw_moment_end_to_wall(const struct sw_moment *moment, __u64 until_ns);
__u64 sw_moment_end_to_boot(const struct sw_moment *moment, __s64 until_ms);

#endif
