// SPDX-License-Identifier: GPL-2.0
/* IPv4: the /24s of both sets into their buckets. */
#include "policy/hash4.h"

#include <string.h>
#include <sys/random.h>

#include "policy/compiler.h"
#include "table4.h"

#define TRIES 16
#define AHEAD 16

static int insert(struct sw_bucket4 *home, struct sw_net4 net)
{
	struct sw_net4 *slot = home->net, *end = home[SW_BUCKET4_PROBES].net;

	while (slot < end && slot->key)
		slot++;
	if (slot == end)
		return -ENOSPC;
	*slot = net;
	return 0;
}

static struct sw_bucket4 *home_of(const struct sw_compiler *compiler, struct sw_bucket4 *buckets,
				  __u32 salt, __u32 key)
{
	return &buckets[sw_net4_home(&compiler->room, salt, key)];
}

/* Each goes to a cache line of its own, far from the one before: they are fetched early. */
static int insert_all(const struct sw_compiler *compiler, struct sw_bucket4 *buckets, __u32 salt)
{
	const struct sw_net4 *net = compiler->net, *end = net + compiler->nets;
	int err = 0;

	for (; net < end && !err; net++) {
		if (net + AHEAD < end)
			__builtin_prefetch(home_of(compiler, buckets, salt, net[AHEAD].key), 1);
		err = insert(home_of(compiler, buckets, salt, net->key), *net);
	}
	return err;
}

int sw_hash4(const struct sw_compiler *compiler)
{
	struct sw_bucket4 *buckets = (struct sw_bucket4 *)(compiler->policy + 1);
	__u32 salt;
	int try, err;

	for (try = 0; try < TRIES; try++) {
		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			return -errno;
		err = insert_all(compiler, buckets, salt);
		if (!err) {
			compiler->policy->salt4 = salt;
			return 0;
		}
		memset(buckets, 0, sw_layout_buckets4(&compiler->room) * sizeof(*buckets));
	}
	return -ENOSPC;
}
