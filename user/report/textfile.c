// SPDX-License-Identifier: GPL-2.0
/*
 * A temporary file is locked for as long as its writer lives. One that nobody
 * holds was left by a writer that was killed.
 */
#include "report/textfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".XXXXXX"

/* Renaming would do away with /dev/stdout. */
static bool may_replace(const char *path)
{
	struct stat st;

	return lstat(path, &st) || S_ISREG(st.st_mode);
}

/* "m.prom.Ab3xYz" of "m.prom". */
static bool is_temporary(const char *name, const char *base)
{
	size_t size = strlen(base), i;

	if (strncmp(name, base, size) || strlen(name) != size + strlen(SUFFIX) || name[size] != '.')
		return false;
	for (i = size + 1; name[i]; i++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
			    name[i]))
			return false;
	}
	return true;
}

/* Its writer may be about to lock it: then it finds that it is gone. */
static void remove_if_left(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    !flock(fd, LOCK_EX | LOCK_NB))
		unlinkat(directory, name, 0);
	close(fd);
}

/* Nothing that must succeed. */
static void remove_left(const char *path)
{
	char *for_directory = strdup(path), *for_base = strdup(path), *base;
	struct dirent *entry;
	DIR *directory = for_directory ? opendir(dirname(for_directory)) : NULL;

	if (directory && for_base) {
		base = basename(for_base);
		while ((entry = readdir(directory))) {
			if (is_temporary(entry->d_name, base))
				remove_if_left(dirfd(directory), entry->d_name);
		}
	}
	if (directory)
		closedir(directory);
	free(for_directory);
	free(for_base);
}

/* Locked; where locks cannot be had it is done without. */
static int make_temporary(const char *path, char **name)
{
	struct stat st;
	int fd, tries;

	for (tries = 0; tries < 10; tries++) {
		if (asprintf(name, "%s" SUFFIX, path) < 0)
			return -ENOMEM;
		fd = mkstemp(*name);
		if (fd < 0) {
			fd = -errno;
			free(*name);
			return fd;
		}
		if ((!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) && !fstat(fd, &st) &&
		    st.st_nlink)
			return fd;
		unlink(*name); /* taken for one that was left */
		free(*name);
		close(fd);
	}
	return -EAGAIN;
}

static int fill(int fd, mode_t mode, int (*print)(void *ctx, FILE *out), void *ctx)
{
	FILE *out = fdopen(fd, "w");
	int err;

	if (!out) {
		close(fd);
		return -ENOMEM;
	}
	err = print(ctx, out);
	if (!err && fchmod(fd, mode))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

static int replace(const char *path, mode_t mode, int (*print)(void *ctx, FILE *out), void *ctx,
		   struct sw_error *error)
{
	char *temporary;
	int fd, lock, err;

	if (!may_replace(path))
		return sw_fail(error, -EINVAL,
			       "%s: is no regular file, and this would put one in its place", path);
	remove_left(path);
	fd = make_temporary(path, &temporary);
	if (fd < 0)
		return sw_fail(error, fd, "cannot write %s: %s", path, strerror(-fd));
	lock = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* until it has its name */
	err = lock < 0 ? -errno : 0;
	if (err)
		close(fd);
	else
		err = fill(fd, mode, print, ctx);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err) {
		unlink(temporary);
		sw_fail(error, err, "cannot write %s: %s", path, strerror(-err));
	}
	if (lock >= 0)
		close(lock);
	free(temporary);
	return err;
}

int sw_textfile_write(const char *path, int (*print)(void *ctx, FILE *out), void *ctx,
		      struct sw_error *error)
{
	return replace(path, 0644, print, ctx, error); /* another user's exporter reads it */
}

int sw_textfile_write_private(const char *path, int (*print)(void *ctx, FILE *out), void *ctx,
			      struct sw_error *error)
{
	return replace(path, 0600, print, ctx, error);
}
