/* SPDX-License-Identifier: GPL-2.0 */
/* The datapath itself, compiled for the host, and a kernel for it: what stands
 * behind its maps, and the helpers it calls. */
#ifndef SPAMWEIR_FUZZ_KERNEL_H
#define SPAMWEIR_FUZZ_KERNEL_H

#include "spamweir.bpf.c"

#include <sanitizer/asan_interface.h>

#include "constants.h"
#include "fuzz.h"
#include "model.h"

#define JIFFY_US 4000
#define INTERFACE 5

/* The context has 32 bits for an address. */
#define ARENA ((__u8 *)0x10000000)
#define ARENA_SIZE (1 << 17)
#define IP_ALIGN 2 /* in front of a frame, as drivers have it: IP stands on a word */

static struct {
	__u64 now_us;
	const __u8 *frame; /* whole: in the arena stands what is in its first buffer */
	__u32 frame_size;
	__u8 sent[ARENA_SIZE]; /* what goes on, if it goes on */
	struct sw_policy *policy;
	struct sw_limiter *limiter;
	struct sw_ledger *ledger;
	struct sw_conduct *conduct;
	struct sw_again *again;
	struct sw_attempts attempts;
	struct sw_tunnelled tunnelled;
	struct sw_tally_row tally[SW_TALLIES];
	struct sw_busy *busy;
	struct sw_live_key key[SW_WORLD_LIVES];
	struct sw_live live[SW_WORLD_LIVES];
	size_t lives;
	struct sw_counters counters;
	struct sw_counter feed[SW_MAX_FEEDS];
	struct sw_event_budget budget;
	struct sw_split split;
	struct sw_brake brake;
	struct sw_detected *detected;
	struct sw_listing_now listing_now;
	struct sw_event event;
	int events;
} kernel;

static inline void *kernel_live(const struct sw_live_key *key)
{
	size_t i;

	for (i = 0; i < kernel.lives; i++) {
		if (!memcmp(key, &kernel.key[i], sizeof(*key)))
			return &kernel.live[i];
	}
	return NULL;
}

void *sw_value_of(void *map)
{
	if (map == &limiter)
		return kernel.limiter;
	if (map == &busy)
		return kernel.busy;
	if (map == &ledger)
		return kernel.ledger;
	if (map == &conduct)
		return kernel.conduct;
	if (map == &again)
		return kernel.again;
	must(map == &detected);
	return kernel.detected;
}

void *bpf_map_lookup_elem(void *map, const void *key)
{
	__u32 index;

	if (map == &live)
		return kernel_live(key);
	memcpy(&index, key, sizeof(index));
	if (map == &feed_counters)
		return index < SW_MAX_FEEDS ? &kernel.feed[index] : NULL;
	if (map == &counters) {
		must(index == INTERFACE);
		return &kernel.counters;
	}
	if (map == &attempts) {
		must(index == INTERFACE);
		return &kernel.attempts;
	}
	if (map == &tunnelled) {
		must(index == INTERFACE);
		return &kernel.tunnelled;
	}
	if (map == &tally) {
		must(index < SW_TALLY_BEFORE);
		return &kernel.tally[index];
	}
	must(index == 0);
	if (map == &policy || map == kernel.policy) /* the generation's only value */
		return kernel.policy;
	if (map == &listing_now)
		return &kernel.listing_now;
	if (map == &split_frame)
		return &kernel.split;
	if (map == &brake)
		return &kernel.brake;
	must(map == &event_budget);
	return &kernel.budget;
}

/* The worlds say nothing of suspects: nobody is listed. */
long bpf_map_update_elem(void *map, const void *key, const void *value, __u64 flags)
{
	(void)map, (void)key, (void)value, (void)flags;
	must(0);
	return 0;
}

long bpf_snprintf(char *out, __u32 room, const char *format, __u64 *data, __u32 size)
{
	(void)out, (void)room, (void)format, (void)data, (void)size;
	must(0);
	return 0;
}

__u32 bpf_get_smp_processor_id(void)
{
	return 0;
}

__u64 bpf_jiffies64(void)
{
	return kernel.now_us / JIFFY_US;
}

__u64 bpf_ktime_get_boot_ns(void)
{
	return kernel.now_us * 1000;
}

__u64 bpf_xdp_get_buff_len(struct xdp_md *ctx)
{
	(void)ctx;
	return kernel.frame_size;
}

long bpf_xdp_load_bytes(struct xdp_md *ctx, __u32 offset, void *buffer, __u32 length)
{
	(void)ctx;
	if (!length || offset > 0xffff || offset + length > kernel.frame_size)
		return -22;
	memcpy(buffer, kernel.frame + offset, length);
	return 0;
}

long bpf_xdp_store_bytes(struct xdp_md *ctx, __u32 offset, void *buffer, __u32 length)
{
	(void)ctx;
	must(length && offset + length <= kernel.frame_size);
	memcpy(kernel.sent + offset, buffer, length);
	return 0;
}

void *bpf_ringbuf_reserve(void *ring, __u64 size, __u64 flags)
{
	must(ring == &events && size == sizeof(kernel.event) && !flags);
	memset(&kernel.event, 0x5a, sizeof(kernel.event));
	return &kernel.event;
}

