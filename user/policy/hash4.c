// SPDX-License-Identifier: GPL-2.0
/* IPv4: the /24s of both sets into their buckets. */
#include "policy/hash4.h"

#include <string.h>
#include <sys/random.h>

#include "policy/compiler.h"
#include "table4.h"

static struct sw_bucket4 *home_of(const struct sw_compiler *compiler, __u32 key)
{
	struct sw_bucket4 *buckets = (struct sw_bucket4 *)(compiler->policy + 1);

	return &buckets[sw_net4_home(&compiler->room, compiler->policy->salt4, key)];
}

static int insert(struct sw_compiler *compiler, struct sw_net4 net)
{
	struct sw_bucket4 *home = home_of(compiler, net.key);
	struct sw_net4 *slot = home->net, *end = home[SW_BUCKET4_PROBES].net;

	while (slot < end && slot->key)
		slot++;
	if (slot == end) {
		compiler->crowded = true;
		return -ENOSPC;
	}
	*slot = net;
	return 0;
}

int sw_hash4_begin(struct sw_compiler *compiler)
{
	__u32 salt;

	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -errno;
	compiler->policy->salt4 = salt;
	compiler->pendings = 0;
	return 0;
}

/* Each goes to a cache line of its own, far from the one before: it is fetched first. */
int sw_hash4_add(struct sw_compiler *compiler, struct sw_net4 net)
{
	struct sw_net4 *place = &compiler->pending[compiler->pendings % SW_PENDING4];
	int err = 0;

	__builtin_prefetch(home_of(compiler, net.key), 1);
	if (compiler->pendings++ >= SW_PENDING4)
		err = insert(compiler, *place);
	*place = net;
	return err;
}

int sw_hash4_finish(struct sw_compiler *compiler)
{
	__u32 first = compiler->pendings > SW_PENDING4 ? compiler->pendings - SW_PENDING4 : 0, i;
	int err = 0;

	for (i = first; i < compiler->pendings && !err; i++)
		err = insert(compiler, compiler->pending[i % SW_PENDING4]);
	compiler->pendings = 0;
	return err;
}

static bool is_full(const struct sw_bucket4 *bucket)
{
	return bucket->net[SW_BUCKET4_NETS - 1].key;
}

/* A bucket's places are taken from the first on, without a gap. */
static void close_gap(struct sw_bucket4 *bucket, struct sw_net4 *gap)
{
	struct sw_net4 *last = &bucket->net[SW_BUCKET4_NETS - 1];

	while (!last->key)
		last--;
	*gap = *last;
	*last = (struct sw_net4){};
}

/* One that would rather stand in a bucket before its own; NULL: there is none. */
static struct sw_net4 *find_overflown(const struct sw_compiler *compiler, struct sw_bucket4 *bucket,
				      const struct sw_bucket4 *before)
{
	struct sw_net4 *net;

	for (net = bucket->net; net < bucket->net + SW_BUCKET4_NETS; net++) {
		if (net->key && home_of(compiler, net->key) <= before)
			return net;
	}
	return NULL;
}

/* A search ends at a bucket that has room: what had overflown one that has room now
 * moves into it, and so on. */
static void pull_back(const struct sw_compiler *compiler, struct sw_bucket4 *bucket)
{
	const struct sw_bucket4 *end =
		(struct sw_bucket4 *)(compiler->policy + 1) + sw_layout_buckets4(&compiler->room);
	struct sw_bucket4 *next = bucket + 1;
	struct sw_net4 *net;
	bool full = true;

	for (; full && next < end && next < bucket + SW_BUCKET4_PROBES; next++) {
		full = is_full(next);
		net = find_overflown(compiler, next, bucket);
		if (!net)
			continue;
		bucket->net[SW_BUCKET4_NETS - 1] = *net;
		close_gap(next, net);
		bucket = next;
	}
}

__u32 sw_hash4_remove(struct sw_compiler *compiler, __u32 key)
{
	struct sw_bucket4 *home = home_of(compiler, key), *bucket;
	struct sw_net4 *net;
	__u32 value;
	bool full = true;

	for (bucket = home; full && bucket < home + SW_BUCKET4_PROBES; bucket++) {
		full = is_full(bucket);
		for (net = bucket->net; net < bucket->net + SW_BUCKET4_NETS; net++) {
			if (net->key != key)
				continue;
			value = net->value;
			close_gap(bucket, net);
			if (full)
				pull_back(compiler, bucket);
			return value;
		}
	}
	return 0;
}
