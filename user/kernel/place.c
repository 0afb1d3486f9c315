// SPDX-License-Identifier: GPL-2.0
#include "kernel/place.h"

#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

int sw_place_make(const char *path, struct sw_error *error)
{
	const char *base = strrchr(path, '/');
	struct statfs fs;

	if (strchr(base ? base : path, '.'))
		return sw_fail(error, -EINVAL, "%s: bpffs allows no dot in a name", path);
	if (mkdir(path, 0700) && errno != EEXIST)
		return sw_fail(error, -errno, "%s: %s; is bpffs mounted? (" SW_PLACE_MOUNT ")",
			       path, strerror(errno));
	if (statfs(path, &fs))
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	if (fs.f_type != BPF_FS_MAGIC) {
		rmdir(path);
		return sw_fail(error, -ENODEV,
			       "%s is not on bpffs, where pins must be; " SW_PLACE_MOUNT, path);
	}
	return 0;
}

bool sw_place_is_bpffs(const char *path)
{
	struct statfs fs;
	char *copy;
	bool is;

	if (!statfs(path, &fs))
		return fs.f_type == BPF_FS_MAGIC;
	copy = strdup(path);
	is = copy && !statfs(dirname(copy), &fs) && fs.f_type == BPF_FS_MAGIC;
	free(copy);
	return is;
}

static bool is_trusted(uid_t owner)
{
	return !owner || owner == geteuid();
}

/* If it has the sticky bit, others may add names there and not touch ours. */
static int check_parent(const char *path, struct sw_error *error)
{
	char *copy = strdup(path);
	const char *parent;
	struct stat st;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	parent = dirname(copy);
	if (stat(parent, &st))
		err = sw_fail(error, -errno, "%s: %s", parent, strerror(errno));
	else if (!is_trusted(st.st_uid))
		err = sw_fail(error, -EPERM,
			      "%s belongs to user %u, who can take %s away: `chown root %s`",
			      parent, st.st_uid, path, parent);
	else if (st.st_mode & 022 && !(st.st_mode & S_ISVTX))
		err = sw_fail(error, -EPERM,
			      "%s has mode %04o, so that others can take %s away: `chmod 700 %s`",
			      parent, st.st_mode & 07777, path, parent);
	free(copy);
	return err;
}

int sw_place_check(const char *path, struct sw_error *error)
{
	struct stat st;

	if (lstat(path, &st)) {
		if (errno == ENOENT)
			return sw_fail(error, -ENOENT, "nothing is loaded under %s", path);
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	}
	if (S_ISLNK(st.st_mode))
		return sw_fail(
			error, -EPERM,
			"%s is a symbolic link, which whoever made it can point elsewhere: `rm "
			"%s`",
			path, path);
	if (!S_ISDIR(st.st_mode))
		return sw_fail(error, -ENOTDIR, "%s: %s", path, strerror(ENOTDIR));
	if (!is_trusted(st.st_uid))
		return sw_fail(error, -EPERM,
			       "%s belongs to user %u, who decides what is in it: `rm -r %s`", path,
			       st.st_uid, path);
	if (st.st_mode & 077)
		return sw_fail(error, -EPERM,
			       "%s has mode %04o, so that others can change what is pinned there: "
			       "`chmod 700 %s`",
			       path, st.st_mode & 07777, path);
	return check_parent(path, error);
}
