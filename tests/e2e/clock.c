// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: another wall clock, $WALL_SHIFT seconds ahead, a boot $BOOT_SHIFT seconds
 * longer ago, and another boot, whose number is in the file $BOOT_ID.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*next)(clockid_t, struct timespec *);
	const char *shift = clock == CLOCK_REALTIME   ? getenv("WALL_SHIFT")
			    : clock == CLOCK_BOOTTIME ? getenv("BOOT_SHIFT")
						      : NULL;
	int err;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
	err = next(clock, now);
	if (!err && shift)
		now->tv_sec += atoll(shift);
	return err;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

int open(const char *path, int flags, ...)
{
	static int (*next)(const char *, int, ...);
	const char *boot = getenv("BOOT_ID");
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "open");
	if (boot && !strcmp(path, "/proc/sys/kernel/random/boot_id"))
		path = boot;
	return next(path, flags, mode);
}
