// SPDX-License-Identifier: GPL-2.0
#include "kernel/buckets.h"

#include <errno.h>
#include <sys/mman.h>

#include "kernel/jiffies.h"
#include "policy/settings.h"

static int read_clock(__u64 *now)
{
	__u64 jiffies = 0;
	int err = sw_jiffies_now(&jiffies);

	if (!err)
		*now = jiffies * SW_TICKS_PER_JIFFY & SW_TICK_MASK;
	return err;
}

#define PAGE 4096 /* or a multiple: what a mapping may begin at */
#define PAGE_BUCKETS (PAGE / sizeof(struct sw_bucket))
#define BUCKETS (1UL << SW_BUCKET_BITS)

/* Maps `count` buckets from `first` on, which begins a page; the caller's to unmap. Not
 * all are mapped, because each of the thousands of pages costs. NULL, errno says why. */
static const struct sw_bucket *map_buckets(const struct sw_state *state, size_t first, size_t count)
{
	void *memory = mmap(NULL, count * sizeof(struct sw_bucket), PROT_READ, MAP_SHARED,
			    state->map[SW_MAP_limiter], first * sizeof(struct sw_bucket));

	return memory == MAP_FAILED ? NULL : memory;
}

static void unmap_buckets(const struct sw_bucket *bucket, size_t count)
{
	munmap((void *)bucket, count * sizeof(*bucket));
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

static void look_at_slot(__u64 slot, __u64 now, const struct sw_settings *settings,
			 const struct sw_rate *rate, struct sw_limit_view *view)
{
	__u64 ahead = sw_slot_debt(slot, now, settings->horizon);

	view->known = true;
	view->tokens = view->burst - (double)ahead / rate->interval;
	if (ahead > rate->tolerance)
		view->wait_ms = (ahead - rate->tolerance) * 1000 / sw_ticks_per_second();
}

static int look_at_bucket(const struct sw_state *state, const struct sw_settings *settings,
			  const struct sw_home *home, __u64 now, const struct sw_rate *rate,
			  struct sw_limit_view *view)
{
	size_t page = home->bucket / PAGE_BUCKETS * PAGE_BUCKETS;
	const struct sw_bucket *buckets = map_buckets(state, page, PAGE_BUCKETS), *bucket;
	int i;

	if (!buckets)
		return -errno;
	bucket = &buckets[home->bucket - page];
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		if (sw_slot_tag(bucket->slot[i]) == home->tag)
			look_at_slot(bucket->slot[i], now, settings, rate, view);
	}
	unmap_buckets(buckets, PAGE_BUCKETS);
	return 0;
}

static int look(const struct sw_state *state, const struct sw_settings *settings, __u32 class,
		const struct sw_home *home, struct sw_limit_view *view)
{
	const struct sw_rate *rate = &settings->rate[class];
	__u64 now = 0;
	int err = read_clock(&now);

	*view = (struct sw_limit_view){ .closed = rate->interval == SW_RATE_CLOSED };
	if (err || !rate->interval || view->closed)
		return err;
	view->burst = rate->tolerance / rate->interval + 1;
	view->tokens = view->burst;
	view->per_minute = 60 * sw_ticks_per_second() / rate->interval;
	return look_at_bucket(state, settings, home, now, rate, view);
}

int sw_limit_look(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, const struct sw_standing *standing,
		  struct sw_limit_view view[SW_ROLES])
{
	int on_trial = settings->feed[standing->feed].monitor, err = 0, last;
	enum sw_role role;

	for (role = 0; role < SW_ROLES; role++) {
		struct sw_home home = home_of(state, settings, address, role);

		last = look(state, settings, sw_class_of(standing, on_trial, role), &home,
			    &view[role]);
		err = last ? last : err;
	}
	return err;
}

int sw_limit_try(const struct sw_state *state, const struct sw_settings *settings,
		 const struct sw_prefix *address, const struct sw_standing *standing,
		 struct sw_limit_view view[SW_ROLES])
{
	struct sw_in6 source = sw_to_in6(address->address);
	enum sw_role role;
	int err = 0;

