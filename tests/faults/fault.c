// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: one call of the process fails, as the world would have it fail.
 *
 *	FAULT		what is counted: "memory" (allocations) or "calls" (files,
 *			the kernel, the network)
 *	FAULT_AT	the number of the call that fails, from 1; 0: none does
 *	FAULT_NAME	count only calls of this name
 *	FAULT_ERRNO	with this error
 *	FAULT_SHORT	instead: read(2) and write(2) move one byte only
 *	FAULT_ON	all later calls fail too
 *	FAULT_LOG	file that gets a line for each call, "NUMBER NAME SITE"; the
 *			one that fails has a "!" behind it. SITE is the same for
 *			calls by the same way through the program.
 *
 *	FAULT_CHILDREN	count what children do, each for itself, and not what their
 *			parent does: from their first write(2), by which they say that
 *			they are at work. Nothing of it is logged.
 *
 * What libc does inside itself is not seen, except that it allocates; nor, without
 * that, what children do.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FRAMES 16

static struct {
	char counted; /* 'm' or 'c' */
	const char *name;
	bool keep_on;
	bool shortened;
	bool children;
	bool preparing;	   /* a child, until it writes */
	_Atomic long seen; /* by all threads */
	long at;
	int error;
	int log;
	bool begun;
} fault = { .log = -1 };

/* Of this thread: it is here already, and what it calls itself is nobody's. */
static __thread bool noting __attribute__((tls_model("initial-exec")));

/* glibc's own: what finds the others allocates itself. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static long number(const char *name)
{
	const char *text = getenv(name);

	return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *counted = getenv("FAULT"), *log = getenv("FAULT_LOG");
	void *frame[FRAMES];

	backtrace(frame, FRAMES); /* which loads a library the first time */
	fault.counted = counted ? counted[0] : '\0';
	fault.name = getenv("FAULT_NAME");
	fault.at = number("FAULT_AT");
	fault.error = number("FAULT_ERRNO");
	fault.shortened = number("FAULT_SHORT");
	fault.keep_on = number("FAULT_ON");
	if (log) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		fault.log = fcntl(fd, F_DUPFD_CLOEXEC, 900); /* in nobody's way */
		close(fd);
	}
	fault.children = number("FAULT_CHILDREN");
	fault.begun = !fault.children;
}

static uint64_t site(void)
{
	uint64_t hash = 0;
	void *frame[FRAMES];
	int i, frames = backtrace(frame, FRAMES);

	for (i = 0; i < frames; i++)
		hash = (hash ^ (uintptr_t)frame[i]) * 0x9e3779b97f4a7c15ULL;
	return hash;
}

static void note(long seen, const char *name, bool failing)
{
	char line[128];
	int size = snprintf(line, sizeof(line), "%ld %s %llx%s\n", seen, name,
			    (unsigned long long)site(), failing ? " !" : "");

	if (syscall(SYS_write, fault.log, line, size) != size)
		abort();
}

static bool fails(char class, const char *name)
{
	bool failing;
	long seen;

	if (!fault.begun || noting || class != fault.counted ||
	    (fault.name && strcmp(name, fault.name)))
		return false;
	noting = true;
	seen = ++fault.seen;
	failing = seen == fault.at || (fault.keep_on && fault.at && seen > fault.at);
	if (fault.log >= 0)
		note(seen, name, failing);
	noting = false;
	if (failing)
		errno = fault.error;
	return failing;
}

