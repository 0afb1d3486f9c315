// SPDX-License-Identifier: GPL-2.0
#include "worker/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"

static int make_directory(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0755) && errno != EEXIST)
		return -errno;
	fd = openat(at, name, O_DIRECTORY | O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && !fchmod(fd, 0755))
		return fd;
	if (fd >= 0)
		close(fd);
	return -errno;
}

static int write_file(int at, const char *name, const char *text, size_t size)
{
	int fd = openat(at, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0644))
		err = -errno;
	else if (write(fd, text, size) != (ssize_t)size)
		err = -ENOSPC;
	close(fd);
	if (!err && renameat(at, "new", at, name))
		err = -errno;
	return err;
}

/* Copies a file of /etc. Where the host has none, names are resolved as without one. */
static int copy(int at, const char *name)
{
	struct sw_file file;
	char from[64];
	int err;

	snprintf(from, sizeof(from), "/etc/%s", name);
	if (sw_file_map(from, &file, NULL))
		return unlinkat(at, name, 0) && errno != ENOENT ? -errno : 0;
	err = write_file(at, name, file.text, file.size);
	sw_file_unmap(&file);
	return err;
}

static int fill(int root)
{
	static const char nsswitch[] = "hosts: files dns\n";
	/* host.conf says whether all lines of hosts count, gai.conf which address is tried first. */
	static const char *const copied[] = { "resolv.conf", "hosts", "host.conf", "gai.conf" };
	int etc = make_directory(root, "etc"), err;
	size_t i;

	if (etc < 0)
		return etc;
	err = write_file(etc, "nsswitch.conf", nsswitch, strlen(nsswitch));
	for (i = 0; i < SW_COUNT(copied) && !err; i++)
		err = copy(etc, copied[i]);
	close(etc);
	return err;
}

int sw_resolver_root(const char *state_dir, char **out, struct sw_error *error)
{
	char *root;
	int fd, err;

	if (asprintf(&root, "%s/resolver", state_dir) < 0)
		return -ENOMEM;
	mkdir(state_dir, 0700);
	fd = make_directory(AT_FDCWD, root);
	err = fd;
	if (fd >= 0)
		err = flock(fd, LOCK_EX) ? -errno : fill(fd); /* others fetch and send, too */
	if (fd >= 0)
		close(fd);
	if (err) {
		sw_fail(error, err, "%s: %s", root, strerror(-err));
		free(root);
	} else {
		*out = root;
	}
	return err;
}
