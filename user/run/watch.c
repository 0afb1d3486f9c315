// SPDX-License-Identifier: GPL-2.0
#include "run/watch.h"

#include "kernel/generation.h"
#include "kernel/open.h"

#define MEND_LOOKS 3 /* a load that is under way looks the same, but not for long */
#define MEND_LOOKS_MAX 150

struct running {
	__u32 id; /* 0: there is none */
	__u64 number;
	bool interrupted;
};

void sw_watch_begin(struct sw_watch *watch, const struct sw_instance *instance,
		    struct sw_pump *pump)
{
	*watch = (struct sw_watch){ .instance = instance, .pump = pump, .mend_at = MEND_LOOKS };
}

/* After an `unload` and a `load` by hand the pinned state is another one. */
static struct running look(struct sw_watch *watch, __u64 now)
{
	struct running running = {};
	struct sw_state *state;

	if (sw_state_open(watch->instance->pin_dir, SW_READ, &state, NULL))
		return running;
	running = (struct running){
		.id = sw_generation_id(state->map[SW_MAP_policy]),
		.number = state->abi.generation,
		.interrupted = state->abi.loading,
	};
	if (sw_pump_follow(watch->pump, state, now))
		watch->known = 0;
	return running;
}

static bool is_to_be_mended(struct sw_watch *watch, bool interrupted)
{
	if (!interrupted) {
		watch->interrupted = 0;
		watch->mend_at = MEND_LOOKS;
		return false;
	}
	if (++watch->interrupted < watch->mend_at)
		return false;
	watch->mend_at = watch->mend_at * 2 < MEND_LOOKS_MAX ? watch->mend_at * 2 : MEND_LOOKS_MAX;
	watch->interrupted = 0;
	return true;
}

struct sw_watch_seen sw_watch_look(struct sw_watch *watch, __u64 now)
{
	struct running running = look(watch, now);
	struct sw_watch_seen seen = { .mend = is_to_be_mended(watch, running.interrupted) };

	if (!running.id || running.id == watch->known)
		return seen;
	watch->known = running.id;
	sw_pump_learn(watch->pump);
	seen.generation = running.number;
	return seen;
}

void sw_watch_know(struct sw_watch *watch, __u64 generation, __u64 now)
{
	struct running running = look(watch, now);

	if (running.id && running.number == generation)
		watch->known = running.id;
	sw_pump_learn(watch->pump);
}
