// SPDX-License-Identifier: GPL-2.0
#include "kernel/detected_recall.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/array.h"
#include "base/clock.h"
#include "kernel/detected.h"
#include "kernel/live.h"

struct ends {
	__u64 now;
	__u64 *until;
	size_t count, room;
};

static int add_end(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct ends *ends = ctx;

	(void)key;
	if (entry->origin == SW_ORIGIN_OPERATOR || entry->until_ns <= ends->now)
		return 0;
	if (ends->count == ends->room &&
	    sw_grow((void **)&ends->until, &ends->room, sizeof(*ends->until), 1024))
		return -ENOMEM;
	ends->until[ends->count++] = entry->until_ns;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const __u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

/* Of more than there are places, those that end last. */
static int take_places(const struct sw_state *state, const struct ends *ends, __u32 most)
{
	size_t i = ends->count > most ? ends->count - most : 0;
	struct sw_detected *detected;

	detected = mmap(NULL, sizeof(*detected), PROT_READ | PROT_WRITE, MAP_SHARED,
			state->map[SW_MAP_detected], 0);
	if (detected == MAP_FAILED)
		return -errno;
	for (; i < ends->count; i++)
		sw_detected_take(detected, ends->now, ends->until[i], most);
	munmap(detected, sizeof(*detected));
	return 0;
}

int sw_detected_recall(const struct sw_state *state, __u32 most)
{
	struct ends ends = { .now = sw_boottime_ns() };
	int err = sw_detected_any(state);

	if (err)
		return err < 0 ? err : 0;
	err = sw_live_each(state, add_end, &ends);
	if (!err && ends.count && most) {
		qsort(ends.until, ends.count, sizeof(*ends.until), compare);
		err = take_places(state, &ends, most);
	}
	free(ends.until);
	return err;
}
