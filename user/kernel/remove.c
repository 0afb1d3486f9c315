// SPDX-License-Identifier: GPL-2.0
#include "kernel/remove.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/lock.h"
#include "kernel/attach.h"
#include "kernel/dispatcher.h"
#include "kernel/state.h"

unsigned sw_state_shared_ifindex(const char *path)
{
	const char *number = strrchr(path, '_');

	return number ? strtoul(number + 1, NULL, 10) : 0;
}

int sw_state_unshare(const char *path, struct sw_error *error)
{
	int map = bpf_obj_get(path);
	int err = 0;

	if (map >= 0) {
		err = sw_share_detach(sw_state_shared_ifindex(path), map, error);
		close(map);
	}
	if (!err && unlink(path))
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	return err;
}

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool is_attachment(const char *name)
{
	return starts_with(name, SW_PIN_LINK) || starts_with(name, SW_PIN_SHARED);
}

static bool is_ours(const char *name)
{
	int i;

	if (is_attachment(name) || starts_with(name, "new_"))
		return true;
	for (i = 0; i < SW_MAPS; i++) {
		if (!strcmp(name, sw_map_name[i]))
			return true;
	}
	return false;
}

static int remove_pin(const char *directory, const char *name, struct sw_error *error)
{
	char *path;
	int err = 0;

	if (!is_ours(name))
		return 0;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	if (starts_with(name, SW_PIN_SHARED))
		err = sw_state_unshare(path, error);
	else if (starts_with(name, SW_PIN_LINK))
		sw_detach(path, NULL);
	else
		unlink(path);
	free(path);
	return err;
}

static int remove_pins(const char *path, struct sw_error *error)
{
	struct dirent *entry;
	DIR *directory;
	int attached, err = 0;

	directory = opendir(path);
	if (!directory)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	/* What is attached first: once that is gone no program runs that could
	 * miss its maps. */
	for (attached = 1; attached >= 0; attached--) {
		rewinddir(directory);
		while (!err && (entry = readdir(directory))) {
			if (entry->d_name[0] != '.' && is_attachment(entry->d_name) == attached)
				err = remove_pin(path, entry->d_name, error);
		}
	}
	closedir(directory);
	if (err)
		return err;
	if (rmdir(path))
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int stop(void *ctx, const char *path)
{
	(void)ctx, (void)path;
	return 1;
}

/* A link can be detached from anywhere, but a dispatcher is on one of the NICs
 * of this network namespace, or not to be found. */
static int check_netns(const char *directory, struct sw_error *error)
{
	struct sw_state *state;
	struct stat netns;
	int err = 0;

	if (sw_state_open(directory, SW_READ, &state, NULL))
		return 0; /* of another version, or half made */
	if (sw_state_each_shared(state, stop, NULL) == 1 &&
	    (stat("/proc/self/ns/net", &netns) || state->abi.netns != netns.st_ino))
		err = sw_fail(error, -EXDEV,
			      "what is loaded under %s shares NICs of another network namespace: go "
			      "there",
			      directory);
	sw_state_close(state);
	return err;
}

int sw_state_remove(const char *directory, struct sw_error *error)
{
	struct statfs fs;
	int lock, err;

	if (!statfs(directory, &fs) && fs.f_type != BPF_FS_MAGIC)
		return sw_fail(error, -ENODEV, "%s is not on bpffs: nothing of spamweir's is there",
			       directory);
	err = sw_lock_take(directory, &lock, error);
	if (err)
		return err;
	err = check_netns(directory, error);
	if (!err)
		err = remove_pins(directory, error);
	close(lock);
	return err;
}

int sw_state_abandon(struct sw_state *state, struct sw_error *error)
{
	return remove_pins(state->directory, error);
}
