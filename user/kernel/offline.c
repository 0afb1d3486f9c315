// SPDX-License-Identifier: GPL-2.0
#include "kernel/offline.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/datapath.h"
#include "spamweir.skel.h"

struct sw_offline {
	struct spamweir_bpf *datapath;
	int program;
	struct sw_limiter *limiter;
	struct sw_again *again;
	struct sw_detected *detected;
	__u64 listed; /* in all, before the last frame */
};

/* Always the same, so that a capture is always judged alike, and one that mixes well. */
static const struct sw_seed the_seed = {
	.mul = { 0x9e3779b1, 0x85ebca6b },
	.xor = { 0x27d4eb2f, 0x165667b1 },
	.key = { 0x9e3779b185ebca87, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9, 0x27d4eb2f165667c5 },
};

static int map_memory(const struct bpf_map *map, size_t size, void **out, struct sw_error *error)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "cannot map %s: %s", bpf_map__name(map),
			       strerror(errno));
	*out = memory;
	return 0;
}

int sw_offline_open(const struct sw_layout *layout, enum sw_role role, const __u8 *vlans,
		    struct sw_tunnels tunnels, struct sw_offline **out, struct sw_error *error)
{
	const struct sw_datapath_options options = {
		.layout = layout,
		.seed = &the_seed,
		.role = role,
		.vlans = vlans,
		.tunnels = tunnels,
		.offline = true,
	};
	struct sw_offline *offline = calloc(1, sizeof(*offline));
	int err;

	if (!offline)
		return -ENOMEM;
	err = sw_datapath_load(&options, &offline->datapath, error);
	if (!err &&
	    !offline->datapath->data_offline) /* libbpf takes a lack of memory for an old kernel */
		err = sw_fail(error, -ENOMEM, "no memory to share with the BPF program");
	if (!err)
		err = map_memory(offline->datapath->maps.limiter, sizeof(*offline->limiter),
				 (void **)&offline->limiter, error);
	if (!err)
		err = map_memory(offline->datapath->maps.again, sizeof(*offline->again),
				 (void **)&offline->again, error);
	if (!err)
		err = map_memory(offline->datapath->maps.detected, sizeof(*offline->detected),
				 (void **)&offline->detected, error);
	if (err) {
		sw_offline_close(offline);
		return err;
	}
	offline->program = sw_datapath_program(offline->datapath);
	*out = offline;
	return 0;
}

void sw_offline_close(struct sw_offline *offline)
{
	if (!offline)
		return;
	if (offline->limiter)
		munmap(offline->limiter, sizeof(*offline->limiter));
	if (offline->again)
		munmap(offline->again, sizeof(*offline->again));
	if (offline->detected)
		munmap(offline->detected, sizeof(*offline->detected));
	sw_datapath_close(offline->datapath);
	free(offline);
}

int sw_offline_policy_map(const struct sw_offline *offline)
{
	return bpf_map__fd(offline->datapath->maps.policy);
}

int sw_offline_gate_map(const struct sw_offline *offline)
{
	return bpf_map__fd(offline->datapath->maps.bss);
}

int sw_offline_ledger_map(const struct sw_offline *offline)
{
	return bpf_map__fd(offline->datapath->maps.ledger);
}

int sw_offline_conduct_map(const struct sw_offline *offline)
{
	return bpf_map__fd(offline->datapath->maps.conduct);
}

void sw_offline_reader(const struct sw_settings *settings, __u64 now_ns, struct sw_row_reader *out)
{
	*out = (struct sw_row_reader){
		.seed = &the_seed,
		.settings = settings,
		.now = now_ns >> SW_SLOW_OFFLINE_SHIFT,
		.unit_ns = 1 << SW_SLOW_OFFLINE_SHIFT,
		.age_s = SW_AGE_UNKNOWN,
	};
}

struct sw_limiter *sw_offline_limiter(const struct sw_offline *offline)
{
	return offline->limiter;
}

struct sw_again *sw_offline_again(const struct sw_offline *offline)
{
	return offline->again;
}

int sw_offline_run(struct sw_offline *offline, const void *frame, __u32 size, __u64 time_ns,
		   struct sw_offline_outcome *out)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = size);

	offline->datapath->data_offline->offline_clock_ns = time_ns;
	if (bpf_prog_test_run_opts(offline->program, &run))
		return -errno;
	out->reason = offline->datapath->data_offline->offline_reason;
	out->feed = offline->datapath->data_offline->offline_feed;
	return 0;
}

/* The program leaves there whom it listed last, on the CPU that ran it. */
static int find_listed(const struct sw_offline *offline, __u64 time_ns, struct sw_live_key *key,
		       struct sw_live *entry)
{
	int fd = bpf_map__fd(offline->datapath->maps.listing_now),
	    cpus = libbpf_num_possible_cpus();
	struct sw_listing_now *all = cpus > 0 ? calloc(cpus, sizeof(*all)) : NULL;
	int zero = 0, found = 0, cpu;

	if (all && !bpf_map_lookup_elem(fd, &zero, all)) {
		for (cpu = 0; cpu < cpus && !found; cpu++) {
			*key = all[cpu].key;
			*entry = all[cpu].entry;
			found = entry->since_ns == time_ns && entry->origin != SW_ORIGIN_OPERATOR;
		}
	}
	free(all);
	return found;
}

int sw_offline_detected(struct sw_offline *offline, __u64 time_ns, struct sw_live_key *key,
			struct sw_live *entry)
{
	if (offline->detected->listed == offline->listed)
		return 0;
	offline->listed = offline->detected->listed;
	return find_listed(offline, time_ns, key, entry);
}
