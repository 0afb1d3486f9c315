/* SPDX-License-Identifier: GPL-2.0 */
/* What foreign lists may not list, whatever they say: special-purpose space, and
 * the addresses without which this router is none. */
#ifndef SPAMWEIR_POLICY_GUARD_H
#define SPAMWEIR_POLICY_GUARD_H

#include "base/prefix.h"

enum sw_host_is {
	SW_HOST_OWN,
	SW_HOST_GATEWAY,
	SW_HOST_RESOLVER,
};

/* An address that this machine has, or cannot do without. */
struct sw_host {
	struct sw_prefix address;
	enum sw_host_is is;
};

struct sw_hosts {
	struct sw_host *host; /* free(3) */
	size_t count;
};

struct sw_guard_range {
	sw_u128 first;
	sw_u128 last;
	bool bearer; /* what lies within it may be listed */
	bool host;
	const char *what; /* "link-local, RFC 3927", "a gateway": static */
};

/* Disjoint, in address order. */
struct sw_guard {
	struct sw_guard_range *range[SW_FAMILIES];
	size_t ranges[SW_FAMILIES];
};

/* Builds a guard of special-purpose space, if `special`, and of the hosts, which may be
 * NULL. -ENOMEM. */
int sw_guard_build(bool special, const struct sw_hosts *hosts, struct sw_guard *guard);
void sw_guard_free(struct sw_guard *guard);

/* The first range from place *at on that takes something out of the entry; NULL: none
 * does. *at moves on: entries come in address order. */
const struct sw_guard_range *sw_guard_find(const struct sw_guard *guard, size_t *at,
					   const struct sw_prefix *entry);

/* Calls `emit` with what the guard leaves of an entry; `range` is what
 * sw_guard_find found. Stops at and returns what `emit` returns if not 0. */
int sw_guard_rest(const struct sw_guard *guard, const struct sw_guard_range *range,
		  const struct sw_prefix *entry,
		  int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx);

/* Whether the guard takes `address` out of an entry that covers it. */
bool sw_guard_takes(const struct sw_guard *guard, const struct sw_prefix *entry,
		    const struct sw_prefix *address);

#endif
