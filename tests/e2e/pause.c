// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: while there is a file $PAUSE, a child of the process stops itself
 * (SIGSTOP) when it is about to lock something: work under way, for as long as
 * a test wants.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static pid_t first;

__attribute__((constructor)) static void begin(void)
{
	first = getpid();
}

int flock(int fd, int operation)
{
	static int (*next)(int, int);
	const char *file = getenv("PAUSE");

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "flock");
	if (getpid() != first && file && !access(file, F_OK))
		raise(SIGSTOP);
	return next(fd, operation);
}
