// SPDX-License-Identifier: GPL-2.0
#include "kernel/remove.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <net/if.h>
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
#include "kernel/open.h"
#include "kernel/place.h"
#include "kernel/shape.h"
#include "kernel/state.h"

int sw_state_unshare(const char *path, struct sw_error *error)
{
	unsigned ifindex = sw_state_shared_ifindex(path);
	int map = bpf_obj_get(path);
	char name[IF_NAMESIZE];
	int err = 0;

	if (!if_indextoname(ifindex, name))
		sw_warn("a NIC that was shared, number %u, is not here any more: if it is in another "
			"network namespace, it is judged there until `ip -n NAMESPACE link set NIC xdp "
			"off`; if it is gone, `xdp-loader clean` removes what libxdp has left of it",
			ifindex);
	if (map >= 0) {
		err = sw_share_detach(ifindex, map, error);
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

/* The map that a pin is by its name, also one that is to be renamed; SW_MAPS: none. */
static enum sw_map map_of(const char *name)
{
	int i;

	if (starts_with(name, "new_"))
		name += strlen("new_");
	for (i = 0; i < SW_MAPS; i++) {
		if (!strcmp(name, sw_map_name[i]))
			return i;
	}
	return SW_MAPS;
}

static bool is_ours(const char *name)
{
	return is_attachment(name) || map_of(name) < SW_MAPS || starts_with(name, "new_") ||
	       !strcmp(name, SW_PIN_READER) || !strcmp(name, SW_PIN_SPARE);
}

/* Opens a pin to look at it only, which works for one that cannot be written, too. */
static int open_pin(const char *directory, const char *name)
{
	LIBBPF_OPTS(bpf_obj_get_opts, options, .file_flags = BPF_F_RDONLY);
	char *path;
	int fd;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	fd = bpf_obj_get_opts(path, &options);
	free(path);
	return fd;
}

/* Whether our `abi` is there, of any version: all begin alike. */
static bool is_marked(const char *directory)
{
	int abi = open_pin(directory, "abi");
	__u64 magic = 0;

	if (abi < 0)
		return false;
	if (sw_shape_peek(abi, &magic, sizeof(magic)))
		magic = 0;
	close(abi);
	return magic == SW_ABI_MAGIC;
}

static bool has_our_shape(const char *directory, const char *name)
{
	enum sw_map which = map_of(name);
	bool fits = false;
	int map;

	if (which == SW_MAPS)
		return false;
	map = open_pin(directory, name);
	if (map >= 0) {
		fits = sw_shape_fits(which, map);
		close(map);
	}
	return fits;
}

/* Where there is no mark, because it is made last or is damaged: checks that all
 * that is there has a name of ours and, if it is not empty, that a map of ours is. */
static int look_for_strangers(const char *path, DIR *directory, struct sw_error *error)
{
	struct dirent *entry;
	bool empty = true, known = false;

	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		empty = false;
		if (!is_ours(entry->d_name))
			return sw_fail(
				error, -EPERM,
				"%s was not made by spamweir: it holds %s and no mark of ours in "
				"`abi`; nothing was removed",
				path, entry->d_name);
		known |= has_our_shape(path, entry->d_name);
	}
	if (empty || known)
		return 0;
	return sw_fail(error, -EPERM,
		       "%s was not made by spamweir: no map in it is like ours; nothing was removed",
		       path);
}

static int check_mark(const char *path, struct sw_error *error)
{
	DIR *directory;
	int err;

	if (is_marked(path))
		return 0;
	directory = opendir(path);
	if (!directory)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	err = look_for_strangers(path, directory, error);
	closedir(directory);
	return err;
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
		err = sw_detach(path, error);
	else if (!strcmp(name, SW_PIN_READER))
		rmdir(path);
	else
		unlink(path);
	free(path);
	return err;
}

static int remove_pins(const char *path, struct sw_error *error)
{
	struct dirent *entry;
	DIR *directory;
	int attached, code, err = 0;

	directory = opendir(path);
	if (!directory)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	/* Programs are taken off first: then none runs that could miss its maps. One that
	 * stays keeps those, and no other. */
	for (attached = 1; attached >= 0 && !err; attached--) {
		rewinddir(directory);
		while ((entry = readdir(directory))) {
			if (entry->d_name[0] == '.' || is_attachment(entry->d_name) != attached)
				continue;
			code = remove_pin(path, entry->d_name, err ? NULL : error);
			err = err ? err : code;
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

/* A link can be detached from anywhere. A dispatcher can be found only if its NIC is in
 * this network namespace. */
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
	err = sw_place_check(directory, error);
	if (!err)
		err = sw_lock_take(directory, &lock, error);
	if (err)
		return err;
	err = check_mark(directory, error);
	if (!err)
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
