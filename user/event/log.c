// SPDX-License-Identifier: GPL-2.0
#include "event/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"

char *sw_event_log_path(const char *state_dir)
{
	char *path;

	return asprintf(&path, "%s/events.jsonl", state_dir) < 0 ? NULL : path;
}

static int rotate(const char *path)
{
	char *old;
	int err = 0;

	if (asprintf(&old, "%s.1", path) < 0)
		return -ENOMEM;
	if (rename(path, old))
		err = -errno;
	free(old);
	return err;
}

/* Whole lines or nothing: the next one begins where this one would have. */
static int append(int fd, const char *line, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t done = write(fd, line, size);
	int err;

	if (done == (ssize_t)size)
		return 0;
	err = done < 0 ? -errno : -ENOSPC;
	if (done > 0 && end >= 0 && ftruncate(fd, end))
		err = -errno;
	return err;
}

static int make_directory(const char *state_dir)
{
	return mkdir(state_dir, 0700) && errno != EEXIST ? -errno : 0;
}

static int open_log(const char *path)
{
	/* A FIFO without a reader would block open(2). */
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
}

/* An fd for what is about to be written, or -errno. */
static int open_or_make(const char *path)
{
	char *copy;
	int fd = open_log(path), err;

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	err = make_directory(dirname(copy));
	free(copy);
	if (err)
		return err;
	fd = open_log(path);
	return fd < 0 ? -errno : fd;
}

int sw_event_log(const char *path, const char *line, size_t size, struct sw_error *error)
{
	struct stat st;
	int fd, err = 0;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return sw_fail(error, -EINVAL, "%s: is no regular file", path);
	if (!stat(path, &st) && st.st_size >= SW_EVENT_LOG_BYTES)
		err = rotate(path);
	fd = err ? err : open_or_make(path);
	if (fd < 0)
		return sw_fail(error, fd, "%s: %s", path, strerror(-fd));
	err = append(fd, line, size);
	close(fd);
	return err ? sw_fail(error, err, "%s: %s", path, strerror(-err)) : 0;
}

static int open_directory(const char *state_dir)
{
	return open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int sw_event_log_claim(const char *state_dir)
{
	int err = make_directory(state_dir);
	int fd = err ? err : open_directory(state_dir);

	if (!err && fd < 0)
		return -errno;
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

pid_t sw_event_log_writer(const char *state_dir)
{
	int fd = open_directory(state_dir);
	pid_t pid = fd < 0 ? 0 : sw_lock_holder(fd);

	if (fd >= 0)
		close(fd);
	return pid;
}
