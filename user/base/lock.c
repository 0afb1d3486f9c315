// SPDX-License-Identifier: GPL-2.0
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* flock(2) does not tell who holds it; /proc/locks does. */
static int holder(int fd, char *text, size_t room)
{
	char line[256], comm[64] = "?", path[64];
	unsigned long long inode;
	struct stat st;
	FILE *file;
	int pid = 0, found = 0;

	if (fstat(fd, &st))
		return -errno;
	file = fopen("/proc/locks", "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %*x:%*x:%llu", &pid, &inode) == 2 &&
		    inode == st.st_ino) {
			found = pid;
			break;
		}
	}
	fclose(file);
	if (!found)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/comm", found);
	file = fopen(path, "re");
	if (file) {
		if (fgets(comm, sizeof(comm), file))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(file);
	}
	snprintf(text, room, "process %d (%s)", found, comm);
	return 0;
}

/* `unload` removes the directory it has locked: a lock on what is no longer at
 * `directory` is a lock on nothing. */
static bool still_there(const char *directory, int fd)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !stat(directory, &there) && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

static int wait_for(int fd, const char *directory, struct sw_error *error)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	char who[128] = "another process";
	int tries;

	for (tries = 0; tries < SW_LOCK_WAIT_S * 50; tries++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK)
			return sw_fail(error, -errno, "cannot lock %s: %s", directory,
				       strerror(errno));
		holder(fd, who, sizeof(who));
		if (tries == 25)
			sw_note("waiting for %s, which holds the lock on %s", who, directory);
		nanosleep(&pause, NULL);
	}
	return sw_fail(error, -EBUSY, "%s is locked by %s", directory, who);
}

int sw_lock_take(const char *directory, int *out, struct sw_error *error)
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
		err = wait_for(fd, directory, error);
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