/* Nobody captures. */
long bpf_perf_event_output(void *ctx, void *map, __u64 flags, void *data, __u64 size)
{
	(void)ctx, (void)map, (void)flags, (void)data, (void)size;
	must(0);
	return 0;
}

__u32 bpf_get_prandom_u32(void)
{
	must(0);
	return 0;
}

void bpf_ringbuf_submit(void *data, __u64 flags)
{
	must(data == &kernel.event && !flags);
	kernel.events++;
}

static inline void *kernel_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	must(memory != MAP_FAILED);
	return memory;
}

/* Constants and memory. The policy is the caller's. */
static inline void kernel_boot(const struct sw_layout *need)
{
	static const struct sw_seed keys = {
		.mul = { 0x9e3779b1, 0x85ebca77 },
		.xor = { 0x12345678, 0x9abcdef0 },
		.key = { 0x9e3779b97f4a7c15, 42, 0xbf58476d1ce4e5b9, 43 },
	};
	const __u32 number = INTERFACE;

	set_constant(&layout, need, sizeof(*need));
	set_constant(&seed, &keys, sizeof(keys));
	set_constant(&interface, &number, sizeof(number));
	must(mmap(ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == ARENA);
	kernel.limiter = kernel_memory(sizeof(*kernel.limiter));
	kernel.busy = kernel_memory(sizeof(*kernel.busy));
	kernel.ledger = kernel_memory(sizeof(*kernel.ledger));
	kernel.conduct = kernel_memory(sizeof(*kernel.conduct));
	kernel.detected = kernel_memory(sizeof(*kernel.detected));
	kernel.again = kernel_memory(sizeof(*kernel.again));
}

static inline void kernel_forget(void)
{
	must(!madvise(kernel.limiter, sizeof(*kernel.limiter), MADV_DONTNEED));
	must(!madvise(kernel.busy, sizeof(*kernel.busy), MADV_DONTNEED));
	must(!madvise(kernel.ledger, sizeof(*kernel.ledger), MADV_DONTNEED));
	must(!madvise(kernel.conduct, sizeof(*kernel.conduct), MADV_DONTNEED));
	must(!madvise(kernel.again, sizeof(*kernel.again), MADV_DONTNEED));
	kernel.budget = (struct sw_event_budget){ 0 };
	memset(kernel.tally, 0, sizeof(kernel.tally));
}

static inline int kernel_run(struct xdp_md *ctx, enum sw_role role, bool tunnels)
{
	if (tunnels)
		return role == SW_ACCESS ? spamweir_access_tunnels(ctx)
					 : spamweir_upstream_tunnels(ctx);
	return role == SW_ACCESS ? spamweir_access(ctx) : spamweir_upstream(ctx);
}

/* All kinds are opened that can be, or none is looked for. */
static inline void kernel_tunnels(bool tunnels)
{
	const __u32 opened = tunnels ? SW_TUNNELS_OPENED : 0;
	const __u8 looked_for = tunnels;

	set_constant(&has_tunnels, &looked_for, sizeof(looked_for));
	set_constant(&opened_tunnels, &opened, sizeof(opened));
}

static inline void kernel_give_vlan(__u8 *roles, __u16 vid, enum sw_vlan_role role)
{
	roles[vid / 4] |= role << 2 * (vid % 4);
}

/* The VLANs of the model have their roles, or none has one. */
static inline void kernel_vlans(bool some)
{
	const __u8 looked_for = some;
	__u8 roles[SW_VLAN_BYTES] = { 0 };

	if (some) {
		kernel_give_vlan(roles, SW_VID_ACCESS, SW_VLAN_ACCESS);
		kernel_give_vlan(roles, SW_VID_UPSTREAM, SW_VLAN_UPSTREAM);
		kernel_give_vlan(roles, SW_VID_NONE, SW_VLAN_NONE);
	}
	set_constant(&has_vlans, &looked_for, sizeof(looked_for));
	set_constant(&vlan_roles, roles, sizeof(roles));
}

/* Has a program judge a frame, of which what is behind the first buffer can be read
 * by helper only. */
static inline int kernel_receive(enum sw_role role, const __u8 *frame, __u32 size, __u32 readable)
{
	__u8 *at = ARENA + IP_ALIGN;
	struct xdp_md ctx = {
		.data = (uintptr_t)at,
		.data_end = (uintptr_t)at + readable,
	};

	__asan_unpoison_memory_region(ARENA, ARENA_SIZE);
	memcpy(at, frame, readable);
	__asan_poison_memory_region(at + readable, ARENA_SIZE - IP_ALIGN - readable);
	kernel.frame = frame;
	memcpy(kernel.sent, frame, size);
	memset(&kernel.brake, 0x5a, sizeof(kernel.brake));
	kernel.frame_size = size;
	memset(&kernel.split, 0x5a, sizeof(kernel.split));
	kernel.events = 0;
	memset(&kernel.counters, 0, sizeof(kernel.counters));
	memset(kernel.feed, 0, sizeof(kernel.feed));
	memset(&kernel.tunnelled, 0, sizeof(kernel.tunnelled));
	return kernel_run(&ctx, role, has_tunnels);
}

#endif
