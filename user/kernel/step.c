// SPDX-License-Identifier: GPL-2.0
#include "kernel/step.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/live.h"

/* Of version 2: reasons by family, sixteen of them. */
struct counters2 {
	struct sw_counter cell[2][4][16];
};

/* What version 3 lays out otherwise. */
static const enum sw_map changed[] = {
	SW_MAP_policy, SW_MAP_gate, SW_MAP_counters, SW_MAP_events,
};

bool sw_step_owns(const struct sw_state *state, enum sw_map map)
{
	size_t i;

	if (state->abi.version != SW_STEP_FROM)
		return false;
	for (i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
		if (changed[i] == map)
			return true;
	}
	return false;
}

static int refuse_shared(void *ctx, const char *path)
{
	struct sw_error *error = ctx;

	return sw_fail(error, -EBUSY,
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

/* A step that was killed may have pinned the new counters already: those have
 * counted since, and stay. */
static int keep_former_counters(struct sw_state *state, struct sw_error *error)
{
	int *map = &state->map[SW_MAP_counters];
	__u32 size = 0;
	int err;

	if (*map < 0)
		return 0;
	err = value_size(*map, &size);
	if (err)
		return sw_fail(error, err, "%s/counters: %s", state->directory, strerror(-err));
	if (size == sizeof(struct sw_counters))
		return 0;
	if (size != sizeof(struct counters2))
		return sw_fail(error, -EPROTO,
			       "%s/counters has values of %u bytes, version %d has %zu: unload, then "
			       "load",
			       state->directory, size, SW_STEP_FROM, sizeof(struct counters2));
	state->former_counters = *map;
	*map = -1;
	return 0;
}

int sw_step_begin(struct sw_state *state, struct sw_error *error)
{
	size_t i;
	int err;

	err = sw_state_each_shared(state, refuse_shared, error);
	if (!err)
		err = keep_former_counters(state, error);
	if (err)
		return err;
	for (i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
		if (changed[i] == SW_MAP_counters || state->map[changed[i]] < 0)
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
	int cpus = libbpf_num_possible_cpus(), err = 0;
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
	for (i = 0; i < sizeof(changed) / sizeof(changed[0]) && !err; i++)
		err = sw_state_pin_map(state, changed[i], state->map[changed[i]], error);
	if (err)
		return err;
	state->abi.version = SW_ABI_VERSION;
	return sw_state_save_abi(state, error);
}