void *malloc(size_t size)
{
	return fails('m', "malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails('m', "calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return size && fails('m', "realloc") ? NULL : __libc_realloc(old, size);
}

#define NEXT(name)                                                                                 \
	static __typeof__(&name) next;                                                             \
	if (!next)                                                                                 \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

#define FAULTY(type, failure, name, parameters, arguments)                                         \
	type name parameters                                                                       \
	{                                                                                          \
		NEXT(name);                                                                        \
		return fails('c', #name) ? failure : next arguments;                               \
	}

FAULTY(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
FAULTY(FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
FAULTY(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
FAULTY(DIR *, NULL, opendir, (const char *path), (path))
FAULTY(int, -1, stat, (const char *path, struct stat *out), (path, out))
FAULTY(int, -1, fstat, (int fd, struct stat *out), (fd, out))
FAULTY(int, -1, statfs, (const char *path, struct statfs *out), (path, out))
FAULTY(int, -1, statfs64, (const char *path, struct statfs64 *out), (path, out))
FAULTY(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
FAULTY(int, -1, mkstemp, (char *path), (path))
FAULTY(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
FAULTY(int, -1, fsync, (int fd), (fd))
FAULTY(int, -1, rename, (const char *from, const char *to), (from, to))
FAULTY(int, -1, unlink, (const char *path), (path))
FAULTY(int, -1, rmdir, (const char *path), (path))
FAULTY(int, -1, flock, (int fd, int operation), (fd, operation))
FAULTY(int, -1, dup3, (int old, int fresh, int flags), (old, fresh, flags))
FAULTY(void *, MAP_FAILED, mmap,
       (void *at, size_t size, int protection, int flags, int fd, off_t offset),
       (at, size, protection, flags, fd, offset))
FAULTY(void *, MAP_FAILED, mmap64,
       (void *at, size_t size, int protection, int flags, int fd, off64_t offset),
       (at, size, protection, flags, fd, offset))
FAULTY(int, -1, pipe2, (int ends[2], int flags), (ends, flags))

/* A child's calls would have the numbers of its parent's. */
pid_t fork(void)
{
	static pid_t (*real)(void);
	pid_t pid;

	if (!real)
		real = dlsym(RTLD_NEXT, "fork");
	pid = fails('c', "fork") ? -1 : real();
	if (!pid) {
		fault.begun = false;
		fault.preparing = fault.children;
		fault.log = -1; /* it is about to close what it does not need */
	}
	return pid;
}

FAULTY(ssize_t, -1, getrandom, (void *out, size_t size, unsigned flags), (out, size, flags))
FAULTY(int, -1, poll, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
FAULTY(int, -1, signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags))
FAULTY(int, -1, inotify_init1, (int flags), (flags))
FAULTY(int, -1, inotify_add_watch, (int fd, const char *path, uint32_t mask), (fd, path, mask))
FAULTY(int, -1, epoll_create1, (int flags), (flags))
FAULTY(int, -1, epoll_ctl, (int fd, int operation, int of, struct epoll_event *event),
       (fd, operation, of, event))
FAULTY(int, -1, epoll_wait, (int fd, struct epoll_event *events, int room, int timeout),
       (fd, events, room, timeout))
FAULTY(int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
FAULTY(ssize_t, -1, send, (int fd, const void *data, size_t size, int flags),
       (fd, data, size, flags))
FAULTY(ssize_t, -1, sendto,
       (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
	socklen_t room),
       (fd, data, size, flags, to, room))
FAULTY(int, -1, bind, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size))
FAULTY(ssize_t, -1, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
FAULTY(unsigned, 0, if_nametoindex, (const char *name), (name))
FAULTY(char *, NULL, if_indextoname, (unsigned ifindex, char name[IF_NAMESIZE]), (ifindex, name))

/* What was buffered is lost; the file is closed all the same. */
int fclose(FILE *file)
{
	NEXT(fclose);
	if (!fails('c', "fclose"))
		return next(file);
	next(file);
	errno = fault.error;
	return EOF;
}

static ssize_t shortened(size_t size)
{
	return fault.shortened ? (ssize_t) !!size : -1;
}

ssize_t read(int fd, void *out, size_t size)
{
	NEXT(read);
	if (!fails('c', "read"))
		return next(fd, out, size);
	return shortened(size) < 0 ? -1 : next(fd, out, shortened(size));
}

ssize_t write(int fd, const void *data, size_t size)
{
	NEXT(write);
	if (fault.preparing) {
		fault.preparing = false;
		fault.begun = true;
		return next(fd, data, size);
	}
	if (!fails('c', "write"))
		return next(fd, data, size);
	return shortened(size) < 0 ? -1 : next(fd, data, shortened(size));
}

#define OPEN(name)                                                                                 \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list list;                                                                      \
		int mode;                                                                          \
                                                                                                   \
		NEXT(name);                                                                        \
		va_start(list, flags);                                                             \
		mode = va_arg(list, int);                                                          \
		va_end(list);                                                                      \
		return fails('c', #name) ? -1 : next(path, flags, mode);                           \
	}

OPEN(open)
OPEN(open64)

#define FCNTL(name)                                                                                \
	int name(int fd, int command, ...)                                                         \
	{                                                                                          \
		va_list list;                                                                      \
		long argument;                                                                     \
                                                                                                   \
		NEXT(name);                                                                        \
		va_start(list, command);                                                           \
		argument = va_arg(list, long);                                                     \
		va_end(list);                                                                      \
		return fails('c', #name) ? -1 : next(fd, command, argument);                       \
	}

FCNTL(fcntl)
FCNTL(fcntl64)

/* libbpf's way into the kernel. */
long syscall(long call, ...)
{
	long argument[6];
	char name[32];
	va_list list;
	int i;

	NEXT(syscall);
	va_start(list, call);
	for (i = 0; i < 6; i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (call == SYS_bpf) {
		snprintf(name, sizeof(name), "bpf:%ld", argument[0]);
		if (fails('c', name))
			return -1;
	}
	return next(call, argument[0], argument[1], argument[2], argument[3], argument[4],
		    argument[5]);
}
