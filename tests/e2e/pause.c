// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: work under way, for as long as a test wants. While there is a file $PAUSE, a
 * child of the process stops itself (SIGSTOP) when it is about to lock something. While there
 * is a file $PAUSE_BEHIND, the process does when it has let the first go that it has locked.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static pid_t first;
static int locked = -1;

static int pauses(const char *variable)
{
	const char *file = getenv(variable);

	return file && !access(file, F_OK);
}

__attribute__((constructor)) static void begin(void)
{
	first = getpid();
}

int flock(int fd, int operation)
{
	static int (*next)(int, int);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "flock");
	if (getpid() != first && pauses("PAUSE"))
		raise(SIGSTOP);
	if (locked < 0)
		locked = fd;
	return next(fd, operation);
}

int close(int fd)
{
	static int (*next)(int);
	int err;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "close");
	err = next(fd);
	if (fd >= 0 && fd == locked && getpid() == first && pauses("PAUSE_BEHIND"))
		raise(SIGSTOP);
	return err;
}
