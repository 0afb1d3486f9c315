// SPDX-License-Identifier: GPL-2.0
/* IPv4: the /24s of both sets into their buckets. */
#include "policy/hash4.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "policy/compiler.h"
#include "table4.h"

static struct sw_bucket4 *home_of(const struct sw_compiler *compiler, __u32 key)
{
	struct sw_bucket4 *buckets = (struct sw_bucket4 *)(compiler->policy + 1);

	return &buckets[sw_net4_home(&compiler->room, compiler->policy->salt4, key)];
}

/* A struct sw_net4 in its bucket, whose alignment the struct alone does not promise. */
typedef __u64 __attribute__((may_alias)) word_of_net;

_Static_assert(sizeof(struct sw_net4) == sizeof(word_of_net), "one is taken at once");

/* The other half of the address space may be at the same bucket (halves4.h). */
static bool take_place(struct sw_net4 *place, struct sw_net4 net)
{
	word_of_net *word = __builtin_assume_aligned(place, sizeof(*word)), none = 0, taken;

	memcpy(&taken, &net, sizeof(taken));
	return !__atomic_load_n(word, __ATOMIC_RELAXED) &&
	       __atomic_compare_exchange_n(word, &none, taken, false, __ATOMIC_RELAXED,
					   __ATOMIC_RELAXED);
}

static int insert(struct sw_compiler *compiler, struct sw_net4 net)
{
	struct sw_bucket4 *home = home_of(compiler, net.key);
	struct sw_net4 *slot = home->net, *end = home[SW_BUCKET4_PROBES].net;
	int err = sw_reach(compiler, home, SW_BUCKET4_PROBES * sizeof(*home));

	while (!err && slot < end) {
		if (take_place(slot, net))
			return 0;
		slot++;
	}
	compiler->crowded = !err;
	return err ?: -ENOSPC;
}

/* Millions of /24s, each at a random place, would miss the cache of address translations
 * every time. They are put by the batch, in the order of their homes as far as STRIPES
 * goes: those that follow each other lie within few pages. */
#define BATCH_LEAST (1U << 16)
#define BATCH_MOST (1U << 18)
#define BATCHES 16 /* of all, unless they are many or few */
#define STRIPES 1024
#define FEW 4096 /* are put as they come */
#define AHEAD 16 /* how early the cache line of a home is asked for */

struct sw_batch4 {
	__u32 count, room;
	struct sw_net4 *ordered;
	struct sw_net4 net[];
};

static struct sw_batch4 *new_batch(const struct sw_compiler *compiler)
{
	__u32 room = compiler->room.nets / BATCHES;
	struct sw_batch4 *batch;

	room = room < BATCH_LEAST ? BATCH_LEAST : room > BATCH_MOST ? BATCH_MOST : room;
	batch = malloc(sizeof(*batch) + 2ULL * room * sizeof(*batch->net));
	if (!batch)
		return NULL;
	batch->count = 0;
	batch->room = room;
	batch->ordered = batch->net + room;
	return batch;
}

int sw_hash4_begin(struct sw_compiler *compiler)
{
	__u32 salt;

	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -errno;
	compiler->policy->salt4 = salt;
	if (compiler->batch)
		compiler->batch->count = 0;
	return 0;
}

/* Homes ascend with hashes. */
static __u32 stripe_of(const struct sw_compiler *compiler, __u32 key)
{
	return sw_net4_hash(compiler->policy->salt4, key & 0xffffff00) / (UINT32_MAX / STRIPES + 1);
}

static void order(const struct sw_compiler *compiler, struct sw_batch4 *batch)
{
	__u32 place[STRIPES] = {}, sum = 0, here, i;

	for (i = 0; i < batch->count; i++)
		place[stripe_of(compiler, batch->net[i].key)]++;
	for (i = 0; i < STRIPES; i++) {
		here = place[i];
		place[i] = sum;
		sum += here;
	}
	for (i = 0; i < batch->count; i++)
		batch->ordered[place[stripe_of(compiler, batch->net[i].key)]++] = batch->net[i];
}

int sw_hash4_finish(struct sw_compiler *compiler)
{
	struct sw_batch4 *batch = compiler->batch;
	const struct sw_net4 *net;
	__u32 i, count;
	int err = 0;

	if (!batch)
		return 0;
	count = batch->count;
	net = count < FEW ? batch->net : batch->ordered;
	if (count >= FEW)
		order(compiler, batch);
	batch->count = 0;
	for (i = 0; i < count && !err; i++) {
		if (i + AHEAD < count)
			__builtin_prefetch(home_of(compiler, net[i + AHEAD].key), 1);
		err = insert(compiler, net[i]);
	}
	return err;
}

int sw_hash4_add(struct sw_compiler *compiler, struct sw_net4 net)
{
	int err = 0;

	if (!compiler->batch)
		compiler->batch = new_batch(compiler);
	if (!compiler->batch)
		return -ENOMEM;
	if (compiler->batch->count == compiler->batch->room)
		err = sw_hash4_finish(compiler);
	compiler->batch->net[compiler->batch->count++] = net;
	return err;
}

void sw_hash4_end(struct sw_compiler *compiler)
{
	free(compiler->batch);
	compiler->batch = NULL;
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
static int pull_back(const struct sw_compiler *compiler, struct sw_bucket4 *bucket)
{
	const struct sw_bucket4 *end =
		(struct sw_bucket4 *)(compiler->policy + 1) + sw_layout_buckets4(&compiler->room);
	struct sw_bucket4 *next = bucket + 1;
	struct sw_net4 *net;
	bool full = true;
	int err;

	for (; full && next < end && next < bucket + SW_BUCKET4_PROBES; next++) {
		err = sw_reach(compiler, next, sizeof(*next));
		if (err)
			return err;
		full = is_full(next);
		net = find_overflown(compiler, next, bucket);
		if (!net)
			continue;
		bucket->net[SW_BUCKET4_NETS - 1] = *net;
		close_gap(next, net);
		bucket = next;
	}
	return 0;
}

int sw_hash4_remove(struct sw_compiler *compiler, __u32 key, __u32 *value)
{
	struct sw_bucket4 *home = home_of(compiler, key), *bucket;
	int err = sw_reach(compiler, home, SW_BUCKET4_PROBES * sizeof(*home));
	struct sw_net4 *net;
	bool full = true;

	*value = 0;
	if (err)
		return err;
	for (bucket = home; full && bucket < home + SW_BUCKET4_PROBES; bucket++) {
		full = is_full(bucket);
		for (net = bucket->net; net < bucket->net + SW_BUCKET4_NETS; net++) {
			if (net->key != key)
				continue;
			*value = net->value;
			close_gap(bucket, net);
			return full ? pull_back(compiler, bucket) : 0;
		}
	}
	return 0;
}
