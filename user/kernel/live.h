/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies: the hash map, and the gate bits that spare others its cost.
 * Writers hold the state's lock. */
#ifndef SPAMWEIR_KERNEL_LIVE_H
#define SPAMWEIR_KERNEL_LIVE_H

#include "base/clock.h"
#include "base/prefix.h"
#include "kernel/state.h"

const char *sw_origin_name(__u8 origin);

/* The key of an address: itself, or its IPv6 prefix as `settings` cut it. */
struct sw_live_key sw_live_key(const struct sw_prefix *address, const struct sw_settings *settings);

/* And back. */
struct sw_prefix sw_live_prefix(const struct sw_live_key *key, const struct sw_live *entry);

/* Length of the IPv6 prefixes that `settings` list and limit by. */
__u8 sw_source_length(const struct sw_settings *settings);

/* -ENOSPC when SW_LIVE_MAX are listed. An entry that is there is replaced,
 * but keeps its `since_ns`. */
int sw_live_add(const struct sw_state *state, const struct sw_live_key *key,
		const struct sw_live *entry);

/* -ENOENT. The gate keeps its bit until the next sweep. */
int sw_live_del(const struct sw_state *state, const struct sw_live_key *key);

int sw_live_get(const struct sw_state *state, const struct sw_live_key *key,
		struct sw_live *entry);

/* Calls `visit` for every entry, ended ones too; not 0 stops and is returned. */
int sw_live_each(const struct sw_state *state,
		 int (*visit)(void *ctx, const struct sw_live_key *key, const struct sw_live *entry),
		 void *ctx);

/* IPv6 entries that have not ended and are not of this length: the datapath
 * would not find them if it cut sources there. */
int sw_live_strangers(const struct sw_state *state, __u8 length, __u64 *count);

/* Entries that have not ended. */
int sw_live_count(const struct sw_state *state, __u64 *count);

/* Removes what has ended, and the gate bits of what is no longer listed. The
 * datapath never depends on it. *removed may be NULL. */
int sw_live_sweep(const struct sw_state *state, __u64 *removed);

#endif
