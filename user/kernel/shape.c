// SPDX-License-Identifier: GPL-2.0
#include "kernel/shape.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "kernel/state.h"

#define KEY sizeof(__u32)
#define VALUE_MAX (64 << 10) /* of what may be another version's abi */

/* Replay's and the tests' maps are never pinned and need no check. */
static const struct shape {
	enum bpf_map_type type;
	__u32 key, value, entries;
} shapes[SW_MAPS] = {
	[SW_MAP_abi] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_abi), 1 },
	[SW_MAP_policy] = { BPF_MAP_TYPE_ARRAY_OF_MAPS, KEY, sizeof(__u32), 1 },
	[SW_MAP_limiter] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_limiter), 1 },
	[SW_MAP_live] = { BPF_MAP_TYPE_HASH, sizeof(struct sw_live_key), sizeof(struct sw_live),
			  SW_LIVE_MAX },
	[SW_MAP_gate] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_gate), 1 },
	[SW_MAP_counters] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_counters),
			      SW_MAX_INTERFACES },
	[SW_MAP_feed_counters] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_counter),
				   SW_MAX_FEEDS },
	[SW_MAP_events] = { BPF_MAP_TYPE_RINGBUF, 0, 0, SW_EVENT_RING_BYTES },
	[SW_MAP_event_budget] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_event_budget),
				  1 },
	[SW_MAP_feeds] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_feed_slot), SW_MAX_FEEDS },
	[SW_MAP_interfaces] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_interface_slot),
				SW_MAX_INTERFACES },
	[SW_MAP_ledger] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_ledger), 1 },
	[SW_MAP_again] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_again), 1 },
	[SW_MAP_attempts] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_attempts),
			      SW_MAX_INTERFACES },
	[SW_MAP_conduct] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_conduct), 1 },
	[SW_MAP_tunnelled] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_tunnelled),
			       SW_MAX_INTERFACES },
	[SW_MAP_tally] = { BPF_MAP_TYPE_PERCPU_ARRAY, KEY, sizeof(struct sw_tally_row),
			   SW_TALLIES },
	[SW_MAP_busy] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_busy), 1 },
	[SW_MAP_detected] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_detected), 1 },
	[SW_MAP_capture] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(struct sw_capture), 1 },
	[SW_MAP_captured] = { BPF_MAP_TYPE_PERF_EVENT_ARRAY, KEY, sizeof(__u32), SW_CAPTURE_CPUS },
	[SW_MAP_health] = { BPF_MAP_TYPE_ARRAY, KEY, sizeof(__u64), SW_HEALTH_MAX },
};

static int read_info(int fd, struct bpf_map_info *info)
{
	__u32 size = sizeof(*info);

	*info = (struct bpf_map_info){};
	return bpf_obj_get_info_by_fd(fd, info, &size) ? -errno : 0;
}

/* A map of another kind of object answers with what is not its type. */
static bool fits(const struct shape *shape, const struct bpf_map_info *info)
{
	return info->type == shape->type && info->key_size == shape->key &&
	       info->value_size == shape->value && info->max_entries == shape->entries;
}

bool sw_shape_fits(enum sw_map which, int fd)
{
	struct bpf_map_info info;

	return !read_info(fd, &info) && fits(&shapes[which], &info);
}

int sw_shape_check(enum sw_map which, int fd, const char *path, const char *directory,
		   struct sw_error *error)
{
	const struct shape *shape = &shapes[which];
	struct bpf_map_info info;
	int err = read_info(fd, &info);

	if (err)
		return sw_fail(error, err, "%s: %s", path, strerror(-err));
	if (fits(shape, &info))
		return 0;
	return sw_fail(
		error, -EPROTO,
		"%s is not spamweir's: a map of type %u with %u entries, keys of %u and values "
		"of %u bytes (expected type %u, %u, %u and %u); `spamweir unload` takes what "
		"is under %s away, then `spamweir load`",
		path, info.type, info.max_entries, info.key_size, info.value_size, shape->type,
		shape->entries, shape->key, shape->value, directory);
}

int sw_shape_peek(int fd, void *out, __u32 size)
{
	struct bpf_map_info info;
	__u32 zero = 0;
	void *value;
	int err = read_info(fd, &info);

	if (err)
		return err;
	if (info.type != BPF_MAP_TYPE_ARRAY || info.key_size != KEY || info.value_size < size ||
	    info.value_size > VALUE_MAX)
		return -EPROTO;
	value = malloc(info.value_size);
	if (!value)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, &zero, value))
		err = -errno;
	else
		memcpy(out, value, size);
	free(value);
	return err;
}

__u32 sw_map_id(int fd)
{
	struct bpf_map_info info;

	return read_info(fd, &info) ? 0 : info.id;
}
