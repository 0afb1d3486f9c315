// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed/copy_layout.h"

#define UNFINISHED '%' /* in no feed's name */

int sw_copy_make_directories(const char *state_dir, struct sw_error *error)
{
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/" SW_COPY_DIRECTORY, state_dir) < 0)
		return -ENOMEM;
	if (mkdir(path, 0700) && errno == ENOENT && !(mkdir(state_dir, 0700) && errno != EEXIST) &&
	    mkdir(path, 0700) && errno != EEXIST)
		err = -errno;
	if (!err && access(path, F_OK))
		err = -errno;
	if (err)
		sw_fail(error, err, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

/* Only this copy's: those of others may be under way elsewhere. */
static void remove_unfinished(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t size = strlen(name);
	struct dirent *entry;
	char *directory = strndup(path, name - path);
	DIR *list = directory ? opendir(directory) : NULL;

	while (list && (entry = readdir(list))) {
		if (!strncmp(entry->d_name, name, size) && entry->d_name[size] == UNFINISHED)
			unlinkat(dirfd(list), entry->d_name, 0);
	}
	if (list)
		closedir(list);
	free(directory);
}

static int write_all(int fd, const char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t got;

	while (done < size) {
		got = write(fd, bytes + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		done += got;
	}
	return 0;
}

static int write_file(const struct sw_feed_copy *copy, char *path, struct sw_error *error)
{
	int fd = mkostemp(path, O_CLOEXEC), err;

	if (fd < 0)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	err = write_all(fd, (const char *)copy->header, copy->header->size);
	/* It is on its way to the disk when somebody comes to wait for it. */
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (close(fd) && !err)
		err = -errno;
	if (!err)
		return 0;
	unlink(path);
	return sw_fail(error, err, "%s: %s", path, strerror(-err));
}

int sw_feed_copy_write(const struct sw_feed_copy *copy, const char *state_dir, const char *name,
		       char **temporary, struct sw_error *error)
{
	char *path, *unfinished = NULL;
	int err = sw_copy_make_directories(state_dir, error);

	if (err)
		return err;
	path = sw_copy_path(state_dir, name);
	if (!path || asprintf(&unfinished, "%s%cXXXXXX", path, UNFINISHED) < 0) {
		free(path);
		return -ENOMEM;
	}
	remove_unfinished(path);
	free(path);
	sw_copy_digests((struct sw_copy_header *)copy->header, true);
	err = write_file(copy, unfinished, error);
	if (err)
		free(unfinished);
	else
		*temporary = unfinished;
	return err;
}

static int sync_file(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags), err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int put_in_place(const char *temporary, const char *path)
{
	char *directory = strndup(path, strrchr(path, '/') - path);
	int err = directory ? sync_file(temporary, 0) : -ENOMEM;

	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	else
		sync_file(directory, O_DIRECTORY); /* it is there; after a crash, it or the old */
	free(directory);
	return err;
}

int sw_feed_copy_commit(const char *temporary, const char *state_dir, const char *name,
			struct sw_error *error)
{
	char *path = sw_copy_path(state_dir, name);
	int err = path ? put_in_place(temporary, path) : -ENOMEM;

	if (!path)
		unlink(temporary);
	if (err)
		sw_fail(error, err, "%s: %s", path ?: name, strerror(-err));
	free(path);
	return err;
}
