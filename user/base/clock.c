// SPDX-License-Identifier: GPL-2.0
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000LL

__s64 sw_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

__u64 sw_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

__u64 sw_wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* What this process's time namespace adds (time_namespaces(7)). Nothing, where the
 * kernel has none of these or there is no /proc. */
static __s64 read_boottime_offset(void)
{
	FILE *file = fopen("/proc/self/timens_offsets", "re");
	long long seconds, ns, offset = 0;
	char name[16];

	if (!file)
		return 0;
	while (fscanf(file, "%15s %lld %lld", name, &seconds, &ns) == 3) {
		if (!strcmp(name, "boottime"))
			offset = seconds * NS_PER_S + ns;
	}
	fclose(file);
	return offset;
}

__u64 sw_boottime_ns(void)
{
	static bool known;
	static __s64 offset;
	struct timespec now;

	if (!known)
		offset = read_boottime_offset();
	known = true;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec - offset;
}
