// SPDX-License-Identifier: GPL-2.0
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/detected.h"
#include "kernel/gate.h"
#include "kernel/health.h"
#include "parse.h"

const char *sw_origin_name(__u8 origin)
{
	switch ((enum sw_origin)origin) {
	case SW_ORIGIN_OPERATOR:
		return "operator";
	case SW_ORIGIN_DETECTED:
		return "detected";
	case SW_ORIGIN_SLOWED:
		return "slowed";
	case SW_ORIGINS:
		break;
	}
	return "unknown";
}

__u8 sw_origin_parse(const char *name)
{
	__u8 origin;

	for (origin = 0; origin < SW_ORIGINS; origin++) {
		if (!strcmp(sw_origin_name(origin), name))
			return origin;
	}
	return SW_ORIGIN_OPERATOR;
}

static struct sw_in6 key_words(const struct sw_live_key *key)
{
	struct sw_in6 words;

	memcpy(&words.hi, key->address, 8);
	memcpy(&words.lo, key->address + 8, 8);
	words.hi = sw_swap64(words.hi);
	words.lo = sw_swap64(words.lo);
	return words;
}

static bool is_mapped_ipv4(struct sw_in6 words)
{
	return !words.hi && words.lo >> 32 == 0xffff;
}

bool sw_live_takes(const struct sw_prefix *prefix, __u8 length)
{
	return prefix->length == sw_family_bits(prefix->family) ||
	       (prefix->family == SW_IPV6 && prefix->length == length);
}

struct sw_live_key sw_live_key(const struct sw_prefix *address, __u8 length)
{
	struct sw_prefix cut = *address;
	struct sw_in6 words;
	struct sw_live_key key;

	if (cut.family == SW_IPV6) {
		cut.length = length;
		sw_prefix_clear_host_bits(&cut);
	}
	words = sw_to_in6(cut.address);
	if (cut.family == SW_IPV4)
		words.lo |= SW_SUBJECT_IPV4_PREFIX;
	words.hi = sw_swap64(words.hi);
	words.lo = sw_swap64(words.lo);
	memcpy(key.address, &words.hi, 8);
	memcpy(key.address + 8, &words.lo, 8);
	return key;
}

__u8 sw_source_length(const struct sw_settings *settings)
{
	return __builtin_popcountll(settings->source_mask_hi) +
	       __builtin_popcountll(settings->source_mask_lo);
}

struct sw_prefix sw_live_prefix(const struct sw_live_key *key, const struct sw_live *entry)
{
	struct sw_in6 words = key_words(key);

	if (is_mapped_ipv4(words))
		return (struct sw_prefix){ .address = (__u32)words.lo,
					   .family = SW_IPV4,
					   .length = 32 };
	return (struct sw_prefix){
		.address = sw_from_in6(words),
		.family = SW_IPV6,
		.length = entry->length,
	};
}

static __u32 gate_bit(const struct sw_live_key *key)
{
	struct sw_in6 words = key_words(key);

	return sw_gate_live_bit(words.hi, words.lo);
}

int sw_live_get(const struct sw_state *state, const struct sw_live_key *key, struct sw_live *entry)
{
	return bpf_map_lookup_elem(state->map[SW_MAP_live], key, entry) ? -errno : 0;
}

/* The bits are set first: between the two steps the datapath may look in vain, but
 * never fails to look. */
static int open_gate(const struct sw_state *state, const struct sw_live_key *keys, size_t count)
{
	struct sw_gate *gate = sw_gate_open(state->map[SW_MAP_gate]);
	size_t i;
	__u32 bit;

	if (!gate)
		return -errno;
	for (i = 0; i < count; i++) {
		bit = gate_bit(&keys[i]);
		__atomic_fetch_or(&gate->live[bit / 64], 1ULL << bit % 64, __ATOMIC_SEQ_CST);
	}
	sw_gate_close(gate);
	return 0;
}

#define BATCH 4096

/* Whoever was killed in between leaves it odd, and the next writer goes on from there. */
static void begin_change(const struct sw_state *state)
{
	__u64 changes = sw_health_get(state, SW_HEALTH_LIVE_CHANGES);

	if (sw_live_is_still(changes))
		sw_health_set(state, SW_HEALTH_LIVE_CHANGES, changes + 1);
}

static void end_change(const struct sw_state *state)
{
	sw_health_add(state, SW_HEALTH_LIVE_CHANGES, 1);
}

bool sw_live_is_still(__u64 changes)
{
	return !(changes & 1);
}

int sw_live_add(const struct sw_state *state, const struct sw_live_key *keys,
		const struct sw_live *entries, size_t count)
{
	int err = open_gate(state, keys, count);
	__u32 done;
	size_t i;

	begin_change(state);
	for (i = 0; i < count && !err; i += done) {
		done = count - i < BATCH ? count - i : BATCH;
		if (bpf_map_update_batch(state->map[SW_MAP_live], &keys[i], &entries[i], &done,
					 NULL))
			err = errno == E2BIG ? -ENOSPC : -errno;
	}
	end_change(state);
	return err;
}

