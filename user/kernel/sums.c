// SPDX-License-Identifier: GPL-2.0
#include "kernel/sums.h"

/* Never 0. Two may leave theirs at once: a mixture of both has neither's seal. */
static __u64 seal(__u64 changes, const __u64 *sum, size_t sums)
{
	__u64 word = changes ^ 0x9e3779b97f4a7c15ULL;
	size_t i;

	for (i = 0; i < sums; i++) {
		word = (word ^ sum[i]) * 0xbf58476d1ce4e5b9ULL;
		word ^= word >> 29;
	}
	return word | 1;
}

bool sw_sums_recall(const struct sw_state *state, enum sw_health where, __u64 changes, __u64 *sum,
		    size_t sums)
{
	size_t i;

	for (i = 0; i < sums; i++)
		sum[i] = sw_health_get(state, where + i);
	return sw_health_get(state, where + sums) == seal(changes, sum, sums);
}

void sw_sums_leave(const struct sw_state *state, enum sw_health where, __u64 changes,
		   const __u64 *sum, size_t sums)
{
	size_t i;

	for (i = 0; i < sums; i++)
		sw_health_set(state, where + i, sum[i]);
	sw_health_set(state, where + sums, seal(changes, sum, sums));
}
