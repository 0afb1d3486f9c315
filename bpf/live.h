/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies: SMTP and later fragments only. */
#ifndef SPAMWEIR_LIVE_H
#define SPAMWEIR_LIVE_H

#include "clock.h"
#include "gate.h"
#include "parse.h"

/* `source`: IPv4 as ::ffff:a.b.c.d, IPv6 cut to the configured prefix. */
static __always_inline int sw_is_live_zombie(struct sw_in6 source)
{
	struct sw_live_key key;
	struct sw_live *entry;

	if (!sw_gate_maybe_live(source))
		return 0;
	((__u64 *)&key)[0] = sw_swap64(source.hi);
	((__u64 *)&key)[1] = sw_swap64(source.lo);
	entry = bpf_map_lookup_elem(&live, &key);
	/* Whoever should have removed it may be gone: the deadline is judged here. */
	return entry && entry->until_ns > sw_clock_ns() && !sw_live_is_slowed(entry);
}

/* Whether a source is a suspect that is slowed. A function of its own to the verifier. */
__attribute__((noinline)) int sw_live_slows(__u64 hi, __u64 lo)
{
	struct sw_live_key key;
	struct sw_live *entry;

	((__u64 *)&key)[0] = sw_swap64(hi);
	((__u64 *)&key)[1] = sw_swap64(lo);
	entry = bpf_map_lookup_elem(&live, &key);
	return entry && entry->until_ns > sw_clock_ns() && sw_live_is_slowed(entry);
}

static __always_inline int sw_is_slowed(struct sw_in6 source)
{
	return sw_gate_maybe_live(source) && sw_live_slows(source.hi, source.lo);
}

#endif
