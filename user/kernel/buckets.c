// SPDX-License-Identifier: GPL-2.0
#include "kernel/buckets.h"

#include <errno.h>
#include <string.h>
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
		  const struct sw_prefix *address, const struct sw_standing *standing, bool slowed,
		  struct sw_limit_view view[SW_ROLES])
{
	int on_trial = settings->feed[standing->feed].monitor, err = 0, last;
	enum sw_role role;
	__u32 class;

	for (role = 0; role < SW_ROLES; role++) {
		struct sw_home home = home_of(state, settings, address, role);

		class = sw_class_of(standing, on_trial, role);
		if (slowed)
			class = sw_class_slowed(settings, class);
		last = look(state, settings, class, &home, &view[role]);
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

/* Slots of a bucket whose TAT is ahead: programs move them meanwhile. */
static unsigned count_slots(const struct sw_bucket *bucket, __u64 now, __u64 horizon)
{
	unsigned found = 0, i;

	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		const volatile __u64 *slot = &bucket->slot[i];

		found += sw_slot_debt(*slot, now, horizon) != 0;
	}
	return found;
}

/* A bucket that may be busy. If it is not, its bit goes: see maps/busy.h. */
static unsigned count_busy(const struct sw_bucket *bucket, __u64 *word, __u64 bit, __u64 now,
			   __u64 horizon)
{
	unsigned found = count_slots(bucket, now, horizon);

	if (found)
		return found;
	__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
	found = count_slots(bucket, now, horizon);
	if (found)
		__atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST);
	return found;
}

#define PART (BUCKETS / 32)

/* What is busy in a part of the buckets, which is mapped if anything may be. */
static int count_part(const struct sw_state *state, const struct sw_settings *settings,
		      struct sw_busy *busy, __u64 now, size_t first, __u64 *found)
{
	const struct sw_bucket *bucket = NULL;
	__u64 left, bit;
	size_t i, at;

	for (i = first; i < first + PART; i += 64) {
		left = __atomic_load_n(&busy->word[i / 64], __ATOMIC_RELAXED);
		if (left && !bucket)
			bucket = map_buckets(state, first, PART);
		if (left && !bucket)
			return -errno;
		for (; left; left &= left - 1) {
			bit = left & -left;
			at = i - first + __builtin_ctzll(left);
			*found += count_busy(&bucket[at], &busy->word[i / 64], bit, now,
					     settings->horizon);
		}
	}
	if (bucket)
		unmap_buckets(bucket, PART);
	return 0;
}

/* The programs' own or, if they do not keep it, one that says of all that they may be. */
static struct sw_busy *map_busy(const struct sw_state *state, bool kept)
{
	int fd = kept ? state->map[SW_MAP_busy] : -1;
	int flags = kept ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	void *memory = mmap(NULL, sizeof(struct sw_busy), PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (!kept)
		memset(memory, 0xff, sizeof(struct sw_busy));
	return memory;
}

#define MANY 16384 /* the error of what they tell is then less than one in a hundred */

/* Sources are spread over the buckets by a hash: of many a part tells how many. */
int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, bool kept,
		   __u64 *count)
{
	struct sw_busy *busy = map_busy(state, kept);
	__u64 now, found = 0;
	size_t done = 0;
	int err;

	if (!busy)
		return -errno;
	err = read_clock(&now);
	while (!err && done < BUCKETS && found < MANY) {
		err = count_part(state, settings, busy, now, done, &found);
		done += PART;
	}
	if (!err)
		*count = found * BUCKETS / done;
	munmap(busy, sizeof(*busy));
	return err;
}

int sw_limit_all_busy(const struct sw_state *state)
{
	struct sw_busy *busy = map_busy(state, true);

	if (!busy)
		return -errno;
	memset(busy, 0xff, sizeof(*busy));
	munmap(busy, sizeof(*busy));
	return 0;
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