	if (standing->kind != SW_KIND_LIMIT || !settings->feed[standing->feed].monitor)
		return 0;
	if (address->family == SW_IPV6) {
		source.hi &= settings->source_mask_hi;
		source.lo &= settings->source_mask_lo;
	}
	for (role = 0; role < SW_ROLES && !err; role++) {
		struct sw_home home = sw_home_tried(&state->abi.seed, address->family == SW_IPV6,
						    source.hi, source.lo, role == SW_UPSTREAM);

		err = look(state, settings, standing->class, &home, &view[role]);
	}
	return err;
}

/* How many slots of `count` buckets from `first` on are in use. */
static int count_slots(const struct sw_state *state, const struct sw_settings *settings, __u64 now,
		       size_t first, size_t count, __u64 *found)
{
	const struct sw_bucket *bucket = map_buckets(state, first, count);
	size_t i, j;

	if (!bucket)
		return -errno;
	for (i = 0; i < count; i++) {
		for (j = 0; j < SW_BUCKET_SLOTS; j++)
			*found += sw_slot_debt(bucket[i].slot[j], now, settings->horizon) != 0;
	}
	unmap_buckets(bucket, count);
	return 0;
}

#define SAMPLE (BUCKETS / 16)
#define MANY 4096 /* in the sample: its error is then less than two in a hundred */

/* Sources are spread over the buckets by a hash: of many a part tells how many. */
int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, __u64 *count)
{
	__u64 now, found = 0;
	int err = read_clock(&now);

	if (!err)
		err = count_slots(state, settings, now, 0, SAMPLE, &found);
	if (!err && found >= MANY)
		found *= BUCKETS / SAMPLE;
	else if (!err)
		err = count_slots(state, settings, now, SAMPLE, BUCKETS - SAMPLE, &found);
	if (!err)
		*count = found;
	return err;
}

/* The factor that undoes a multiplication: each step doubles the bits that are right. */
static __u32 inverse(__u32 odd)
{
	__u32 x = odd, i;

	for (i = 0; i < 4; i++)
		x *= 2 - odd * x;
	return x;
}

/* The steps of sw_permute32, backwards. */
__u32 sw_limit_source4(const struct sw_seed *seed, __u32 bucket, __u32 tag)
{
	__u32 x = bucket << (32 - SW_BUCKET_BITS) | (tag & ((1U << (32 - SW_BUCKET_BITS)) - 1));

	x ^= x >> 16;
	x *= inverse(0x2c1b3c6d);
	x ^= x >> 15 ^ x >> 30;
	x ^= seed->xor [1];
	x *= inverse(seed->mul[1]);
	x ^= x >> 16;
	x *= inverse(seed->mul[0]);
	return x ^ seed->xor [0];
}

static int visit_slot(const struct sw_seed *seed, __u32 bucket, __u64 slot,
		      int (*visit)(void *ctx, const struct sw_prefix *source), void *ctx,
		      __u64 *hidden)
{
	__u32 tag = sw_slot_tag(slot);
	struct sw_prefix source = { .family = SW_IPV4, .length = 32 };

	if (!(tag & SW_TAG_VALID))
		return 0;
	if (tag & SW_TAG_IPV6) {
		++*hidden;
		return 0;
	}
	if (tag & SW_TAG_PROTECT) /* a destination */
		return 0;
	source.address = sw_limit_source4(seed, bucket, tag);
	return visit(ctx, &source);
}

int sw_limit_each(const struct sw_state *state,
		  int (*visit)(void *ctx, const struct sw_prefix *source), void *ctx, __u64 *hidden)
{
	const struct sw_bucket *bucket = map_buckets(state, 0, BUCKETS);
	size_t i, j;
	int err = 0;

	*hidden = 0;
	if (!bucket)
		return -errno;
	for (i = 0; i < BUCKETS && !err; i++) {
		for (j = 0; j < SW_BUCKET_SLOTS && !err; j++)
			err = visit_slot(&state->abi.seed, i, bucket[i].slot[j], visit, ctx,
					 hidden);
	}
	unmap_buckets(bucket, BUCKETS);
	return err;
}

bool sw_limit_knows(const struct sw_state *state, const struct sw_settings *settings,
		    const struct sw_prefix *address)
{
	const struct sw_rate none = { .interval = 1 };
	struct sw_limit_view view = { 0 };
	enum sw_role role;

	for (role = 0; role < SW_ROLES && !view.known; role++) {
		struct sw_home home = home_of(state, settings, address, role);

		if (look_at_bucket(state, settings, &home, 0, &none, &view))
			return false;
	}
	return view.known;
}
