// SPDX-License-Identifier: GPL-2.0
#include "kernel/buckets.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "policy/settings.h"

/* The datapath's clock is jiffies, which the kernel shows nowhere else. */
static int jiffies_now(__u64 *now)
{
	unsigned long long jiffies;
	char line[256];
	int err = -ENODATA;
	FILE *file;

	file = fopen("/proc/timer_list", "re");
	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "jiffies: %llu", &jiffies) == 1) {
			*now = jiffies;
			err = 0;
		}
	}
	fclose(file);
	return err;
}

/* Maps the limiter, the caller's to unmap, and reads its clock. */
static int open_limiter(const struct sw_state *state, const struct sw_limiter **out, __u64 *now)
{
	__u64 jiffies;
	void *memory;
	int err = jiffies_now(&jiffies);

	if (err)
		return err;
	memory = mmap(NULL, sizeof(struct sw_limiter), PROT_READ, MAP_SHARED,
		      state->map[SW_MAP_limiter], 0);
	if (memory == MAP_FAILED)
		return -errno;
	*now = jiffies * SW_TICKS_PER_JIFFY & SW_TICK_MASK;
	*out = memory;
	return 0;
}

static struct sw_home home_of(const struct sw_state *state, const struct sw_settings *settings,
			      const struct sw_prefix *address, enum sw_role role)
{
	struct sw_in6 in6 = sw_to_in6(address->address);
	int upstream = role == SW_UPSTREAM;

	if (address->family == SW_IPV4)
		return sw_home4(&state->abi.seed, in6.lo, upstream);
	return sw_home6(&state->abi.seed, in6.hi & settings->source_mask_hi,
			in6.lo & settings->source_mask_lo, upstream);
}

int sw_limit_look(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, enum sw_role role, struct sw_limit_view *view)
{
	const struct sw_rate *rate = &settings->rate[role];
	struct sw_home home = home_of(state, settings, address, role);
	double per_second = sw_ticks_per_second();
	const struct sw_limiter *limiter;
	__u64 now, ahead, slot;
	int i, err;

	*view = (struct sw_limit_view){};
	if (!rate->interval)
		return 0;
	view->burst = rate->tolerance / rate->interval + 1;
	view->tokens = view->burst;
	view->per_minute = 60 * per_second / rate->interval;
	err = open_limiter(state, &limiter, &now);
	if (err)
		return err;
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		slot = limiter->bucket[home.bucket].slot[i];
		if (sw_slot_tag(slot) != home.tag)
			continue;
		ahead = sw_slot_debt(slot, now, settings->horizon);
		view->known = true;
		view->tokens = view->burst - (double)ahead / rate->interval;
		if (ahead > rate->tolerance)
			view->wait_ms = (ahead - rate->tolerance) * 1000 / per_second;
	}
	munmap((void *)limiter, sizeof(*limiter));
	return 0;
}

int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, __u64 *count)
{
	const struct sw_limiter *limiter;
	__u64 now, slot, found = 0;
	size_t i, j;
	int err = open_limiter(state, &limiter, &now);

	if (err)
		return err;
	for (i = 0; i < 1 << SW_BUCKET_BITS; i++) {
		for (j = 0; j < SW_BUCKET_SLOTS; j++) {
			slot = limiter->bucket[i].slot[j];
			if (sw_slot_debt(slot, now, settings->horizon))
				found++;
		}
	}
	munmap((void *)limiter, sizeof(*limiter));
	*count = found;
	return 0;
}
