// SPDX-License-Identifier: GPL-2.0
#include "base/process.h"

#include <stdio.h>
#include <string.h>

#define PID_BITS 22 /* PID_MAX_LIMIT of Linux */
#define PID_MASK ((1ULL << PID_BITS) - 1)

/* Field 22 of /proc/PID/stat, in clock ticks since the boot; the second field, the name, may
 * have anything in it, parentheses too. */
static int read_stat(pid_t pid, char *is, unsigned long long *start)
{
	char path[32], line[1024];
	const char *behind = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fgets(line, sizeof(line), file))
		behind = strrchr(line, ')');
	fclose(file);
	if (!behind || sscanf(behind,
			      ") %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
			      "%*s %*s %*s %llu",
			      is, start) != 2)
		return -1;
	return *is == 'Z' || *is == 'X' ? -1 : 0; /* it has ended, and nobody has heard of it */
}

__u64 sw_process_mark(pid_t pid)
{
	unsigned long long start;
	char is;

	return pid <= 0 || read_stat(pid, &is, &start) ? 0 : (start << PID_BITS) | pid;
}

pid_t sw_process_marked(__u64 mark)
{
	pid_t pid = mark & PID_MASK;

	return mark && sw_process_mark(pid) == mark ? pid : 0;
}

bool sw_process_stopped(pid_t pid)
{
	unsigned long long start;
	char is;

	return pid > 0 && !read_stat(pid, &is, &start) && (is == 'T' || is == 't');
}
