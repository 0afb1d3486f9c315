// SPDX-License-Identifier: GPL-2.0
#include "kernel/live_count.h"

#include <stdbool.h>

#include "base/clock.h"
#include "kernel/detected.h"
#include "kernel/gate.h"
#include "kernel/live.h"
#include "kernel/sums.h"

#define STEPS 4

/* How many have not ended at some moment, and how many end at the moments that follow, the
 * next one first. `until`: all bits set where there is none. */
struct found {
	__u64 count;
	struct {
		__u64 until_ns;
		__u64 ends;
	} step[STEPS];
};

#define SUMS (sizeof(struct found) / sizeof(__u64))

struct counting {
	__u64 now;
	struct found found;
};

/* What falls off at the end is not known any more, and later than all that is. */
static void note_end(struct found *found, __u64 until_ns)
{
	int i = STEPS, to;

	while (i > 0 && found->step[i - 1].until_ns >= until_ns)
		i--;
	if (i == STEPS)
		return;
	if (found->step[i].until_ns != until_ns) {
		for (to = STEPS - 1; to > i; to--)
			found->step[to] = found->step[to - 1];
		found->step[i].until_ns = until_ns;
		found->step[i].ends = 0;
	}
	found->step[i].ends++;
}

static int count_one(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct counting *counting = ctx;

	(void)key;
	if (entry->until_ns <= counting->now)
		return 0;
	counting->found.count++;
	if (entry->until_ns != SW_LIVE_FOREVER)
		note_end(&counting->found, entry->until_ns);
	return 0;
}

/* To find none the kernel would look through a million buckets. */
static int count_all(const struct sw_state *state, struct found *found)
{
	struct counting counting = { .now = sw_boottime_ns() };
	int i, err = 0;

	for (i = 0; i < STEPS; i++)
		counting.found.step[i].until_ns = ~0ULL;
	if (sw_gate_has_live(state->map[SW_MAP_gate]))
		err = sw_live_each(state, count_one, &counting);
	*found = counting.found;
	return err;
}

/* What is left now of those that were found: false if nobody knows. */
static bool is_left(const struct found *found, __u64 *count)
{
	__u64 now = sw_boottime_ns();
	int i;

	if (found->step[STEPS - 1].until_ns <= now)
		return false;
	*count = found->count;
	for (i = 0; i < STEPS && found->step[i].until_ns <= now; i++)
		*count -= found->step[i].ends;
	return true;
}

/* Those of writers, odd while one is at work, and of the datapath, which lists too. */
static __u64 count_changes(const struct sw_state *state)
{
	return sw_health_get(state, SW_HEALTH_LIVE_CHANGES) + 2 * sw_detected_listed(state);
}

int sw_live_count(const struct sw_state *state, __u64 *count)
{
	__u64 changes = count_changes(state);
	struct found found;
	int err;

	if (sw_live_is_still(changes) &&
	    sw_sums_recall(state, SW_HEALTH_LIVE, changes, (__u64 *)&found, SUMS) &&
	    is_left(&found, count))
		return 0;
	err = count_all(state, &found);
	if (err)
		return err;
	*count = found.count;
	if (sw_live_is_still(changes) && count_changes(state) == changes)
		sw_sums_leave(state, SW_HEALTH_LIVE, changes, (const __u64 *)&found, SUMS);
	return 0;
}