static int take_out(const struct sw_state *state, const struct sw_live_key *key)
{
	return bpf_map_delete_elem(state->map[SW_MAP_live], key) ? -errno : 0;
}

int sw_live_del(const struct sw_state *state, const struct sw_live_key *key)
{
	int err;

	begin_change(state);
	err = take_out(state, key);
	end_change(state);
	return err;
}

int sw_live_each(const struct sw_state *state,
		 int (*visit)(void *ctx, const struct sw_live_key *key,
			      const struct sw_live *entry),
		 void *ctx)
{
	struct sw_live_key *keys = malloc(BATCH * sizeof(*keys));
	struct sw_live *entries = malloc(BATCH * sizeof(*entries));
	__u32 position, count, i;
	bool begun = false, last = false;
	int err = keys && entries ? 0 : -ENOMEM;

	while (!err && !last) {
		count = BATCH;
		if (bpf_map_lookup_batch(state->map[SW_MAP_live], begun ? &position : NULL,
					 &position, keys, entries, &count, NULL)) {
			if (errno != ENOENT) {
				err = -errno;
				break;
			}
			last = true;
		}
		begun = true;
		for (i = 0; i < count && !err; i++)
			err = visit(ctx, &keys[i], &entries[i]);
	}
	free(keys);
	free(entries);
	return err;
}

struct strangers {
	__u64 now;
	__u64 found;
	__u8 length;
};

static int count_stranger(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct strangers *strangers = ctx;

	strangers->found += entry->until_ns > strangers->now &&
			    entry->length != strangers->length && !is_mapped_ipv4(key_words(key));
	return 0;
}

int sw_live_strangers(const struct sw_state *state, __u8 length, __u64 *count)
{
	struct strangers strangers = { .now = sw_boottime_ns(), .length = length };
	int err = sw_live_each(state, count_stranger, &strangers);

	if (!err)
		*count = strangers.found;
	return err;
}

struct sweep {
	const struct sw_state *state;
	struct sw_gate *fresh;
	__u64 now;
	struct sw_sweep done;
};

static int sweep_one(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct sweep *sweep = ctx;
	__u32 bit = gate_bit(key);
	struct sw_live there;

	/* The datapath may have listed it anew since. */
	if (entry->until_ns <= sweep->now && !sw_live_get(sweep->state, key, &there) &&
	    there.until_ns <= sweep->now && !take_out(sweep->state, key)) {
		sweep->done.removed++;
		return 0;
	}
	sweep->done.left++;
	sweep->fresh->live[bit / 64] |= 1ULL << bit % 64;
	return 0;
}

/* What the datapath has listed since they were looked at: it opens the gate behind that. */
static int open_again(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct sw_gate *gate = ctx;
	__u32 bit = gate_bit(key);

	if (entry->origin != SW_ORIGIN_OPERATOR)
		__atomic_fetch_or(&gate->live[bit / 64], 1ULL << bit % 64, __ATOMIC_SEQ_CST);
	return 0;
}

int sw_live_sweep(const struct sw_state *state, struct sw_sweep *out)
{
	struct sweep sweep = { .state = state, .now = sw_boottime_ns() };
	struct sw_gate *gate;
	size_t i;
	int err;

	sweep.fresh = calloc(1, sizeof(*sweep.fresh));
	gate = sw_gate_open(state->map[SW_MAP_gate]);
	err = sweep.fresh && gate ? sw_live_each(state, sweep_one, &sweep) : -ENOMEM;
	/* Every bit that is needed stays set throughout: the lock keeps others, but for
	 * the datapath, from adding entries meanwhile. */
	for (i = 0; i < sizeof(gate->live) / sizeof(gate->live[0]) && !err; i++)
		__atomic_store_n(&gate->live[i], sweep.fresh->live[i], __ATOMIC_RELAXED);
	if (!err)
		err = sw_detected_any(state);
	if (err > 0)
		err = sw_live_each(state, open_again, gate);
	sw_gate_close(gate);
	free(sweep.fresh);
	if (out)
		*out = sweep.done;
	return err;
}

/* The kernel does not give a map's number again before it has given all others,
 * but begins anew with every boot. */
int sw_live_identity(const struct sw_state *state, char *out, size_t room)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	char boot[40];
	ssize_t got;
	int fd;

	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = read(fd, boot, sizeof(boot) - 1);
	close(fd);
	if (got <= 0)
		return -EIO;
	boot[got] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	if (bpf_obj_get_info_by_fd(state->map[SW_MAP_live], &info, &size))
		return -errno;
	snprintf(out, room, "%s map %u", boot, info.id);
	return 0;
}
