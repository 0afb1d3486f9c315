// SPDX-License-Identifier: GPL-2.0
#include "kernel/reach.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table4.h"

/* Maps the pages that hold `size` bytes from `at` on, at their places. */
static int reach(const struct sw_generation *generation, const void *at, size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t offset = (const char *)at - (const char *)generation->policy;
	size_t begin = offset / page * page;

	if (offset + size > generation->size)
		size = generation->size - offset;
	if (mmap((char *)generation->policy + begin, offset + size - begin, PROT_READ,
		 MAP_SHARED | MAP_FIXED, generation->fd, begin) == MAP_FAILED)
		return -errno;
	return 0;
}

static int reach_leaf(const struct sw_generation *generation, __u32 index)
{
	const struct sw_policy *policy = generation->policy;
	const struct sw_layout *layout = &policy->settings.layout;
	const struct sw_leaf4 *leaves = (const void *)policy + sw_policy_leaves(layout);
	int err;

	if (index >= layout->leaves)
		return 0;
	err = reach(generation, &leaves[index], sizeof(*leaves));
	if (!err && leaves[index].runs == SW_LEAF_FULL_MAP && leaves[index].map < layout->leaves)
		err = reach(generation, &leaves[leaves[index].map], 4 * sizeof(*leaves));
	return err;
}

static int reach_set(const struct sw_generation *generation, enum sw_set set, __u32 address)
{
	const struct sw_policy *policy = generation->policy;
	const struct sw_layout *layout = &policy->settings.layout;
	const struct sw_bucket4 *buckets = (const void *)(policy + 1);
	__u32 key = sw_net4_key(set, address), value;
	int err;

	err = reach(generation, &policy->v4[set].touched[address >> 14], sizeof(__u64));
	if (!err)
		err = reach(generation, &policy->v4[set].whole[address >> 16], 1);
	if (!err)
		err = reach(generation, &buckets[sw_net4_home(layout, policy->salt4, key)],
			    SW_BUCKET4_PROBES * sizeof(*buckets));
	if (err)
		return err;
	value = sw_net4_value(sw_home4_of(policy, layout, address), key);
	return value && !(value >> 24) ? reach_leaf(generation, value - 1) : 0;
}

static int reach4(struct sw_generation *generation, __u32 address)
{
	const struct sw_policy *policy = generation->policy;
	enum sw_set set;
	int err = reach(generation, policy, sizeof(policy->settings) + sizeof(policy->salt4));

	for (set = 0; set < SW_SETS && !err; set++)
		err = reach_set(generation, set, address);
	return err;
}

int sw_generation_reach(int policy_map, const struct sw_prefix *address, struct sw_generation *out,
			struct sw_error *error)
{
	struct sw_generation glance = SW_NO_GENERATION;
	size_t size;
	void *place;
	int err;

	if (address->family != SW_IPV4)
		return sw_generation_running(policy_map, out, error);
	err = sw_generation_glance(policy_map, &glance, error);
	if (err)
		return err;
	size = sw_policy_size(&glance.policy->settings.layout);
	place = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (place == MAP_FAILED)
		err = -errno;
	munmap(glance.policy, glance.size);
	*out = (struct sw_generation){ .fd = glance.fd, .size = size };
	if (!err) {
		out->policy = place;
		err = reach4(out, address->address);
	}
	if (!err)
		return 0;
	sw_generation_close(out);
	return sw_fail(error, err, "cannot map the running generation: %s", strerror(-err));
}
