// SPDX-License-Identifier: GPL-2.0
#include "event/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

int sw_event_log(const char *path, const char *line, size_t size)
{
	struct stat st;
	int fd, err = 0;

	if (!stat(path, &st) && st.st_size >= SW_EVENT_LOG_BYTES) {
		err = rotate(path);
		if (err)
			return err;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	err = append(fd, line, size);
	close(fd);
	return err;
}
