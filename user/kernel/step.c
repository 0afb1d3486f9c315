// SPDX-License-Identifier: GPL-2.0
#include "kernel/step.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cpus.h"
#include "kernel/live.h"

/* Version 2's: reasons by family, sixteen of them. */
struct counters2 {
	struct sw_counter cell[2][4][16];
};

/* Version 2's ends where that begins which version 3 has put behind it. */
#define FEED_SLOT2_SIZE offsetof(struct sw_feed_slot, unfit_s)

/* What version 3 lays out otherwise. */
static const enum sw_map changed[] = {
	SW_MAP_policy, SW_MAP_gate, SW_MAP_counters, SW_MAP_events, SW_MAP_feeds,
};

bool sw_step_owns(const struct sw_state *state, enum sw_map map)
{
	size_t i;

	if (state->abi.version != SW_STEP_FROM)
		return false;
	for (i = 0; i < SW_COUNT(changed); i++) {
		if (changed[i] == map)
			return true;
	}
	return false;
}

static int refuse_shared(void *ctx, const char *path)
{
	struct sw_error *error = ctx;

	return sw_fail(
		error, -EBUSY,
		"%s: the state is of version %d, whose programs in libxdp's dispatcher cannot "
		"be replaced by this version's: unload with either, then load with this one",
		path, SW_STEP_FROM);
}

static int value_size(int fd, __u32 *size)
{
	struct bpf_map_info info = {};
	__u32 room = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &room))
		return -errno;
	*size = info.value_size;
	return 0;
}

/* Sets a map aside that has values of the former size, to be copied from. A step
 * that was killed may have pinned the new one already: what is in that, stays. */
static int keep_former(struct sw_state *state, enum sw_map which, __u32 former_size, __u32 new_size,
		       int *former, struct sw_error *error)
{
	int *map = &state->map[which];
	__u32 size = 0;
	int err;

	if (*map < 0)
		return 0;
	err = value_size(*map, &size);
	if (err)
		return sw_fail(error, err, "%s/%s: %s", state->directory, sw_map_name[which],
			       strerror(-err));
	if (size == new_size)
		return 0;
	if (size != former_size)
		return sw_fail(error, -EPROTO,
			       "%s/%s has values of %u bytes, version %d has %u: unload, then load",
			       state->directory, sw_map_name[which], size, SW_STEP_FROM,
			       former_size);
	*former = *map;
	*map = -1;
	return 0;
}

int sw_step_begin(struct sw_state *state, struct sw_error *error)
{
	size_t i;
	int err;

	err = sw_state_each_shared(state, refuse_shared, error);
	if (!err)
		err = keep_former(state, SW_MAP_counters, sizeof(struct counters2),
				  sizeof(struct sw_counters), &state->former_counters, error);
	if (!err)
		err = keep_former(state, SW_MAP_feeds, FEED_SLOT2_SIZE, sizeof(struct sw_feed_slot),
				  &state->former_feeds, error);
	if (err)
		return err;
	for (i = 0; i < SW_COUNT(changed); i++) {
		if (changed[i] == SW_MAP_counters || changed[i] == SW_MAP_feeds ||
		    state->map[changed[i]] < 0)
			continue;
		close(state->map[changed[i]]);
		state->map[changed[i]] = -1;
	}
	return 0;
}

static void convert(const struct counters2 *from, struct sw_counters *to)
{
	int monitored, family, reason;

	for (monitored = 0; monitored < 2; monitored++) {
		for (family = 0; family < 4; family++) {
			for (reason = 0; reason < 16; reason++)
				to->cell[monitored][reason][family] =
					from->cell[monitored][family][reason];
		}
	}
}

static int copy_interface(const struct sw_state *state, __u32 slot, int cpus,
			  struct counters2 *from, struct sw_counters *to)
{
	int i;

	if (bpf_map_lookup_elem(state->former_counters, &slot, from))
		return -errno;
	for (i = 0; i < cpus; i++)
		convert(&from[i], &to[i]);
	return bpf_map_update_elem(state->map[SW_MAP_counters], &slot, to, BPF_ANY) ? -errno : 0;
}

static int copy_counters(const struct sw_state *state)
{
	int cpus = sw_possible_cpus(), err = 0;
	struct sw_counters *to;
	struct counters2 *from;
	__u32 slot;

	if (state->former_counters < 0)
		return 0;
	if (cpus < 0)
		return cpus;
	from = calloc(cpus, sizeof(*from));
	to = calloc(cpus, sizeof(*to));
	if (!from || !to)
		err = -ENOMEM;
	for (slot = 0; slot < SW_MAX_INTERFACES && !err; slot++)
		err = copy_interface(state, slot, cpus, from, to);
	free(from);
	free(to);
	return err;
}

int sw_step_feeds(struct sw_state *state, struct sw_error *error)
{
	struct sw_feed_slot entry;
	__u32 slot;

	for (slot = 0; slot < SW_MAX_FEEDS && state->former_feeds >= 0; slot++) {
		memset(&entry, 0, sizeof(entry));
		if (bpf_map_lookup_elem(state->former_feeds, &slot, &entry) ||
		    bpf_map_update_elem(state->map[SW_MAP_feeds], &slot, &entry, BPF_ANY))
			return sw_fail(error, -errno, "cannot take over the registry of feeds: %s",
				       strerror(errno));
	}
	return 0;
}

int sw_step_finish(struct sw_state *state, struct sw_error *error)
{
	size_t i;
	int err;

	if (state->abi.version != SW_STEP_FROM)
		return 0;
	err = copy_counters(state);
	if (!err)
		err = sw_live_sweep(state, NULL); /* fills the new gate */
	if (err)
		return sw_fail(error, err, "cannot take over counters and live zombies: %s",
			       strerror(-err));
	state->abi.loading = true;
	err = sw_state_save_abi(state, error);
	for (i = 0; i < SW_COUNT(changed) && !err; i++)
		err = sw_state_pin_map(state, changed[i], state->map[changed[i]], error);
	if (err)
		return err;
	state->abi.version = SW_ABI_VERSION;
	return sw_state_save_abi(state, error);
}
