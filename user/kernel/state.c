// SPDX-License-Identifier: GPL-2.0
#include "kernel/state.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const sw_map_name[SW_MAPS] = {
#define SW_MAP_NAME(name, object) [SW_MAP_##name] = #name,
	SW_PINNED_MAPS(SW_MAP_NAME)
#undef SW_MAP_NAME
};

const char *const sw_map_object[SW_MAPS] = {
#define SW_MAP_OBJECT(name, object) [SW_MAP_##name] = object,
	SW_PINNED_MAPS(SW_MAP_OBJECT)
#undef SW_MAP_OBJECT
};

char *sw_state_path(const struct sw_state *state, const char *prefix, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s%s", state->directory, prefix, name) < 0 ? NULL : path;
}

/* bpffs takes no name with a dot, and "eth0.7" has one. No interface's name has a
 * colon. */
char *sw_state_link_path(const struct sw_state *state, const char *interface)
{
	char *path = sw_state_path(state, SW_PIN_LINK, interface);
	char *at;

	for (at = path ? path + strlen(state->directory) : NULL; at && *at; at++) {
		if (*at == '.')
			*at = ':';
	}
	return path;
}

char *sw_state_shared_path(const struct sw_state *state, unsigned ifindex)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", ifindex);
	return sw_state_path(state, SW_PIN_SHARED, number);
}

unsigned sw_state_shared_ifindex(const char *path)
{
	const char *number = strrchr(path, '_');

	return number ? strtoul(number + 1, NULL, 10) : 0;
}

void sw_state_close(struct sw_state *state)
{
	int i;

	if (!state)
		return;
	for (i = 0; i < SW_MAPS; i++) {
		if (state->map[i] >= 0)
			close(state->map[i]);
	}
	if (state->former_counters >= 0)
		close(state->former_counters);
	if (state->former_feeds >= 0)
		close(state->former_feeds);
	if (state->lock >= 0)
		close(state->lock);
	free(state->directory);
	free(state);
}

int sw_state_pin_map(struct sw_state *state, enum sw_map which, int fd, struct sw_error *error)
{
	char *path = sw_state_path(state, "", sw_map_name[which]);
	char *fresh = sw_state_path(state, "new_", sw_map_name[which]);
	int err = -ENOMEM;

	if (!path || !fresh)
		goto out;
	err = 0;
	if (bpf_obj_pin(fd, fresh) || rename(fresh, path)) {
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
		unlink(fresh);
		goto out;
	}
	if (state->map[which] >= 0 && state->map[which] != fd)
		close(state->map[which]);
	state->map[which] = fd;
out:
	free(path);
	free(fresh);
	return err;
}

char *sw_state_reader_path(const struct sw_state *state)
{
	return sw_state_path(state, SW_PIN_READER, "");
}

int sw_state_make_reader(const struct sw_state *state, struct sw_error *error)
{
	char *path = sw_state_reader_path(state);
	int err = 0;

	if (!path)
		return -ENOMEM;
	if (mkdir(path, 0700) && errno != EEXIST)
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return err;
}

int sw_state_save_abi(struct sw_state *state, struct sw_error *error)
{
	__u32 zero = 0;

	if (bpf_map_update_elem(state->map[SW_MAP_abi], &zero, &state->abi, BPF_ANY))
		return sw_fail(error, -errno, "%s/abi: %s", state->directory, strerror(errno));
	return 0;
}

#define LINKS_MAX (2 * SW_MAX_INTERFACES)

static int each_pin(const struct sw_state *state, const char *prefix,
		    int (*visit)(void *ctx, const char *path), void *ctx)
{
	char *path[LINKS_MAX];
	struct dirent *entry;
	DIR *directory;
	int i, count = 0, err = 0;

	directory = opendir(state->directory);
	if (!directory)
		return -errno;
	while (count < LINKS_MAX && (entry = readdir(directory))) {
		if (!strncmp(entry->d_name, prefix, strlen(prefix)))
			path[count++] = sw_state_path(state, "", entry->d_name);
	}
	closedir(directory);
	for (i = 0; i < count; i++) {
		if (!err)
			err = path[i] ? visit(ctx, path[i]) : -ENOMEM;
		free(path[i]);
	}
	return err;
}

int sw_state_each_link(const struct sw_state *state, int (*visit)(void *ctx, const char *path),
		       void *ctx)
{
	return each_pin(state, SW_PIN_LINK, visit, ctx);
}

int sw_state_each_shared(const struct sw_state *state, int (*visit)(void *ctx, const char *path),
			 void *ctx)
{
	return each_pin(state, SW_PIN_SHARED, visit, ctx);
}

int sw_state_pin_shared(const struct sw_state *state, const char *path, struct sw_error *error)
{
	if (bpf_obj_pin(state->map[SW_MAP_counters], path) && errno != EEXIST)
		return sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}
