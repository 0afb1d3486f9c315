// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: the process is killed when it is about to make its $DIE_AT-th
 * call that changes what outlives it: it updates or deletes map elements, pins,
 * makes or updates a link, renames or unlinks; with $DIE_IN_DATABASE also when
 * it begins or ends a transaction of a database. A process that makes fewer lives.
 * One that ends leaves in the file $DIE_COUNT how many it has made.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int steps;

static void step(void)
{
	const char *at = getenv("DIE_AT");

	if (++steps == (at ? atoi(at) : 0))
		kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("DIE_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (file) {
		fprintf(file, "%d\n", steps);
		fclose(file);
	}
}

static int changes_state(long command)
{
	return command == BPF_MAP_UPDATE_ELEM || command == BPF_MAP_DELETE_ELEM ||
	       command == BPF_MAP_UPDATE_BATCH || command == BPF_OBJ_PIN ||
	       command == BPF_LINK_CREATE || command == BPF_LINK_UPDATE;
}

/* libbpf's way into the kernel. */
long syscall(long number, ...)
{
	static long (*next)(long, ...);
	long argument[6];
	va_list list;
	int i;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf && changes_state(argument[0]))
		step();
	return next(number, argument[0], argument[1], argument[2], argument[3], argument[4],
		    argument[5]);
}

int rename(const char *from, const char *to)
{
	static int (*next)(const char *, const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "rename");
	step();
	return next(from, to);
}

/* A database's log goes whenever it is closed. */
static int is_log(const char *path)
{
	const char *end = strrchr(path, '-');

	return end && (!strcmp(end, "-wal") || !strcmp(end, "-shm"));
}

int unlink(const char *path)
{
	static int (*next)(const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "unlink");
	if (!is_log(path) || getenv("DIE_IN_DATABASE"))
		step();
	return next(path);
}

/* Of a database: the first of the writes of a transaction, of which all before the
 * last make no difference, and what says that they are all on disk. */
static int writing;

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	static ssize_t (*next)(int, const void *, size_t, off64_t);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
	if (!writing && getenv("DIE_IN_DATABASE"))
		step();
	writing = 1;
	return next(fd, data, size, at);
}

int fdatasync(int fd)
{
	static int (*next)(int);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fdatasync");
	if (getenv("DIE_IN_DATABASE"))
		step();
	writing = 0;
	return next(fd);
}
