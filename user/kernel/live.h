/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies: the hash map, and the gate bits that spare others its cost.
 * Writers hold the state's lock. */
#ifndef SPAMWEIR_KERNEL_LIVE_H
#define SPAMWEIR_KERNEL_LIVE_H

#include "base/clock.h"
#include "base/prefix.h"
#include "kernel/state.h"

const char *sw_origin_name(__u8 origin);
__u8 sw_origin_parse(const char *name); /* SW_ORIGIN_OPERATOR if it is none */

/* Whether `prefix` is an address, or just what an entry lists: an IPv6 prefix of
 * `length`. */
bool sw_live_takes(const struct sw_prefix *prefix, __u8 length);

/* The key of an address: itself, or its IPv6 prefix of `length`. */
struct sw_live_key sw_live_key(const struct sw_prefix *address, __u8 length);

/* And back. */
struct sw_prefix sw_live_prefix(const struct sw_live_key *key, const struct sw_live *entry);

/* Length of the IPv6 prefixes that `settings` list and limit by. */
__u8 sw_source_length(const struct sw_settings *settings);

/* Whether nobody lists or lifts any, by SW_HEALTH_LIVE_CHANGES, which those who do count up.
 * What has ended is no longer listed, whenever it is removed. */
bool sw_live_is_still(__u64 changes);

/* Lists them, in place of what is listed by these keys. -ENOSPC when SW_LIVE_MAX
 * are listed; then some may have been entered. */
int sw_live_add(const struct sw_state *state, const struct sw_live_key *keys,
		const struct sw_live *entries, size_t count);

/* -ENOENT. The gate keeps its bit until the next sweep. */
int sw_live_del(const struct sw_state *state, const struct sw_live_key *key);

int sw_live_get(const struct sw_state *state, const struct sw_live_key *key, struct sw_live *entry);

/* Calls `visit` for every entry, ended ones too; not 0 stops and is returned. */
int sw_live_each(const struct sw_state *state,
		 int (*visit)(void *ctx, const struct sw_live_key *key,
			      const struct sw_live *entry),
		 void *ctx);

/* IPv6 entries that have not ended and are not of this length: the datapath
 * would not find them if it cut sources there. */
int sw_live_strangers(const struct sw_state *state, __u8 length, __u64 *count);

struct sw_sweep {
	__u64 removed;
	__u64 left;
};

/* Removes what has ended, and the gate bits of what is no longer listed. The
 * datapath never depends on it. *sweep may be NULL. */
int sw_live_sweep(const struct sw_state *state, struct sw_sweep *sweep);

/* Tells this machine's map of live zombies, since this boot, from any other. */
int sw_live_identity(const struct sw_state *state, char *out, size_t room);

#endif
