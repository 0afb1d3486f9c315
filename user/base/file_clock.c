// SPDX-License-Identifier: GPL-2.0
#include "base/file_clock.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <time.h>

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL
#define ELSEWHERE_NS (2 * NS_PER_S)
#define LONGEST_TICK_MS 10 /* of a kernel with 100 of them a second */

__u64 sw_file_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* File systems that take the time from this kernel as it is. */
static bool is_dated_here(const char *path)
{
	struct statfs found;

	if (statfs(path, &found))
		return false;
	switch ((__u32)found.f_type) {
	case BTRFS_SUPER_MAGIC:
	case EXT4_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case XFS_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

/* Whole seconds are those of an inode that has no room for more. */
static bool is_exact(const char *path, const struct sw_file_id *id)
{
	return id->changed_ns % NS_PER_S && is_dated_here(path);
}

bool sw_file_is_settled(const char *path, const struct sw_file_id *id, __u64 at_ns)
{
	if (at_ns > id->changed_ns + ELSEWHERE_NS)
		return true;
	return at_ns > id->changed_ns && is_exact(path, id);
}

__u64 sw_file_settle(const char *path, const struct sw_file_id *id)
{
	const struct timespec pause = { .tv_nsec = NS_PER_MS };
	__u64 now = sw_file_clock_ns();
	int i;

	if (now > id->changed_ns || !is_exact(path, id))
		return now;
	for (i = 0; i < 2 * LONGEST_TICK_MS && now <= id->changed_ns; i++) {
		nanosleep(&pause, NULL);
		now = sw_file_clock_ns();
	}
	return now;
}
