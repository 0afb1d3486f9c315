// SPDX-License-Identifier: GPL-2.0
#include "kernel/open.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "kernel/inuse.h"
#include "kernel/place.h"
#include "kernel/shape.h"
#include "kernel/step.h"

static int open_maps(struct sw_state *state, struct sw_error *error)
{
	char *path;
	int i, err = 0;

	for (i = 0; i < SW_MAPS && !err; i++) {
		path = sw_state_path(state, "", sw_map_name[i]);
		if (!path)
			return -ENOMEM;
		state->map[i] = bpf_obj_get(path);
		if (state->map[i] < 0 && errno != ENOENT)
			err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
		free(path);
	}
	return err;
}

static int check_shape(const struct sw_state *state, enum sw_map which, struct sw_error *error)
{
	char *path = sw_state_path(state, "", sw_map_name[which]);
	int err = -ENOMEM;

	if (path)
		err = sw_shape_check(which, state->map[which], path, state->directory, error);
	free(path);
	return err;
}

/* Pins that a load was about to rename when it was killed. */
static void clear_unfinished(const struct sw_state *state)
{
	char *path;
	int i;

	for (i = 0; i < SW_MAPS; i++) {
		path = sw_state_path(state, "new_", sw_map_name[i]);
		if (path)
			unlink(path);
		free(path);
	}
}

/* The mark of another version, and what to do about it. */
static int check_version(const struct sw_state *state, __u32 version, bool create,
			 struct sw_error *error)
{
	if (version == SW_ABI_VERSION || (version == SW_STEP_FROM && create))
		return 0;
	if (version == SW_STEP_FROM)
		return sw_fail(error, -EPROTO,
			       "%s was made by a spamweir with state version %u, this one has %d: "
			       "`spamweir load` takes it over, counters and live zombies included",
			       state->directory, version, SW_ABI_VERSION);
	return sw_fail(error, -EPROTO,
		       "%s was made by a spamweir with state version %u, this one has %d: unload "
		       "with that one, then load with this one",
		       state->directory, version, SW_ABI_VERSION);
}

static int fail_unloaded(const char *directory, struct sw_error *error)
{
	return sw_fail(error, -ENOENT, "nothing is loaded under %s: `spamweir load`", directory);
}

/* The fields that all versions have alike decide whether the rest may be looked at. */
static int check_abi(struct sw_state *state, bool create, struct sw_error *error)
{
	struct {
		__u64 magic;
		__u32 version;
	} mark;
	__u32 zero = 0;
	int err;

	if (state->map[SW_MAP_abi] < 0)
		return fail_unloaded(state->directory, error);
	err = sw_shape_peek(state->map[SW_MAP_abi], &mark, sizeof(mark));
	if (err && err != -EPROTO)
		return sw_fail(error, err, "%s/abi: %s", state->directory, strerror(-err));
	if (!err && mark.magic != SW_ABI_MAGIC)
		return sw_fail(error, -EPROTO, "%s/abi was not made by spamweir", state->directory);
	if (!err)
		err = check_version(state, mark.version, create, error);
	else
		err = 0; /* its shape says it better */
	if (!err)
		err = check_shape(state, SW_MAP_abi, error);
	if (err)
		return err;
	if (bpf_map_lookup_elem(state->map[SW_MAP_abi], &zero, &state->abi))
		return sw_fail(error, -errno, "%s/abi: %s", state->directory, strerror(errno));
	return state->abi.version == SW_STEP_FROM ? sw_step_begin(state, error) : 0;
}

static int check_shapes(const struct sw_state *state, struct sw_error *error)
{
	int i, err = 0;

	for (i = 0; i < SW_MAPS && !err; i++) {
		if (state->map[i] >= 0)
			err = check_shape(state, i, error);
	}
	return err;
}

/* An `unload` may take the directory away between the two steps. */
static int take_lock(struct sw_state *state, enum sw_access access, struct sw_error *error)
{
	bool create = access == SW_CREATE || access == SW_TRY_CREATE;
	bool wait = access == SW_CREATE || access == SW_WRITE;
	int err;

	do {
		err = create ? sw_place_make(state->directory, error) : 0;
		if (err)
			return err;
		err = wait ? sw_lock_take(state->directory, &state->lock, error)
			   : sw_lock_try(state->directory, &state->lock, error);
	} while (create && err == -ENOENT);
	return err;
}

int sw_state_open(const char *directory, enum sw_access access, struct sw_state **out,
		  struct sw_error *error)
{
	struct sw_state *state = calloc(1, sizeof(*state));
	bool create = access == SW_CREATE || access == SW_TRY_CREATE;
	int i, err = -ENOMEM;

	if (!state)
		return err;
	state->lock = -1;
	state->former_counters = -1;
	state->former_feeds = -1;
	for (i = 0; i < SW_MAPS; i++)
		state->map[i] = -1;
	state->directory = strdup(directory);
	if (!state->directory)
		goto fail;
	err = create ? sw_place_make(directory, error) : 0;
	if (!err)
		err = sw_place_check(directory, error);
	if (!err && access != SW_READ)
		err = take_lock(state, access, error);
	if (err == -ENOENT && !create)
		err = fail_unloaded(directory, error);
	if (err)
		goto fail;
	if (create)
		clear_unfinished(state);
	err = open_maps(state, error);
	if (!err)
		err = check_abi(state, create, error);
	if (create && err == -ENOENT)
		err = sw_fail(error, 0, "%s", ""); /* what check_abi said does not hold here */
	if (!err)
		err = check_shapes(state, error);
	if (!err && (access == SW_WRITE || access == SW_TRY_WRITE))
		err = sw_in_use_check(state, error);
	if (err)
		goto fail;
	*out = state;
	return 0;
fail:
	sw_state_close(state);
	return err;
}

bool sw_state_is_loaded(const char *directory)
{
	struct sw_state *state;

	if (sw_state_open(directory, SW_READ, &state, NULL))
		return false;
	sw_state_close(state);
	return true;
}
