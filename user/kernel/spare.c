// SPDX-License-Identifier: GPL-2.0
#include "kernel/spare.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *path_of(const struct sw_state *state)
{
	char *path;

	return asprintf(&path, "%s/" SW_PIN_SPARE, state->directory) < 0 ? NULL : path;
}

void sw_spare_drop(const struct sw_state *state)
{
	char *path = path_of(state);

	if (path)
		unlink(path);
	free(path);
}

/* Whoever is killed while it is written to leaves no half of it behind. */
static int take_pin(const struct sw_state *state)
{
	char *path = path_of(state);
	int fd = path ? bpf_obj_get(path) : -ENOMEM;

	if (path)
		unlink(path);
	free(path);
	return fd;
}

int sw_spare_take(const struct sw_state *state, const struct sw_layout *layout,
		  struct sw_generation *out)
{
	struct sw_generation spare = SW_NO_GENERATION;
	size_t expected = sw_policy_size(layout);
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int fd = take_pin(state);

	*out = SW_NO_GENERATION;
	if (fd < 0)
		return -ENOENT;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.type != BPF_MAP_TYPE_ARRAY ||
	    info.value_size != expected || sw_generation_patch(fd, expected, &spare)) {
		close(fd);
		return -ENOENT;
	}
	if (!memcmp(&spare.policy->settings.layout, layout, sizeof(*layout))) {
		*out = spare;
		return 0;
	}
	sw_generation_close(&spare);
	return -ENOENT;
}

int sw_spare_copy(const struct sw_state *state, const struct sw_layout *layout,
		  struct sw_generation *out, struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	int err = sw_generation_running(state->map[SW_MAP_policy], &running, error);

	*out = SW_NO_GENERATION;
	if (!err)
		err = sw_generation_create(layout, out, error);
	if (!err && running.size != out->size)
		err = sw_fail(error, -ESTALE, "the running generation is of another size");
	if (!err)
		memcpy(out->policy, running.policy, running.size);
	if (err)
		sw_generation_close(out);
	sw_generation_close(&running);
	return err;
}

int sw_spare_begin(const struct sw_state *state)
{
	__u32 id = sw_generation_id(state->map[SW_MAP_policy]);

	return id ? bpf_map_get_fd_by_id(id) : -ENOENT;
}

void sw_spare_keep(const struct sw_state *state, int fd)
{
	char *path = path_of(state);

	if (fd >= 0 && path) {
		unlink(path);
		bpf_obj_pin(fd, path);
	}
	if (fd >= 0)
		close(fd);
	free(path);
}
