// SPDX-License-Identifier: GPL-2.0
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* flock(2) does not tell who holds it; /proc/locks does. */
pid_t sw_lock_holder(int fd)
{
	unsigned long long inode;
	unsigned major, minor;
	int pid = 0, found = 0;
	char line[256];
	struct stat st;
	FILE *file;

	if (fstat(fd, &st))
		return 0;
	file = fopen("/proc/locks", "re");
	if (!file)
		return 0;
	while (!found && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major, &minor,
			   &inode) == 4 &&
		    inode == st.st_ino && major == major(st.st_dev) && minor == minor(st.st_dev))
			found = pid;
	}
	fclose(file);
	return found;
}

static void name_holder(int fd, char *text, size_t room)
{
	pid_t found = sw_lock_holder(fd);
	char comm[64] = "?", path[64];
	FILE *file;

	if (found <= 0)
		return; /* it has given it up by now, or cannot be seen from here */
	snprintf(path, sizeof(path), "/proc/%d/comm", found);
	file = fopen(path, "re");
	if (file) {
		if (fgets(comm, sizeof(comm), file))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(file);
	}
	snprintf(text, room, "process %d (%s)", found, comm);
}

/* `unload` removes the directory that it has locked. A lock on what is no longer at
 * `directory` protects nothing. */
static bool still_there(const char *directory, int fd)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !stat(directory, &there) && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

/* 0, or -EAGAIN if it is held. */
static int try_once(int fd, const char *directory, struct sw_error *error)
{
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return -EAGAIN;
	return sw_fail(error, -errno, "cannot lock %s: %s", directory, strerror(errno));
}

static int wait_for(int fd, const char *directory, struct sw_error *error)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	char who[128] = "another process";
	int tries, err;

	for (tries = 0; tries < SW_LOCK_WAIT_S * 50; tries++) {
		err = try_once(fd, directory, error);
		if (err != -EAGAIN)
			return err;
		name_holder(fd, who, sizeof(who));
		if (tries == 25)
			sw_note("waiting for %s, which holds the lock on %s", who, directory);
		nanosleep(&pause, NULL);
	}
	return sw_fail(error, -EBUSY, "%s is locked by %s", directory, who);
}

static int refuse_to_wait(int fd, const char *directory, struct sw_error *error)
{
	char who[128] = "another process";
	int err = try_once(fd, directory, error);

	if (err != -EAGAIN)
		return err;
	name_holder(fd, who, sizeof(who));
	return sw_fail(error, err, "%s is locked by %s", directory, who);
}

static int take(const char *directory, bool wait, int *out, struct sw_error *error)
{
	int fd, err;

	for (;;) {
		fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0) {
			err = -errno;
			if (err == -ENOENT)
				return sw_fail(error, err, "nothing is loaded under %s", directory);
			return sw_fail(error, err, "%s: %s", directory, strerror(-err));
		}
		err = wait ? wait_for(fd, directory, error) : refuse_to_wait(fd, directory, error);
		if (err) {
			close(fd);
			return err;
		}
		if (still_there(directory, fd)) {
			*out = fd;
			return 0;
		}
		close(fd);
	}
}

int sw_lock_take(const char *directory, int *out, struct sw_error *error)
{
	return take(directory, true, out, error);
}

int sw_lock_try(const char *directory, int *out, struct sw_error *error)
{
	return take(directory, false, out, error);
}
