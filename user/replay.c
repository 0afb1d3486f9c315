// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "compile.h"
#include "datapath.h"
#include "settings.h"
#include "spamweir.skel.h"
#include "state.h"

#define FORGET_EVERY ((SW_TICK_MASK + 1) / 8) /* ticks: a day and a half */

struct sw_replay {
	const struct sw_plan *plan;
	struct spamweir_bpf *datapath;
	int program;
	struct sw_limiter *limiter; /* the program's own */
	__u64 horizon;
	__u64 slack;
	__u64 latest; /* ticks of the latest frame so far */
	__u64 forgot; /* of the one at which what was past was forgotten */
};

/* Ranks serve as slots, one up: slot 0 means "no feed". */
static void number_feeds(__u8 slot[SW_MAX_FEEDS])
{
	int i;

	for (i = 0; i < SW_MAX_FEEDS - 1; i++)
		slot[i] = i + 1;
}

static int publish(struct sw_replay *replay, struct sw_error *error)
{
	const struct sw_plan *plan = replay->plan;
	struct sw_generation generation = SW_NO_GENERATION;
	const struct sw_tick tick = sw_tick_offline();
	__u8 slot[SW_MAX_FEEDS] = {};
	int map, err;

	number_feeds(slot);
	err = sw_generation_create(&plan->need, &generation, error);
	if (err)
		return err;
	sw_settings_fill(plan->config, plan->rules, slot, &tick, 1, &generation.policy->settings);
	replay->horizon = generation.policy->settings.horizon;
	replay->slack = tick.slack;
	err = sw_compile_write(plan->rules, slot, &plan->need, generation.policy);
	if (err) {
		sw_fail(error, err, "cannot compile the feeds: %s", strerror(-err));
	} else {
		map = bpf_map__fd(replay->datapath->maps.policy);
		err = sw_generation_publish(&generation, map, error);
	}
	sw_generation_close(&generation);
	return err;
}

static int map_limiter(struct sw_replay *replay, struct sw_error *error)
{
	void *memory = mmap(NULL, sizeof(struct sw_limiter), PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(replay->datapath->maps.limiter), 0);

	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "cannot map the limiter: %s", strerror(errno));
	replay->limiter = memory;
	return 0;
}

int sw_replay_open(const struct sw_plan *plan, enum sw_role role, struct sw_replay **out,
		   struct sw_error *error)
{
	const struct sw_seed seed = { .mul = { 1, 1 }, .key = { 1, 0, 1, 0 } };
	const struct sw_datapath_options options = {
		.layout = &plan->need,
		.seed = &seed,
		.role = role,
		.offline = true,
	};
	struct sw_replay *replay = calloc(1, sizeof(*replay));
	int err;

	if (!replay)
		return -ENOMEM;
	replay->plan = plan;
	err = sw_datapath_load(&options, &replay->datapath, error);
	if (!err && !replay->datapath->bss) /* libbpf takes a lack of memory for an old kernel */
		err = sw_fail(error, -ENOMEM, "no memory to share with the BPF program");
	if (!err)
		err = publish(replay, error);
	if (!err)
		err = map_limiter(replay, error);
	if (err) {
		sw_replay_close(replay);
		return err;
	}
	replay->program = sw_datapath_program(replay->datapath);
	*out = replay;
	return 0;
}

/* Forgets every debt that is paid, for frames that are no earlier than the
 * slack: after a silence beyond the horizon, all. */
static void forget_past(struct sw_replay *replay, __u64 now)
{
	bool all = now - replay->latest > replay->horizon;
	size_t i, j;

	for (i = 0; i < 1 << SW_BUCKET_BITS; i++) {
		for (j = 0; j < SW_BUCKET_SLOTS; j++) {
			__u64 *slot = &replay->limiter->bucket[i].slot[j];

			if (*slot && (all || !sw_slot_debt(*slot, now - replay->slack,
							   replay->horizon)))
				*slot = 0;
		}
	}
}

/* The limiter's ticks come round after twelve days: by then a debt must be
 * forgotten, or it would seem to lie ahead again. */
static void set_clock(struct sw_replay *replay, __u64 time_ns)
{
	__u64 now = time_ns / 1000;

	if (now > replay->latest) {
		if (now - replay->forgot > FORGET_EVERY) {
			forget_past(replay, now);
			replay->forgot = now;
		}
		replay->latest = now;
	}
	replay->datapath->bss->offline_clock_ns = time_ns;
}

int sw_replay_frame(struct sw_replay *replay, const void *frame, __u32 size, __u64 time_ns,
		    struct sw_outcome *out, struct sw_error *error)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = size);
	__u32 feed;

	if (size < ETH_HLEN) {
		*out = (struct sw_outcome){ .reason = SW_MALFORMED, .verdict = SW_PASS };
		return 0;
	}
	set_clock(replay, time_ns);
	if (bpf_prog_test_run_opts(replay->program, &run))
		return sw_fail(error, -errno, "the kernel did not run a frame of %u bytes: %s", size,
			       strerror(errno));
	feed = replay->datapath->bss->offline_feed;
	out->reason = replay->datapath->bss->offline_reason;
	out->verdict = sw_reason_verdict(out->reason);
	if (out->verdict == SW_DROP && replay->plan->config->monitor)
		out->verdict = SW_WOULD_DROP;
	out->feed = feed ? replay->plan->config->feed[feed - 1].name : NULL;
	return 0;
}

void sw_replay_close(struct sw_replay *replay)
{
	if (!replay)
		return;
	if (replay->limiter)
		munmap(replay->limiter, sizeof(*replay->limiter));
	sw_datapath_close(replay->datapath);
	free(replay);
}
