// SPDX-License-Identifier: GPL-2.0
#include "event/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

struct sw_follow {
	const char *path;
	int fd;	   /* the file, open */
	off_t at;  /* what is before was told */
	int watch; /* inotify, on the directory */
	char *buffer;
	size_t room;
};

static int watch_directory(struct sw_follow *follow, struct sw_error *error)
{
	const __u32 what = IN_MODIFY | IN_CREATE | IN_MOVED_TO;
	char *copy = strdup(follow->path), *directory;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	directory = dirname(copy);
	follow->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (follow->watch < 0 || inotify_add_watch(follow->watch, directory, what) < 0)
		err = sw_fail(error, -errno, "cannot watch %s: %s", directory, strerror(errno));
	free(copy);
	return err;
}

/* The file that stands at the path now, or -errno. A FIFO without a writer would block open(2). */
static int open_file(const char *path, int flags, struct sw_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags, 0640), err;
	struct stat st;

	if (fd < 0)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st))
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err = sw_fail(error, -EINVAL, "%s: is no regular file", path);
	else
		return fd;
	close(fd);
	return err;
}

int sw_follow_open(const char *path, struct sw_follow **out, struct sw_error *error)
{
	struct sw_follow *follow = calloc(1, sizeof(*follow));
	int err;

	if (!follow)
		return -ENOMEM;
	*follow = (struct sw_follow){ .path = path, .fd = -1, .watch = -1 };
	err = watch_directory(follow, error);
	if (!err)
		err = follow->fd = open_file(path, O_CREAT, error);
	if (err < 0) {
		sw_follow_close(follow);
		return err;
	}
	follow->at = lseek(follow->fd, 0, SEEK_END);
	*out = follow;
	return 0;
}

/* Tells the whole lines of what has been read. */
static int tell_lines(struct sw_follow *follow, size_t size, sw_line_fn tell, void *ctx)
{
	char *line = follow->buffer, *end;
	int err = 0;

	while (!err && (end = memchr(line, '\n', size))) {
		*end = '\0';
		follow->at += end + 1 - line;
		size -= end + 1 - line;
		err = tell(ctx, line, end - line);
		line = end + 1;
	}
	return err;
}

static int grow(struct sw_follow *follow)
{
	return sw_grow((void **)&follow->buffer, &follow->room, 1, 65536);
}

/* What follows .at in the file that is open. Part of a line is read again. */
static int read_lines(struct sw_follow *follow, sw_line_fn tell, void *ctx)
{
	off_t before;
	ssize_t got;
	int err = follow->buffer ? 0 : grow(follow);

	while (!err) {
		before = follow->at;
		got = pread(follow->fd, follow->buffer, follow->room, follow->at);
		if (got < 0)
			return -errno;
		err = tell_lines(follow, got, tell, ctx);
		if (err || follow->at > before)
			continue;
		if ((size_t)got < follow->room)
			return 0;
		err = grow(follow);
	}
	return err;
}

/* A log that is emptied in place keeps its inode, and only its size tells. */
static void begin_again_if_cut(struct sw_follow *follow)
{
	struct stat st;

	if (!fstat(follow->fd, &st) && st.st_size < follow->at)
		follow->at = 0;
}

/* The file at the path, once the one that is open is no longer there; or -1. */
static int rotated(const struct sw_follow *follow)
{
	struct stat open_st, path_st;

	if (fstat(follow->fd, &open_st) || stat(follow->path, &path_st) ||
	    (open_st.st_ino == path_st.st_ino && open_st.st_dev == path_st.st_dev))
		return -1;
	return open_file(follow->path, 0, NULL);
}

int sw_follow_read(struct sw_follow *follow, sw_line_fn line, void *ctx, struct sw_error *error)
{
	int next = rotated(follow), err;

	begin_again_if_cut(follow);
	err = read_lines(follow, line, ctx); /* nobody adds to it once it was renamed */
	if (next >= 0) {
		close(follow->fd);
		follow->fd = next;
		follow->at = 0;
		err = err ?: read_lines(follow, line, ctx);
	}
	if (err && error && !error->text[0])
		sw_fail(error, err, "%s: %s", follow->path, strerror(-err));
	return err;
}

void sw_follow_wait(const struct sw_follow *follow, int timeout_ms)
{
	struct pollfd wait = { .fd = follow->watch, .events = POLLIN };
	char drained[4096];

	if (poll(&wait, 1, timeout_ms) > 0) {
		while (read(follow->watch, drained, sizeof(drained)) > 0)
			;
	}
}

void sw_follow_close(struct sw_follow *follow)
{
	if (!follow)
		return;
	if (follow->fd >= 0)
		close(follow->fd);
	if (follow->watch >= 0)
		close(follow->watch);
	free(follow->buffer);
	free(follow);
}
