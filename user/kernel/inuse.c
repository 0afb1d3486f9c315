// SPDX-License-Identifier: GPL-2.0
#include "kernel/inuse.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "kernel/dispatcher.h"
#include "kernel/shape.h"

#define MAPS_MAX 64 /* of one program */

/* The maps that every program uses. */
static const enum sw_map used[] = {
	SW_MAP_policy,	      SW_MAP_limiter,  SW_MAP_live,	    SW_MAP_gate,   SW_MAP_counters,
	SW_MAP_feed_counters, SW_MAP_events,   SW_MAP_event_budget, SW_MAP_ledger, SW_MAP_again,
	SW_MAP_attempts,      SW_MAP_conduct,  SW_MAP_tally,	    SW_MAP_busy,   SW_MAP_detected,
	SW_MAP_capture,	      SW_MAP_captured,
};

struct look {
	const struct sw_state *state;
	struct sw_error *error;
};

static int refuse(const struct look *look, enum sw_map which, const char *pin)
{
	if (look->state->map[which] < 0)
		return sw_fail(look->error, -ESTALE,
			       "%s/%s is missing, as if another build had loaded this: `spamweir "
			       "load` makes it, and loads this build's programs",
			       look->state->directory, sw_map_name[which]);
	return sw_fail(
		look->error, -ESTALE,
		"%s/%s is not the map that the program of %s uses: another was put in its "
		"place; `spamweir load` has programs use it, and what the other holds is lost",
		look->state->directory, sw_map_name[which], pin);
}

static bool has(const struct bpf_prog_info *info, const __u32 *ids, __u32 id)
{
	__u32 i;

	for (i = 0; i < info->nr_map_ids && i < MAPS_MAX; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

/* Between two layouts there are programs of either, and the policy map is not compared. */
static int check_program(const struct look *look, int program, const char *pin)
{
	const struct sw_state *state = look->state;
	__u32 ids[MAPS_MAX] = {};
	struct bpf_prog_info info = { .nr_map_ids = MAPS_MAX, .map_ids = (uintptr_t)ids };
	__u32 size = sizeof(info);
	size_t i;

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return sw_fail(look->error, -errno, "%s: %s", pin, strerror(errno));
	for (i = 0; i < SW_COUNT(used); i++) {
		if (used[i] == SW_MAP_policy && state->abi.loading)
			continue;
		if (!has(&info, ids, sw_map_id(state->map[used[i]])))
			return refuse(look, used[i], pin);
	}
	return 0;
}

static int check_link(void *ctx, const char *pin)
{
	const struct look *look = ctx;
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	int link = bpf_obj_get(pin), program, err;

	if (link < 0)
		return errno == ENOENT
			       ? 0
			       : sw_fail(look->error, -errno, "%s: %s", pin, strerror(errno));
	err = bpf_obj_get_info_by_fd(link, &info, &size) ? -errno : 0;
	close(link);
	if (err)
		return sw_fail(look->error, err, "%s: %s", pin, strerror(-err));
	program = bpf_prog_get_fd_by_id(info.prog_id);
	if (program < 0)
		return errno == ENOENT ? 0 : /* it was replaced meanwhile */
			       sw_fail(look->error, -errno, "%s: %s", pin, strerror(errno));
	err = check_program(look, program, pin);
	close(program);
	return err;
}

/* Programs in a dispatcher are told by the counters that they use. */
static int check_shared(void *ctx, const char *pin)
{
	const struct look *look = ctx;
	unsigned ifindex = sw_state_shared_ifindex(pin);
	struct sw_share counting, listing;

	if (sw_share_look(ifindex, look->state->map[SW_MAP_counters], &counting) ||
	    sw_share_look(ifindex, look->state->map[SW_MAP_live], &listing))
		return 0; /* the NIC has gone */
	return counting.ours > listing.ours ? refuse(look, SW_MAP_live, pin) : 0;
}

int sw_in_use_check(const struct sw_state *state, struct sw_error *error)
{
	struct look look = { .state = state, .error = error };
	int err = sw_state_each_link(state, check_link, &look);

	return err ? err : sw_state_each_shared(state, check_shared, &look);
}
