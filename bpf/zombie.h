/* SPDX-License-Identifier: GPL-2.0 */
/* The allow and zombie stages: SMTP and later fragments only. */
#ifndef SPAMWEIR_ZOMBIE_H
#define SPAMWEIR_ZOMBIE_H

#include "clock.h"
#include "maps.h"
#include "parse.h"
#include "table4.h"
#include "table6.h"

/* The mail set's feed for an address, and what kind of feed that is. */
static __always_inline __u8 sw_mail_feed4(const struct sw_policy *policy, __u32 address)
{
	const struct sw_layout sizes = sw_layout_now();

	return sw_table4_lookup(policy, &sizes, SW_SET_MAIL, address);
}

static __always_inline __u8 sw_mail_feed6(const struct sw_policy *policy, struct sw_in6 address)
{
	const struct sw_layout sizes = sw_layout_now();

	return sw_table6_lookup(policy, &sizes, SW_SET_MAIL, address);
}

static __always_inline struct sw_in6 sw_source6(const struct sw_policy *policy,
						const struct sw_packet *packet)
{
	return (struct sw_in6){
		.hi = packet->src6.hi & policy->settings.source_mask_hi,
		.lo = packet->src6.lo & policy->settings.source_mask_lo,
	};
}

/* `source`: IPv4 as ::ffff:a.b.c.d, IPv6 cut to the configured prefix. */
static __always_inline int sw_is_live_zombie(struct sw_in6 source)
{
	__u32 bit = sw_gate_live_bit(source.hi, source.lo);
	struct sw_live_key key;
	struct sw_live *entry;

	if (!(gate.live[bit >> 6] >> (bit & 63) & 1))
		return 0;
	((__u64 *)&key)[0] = sw_swap64(source.hi);
	((__u64 *)&key)[1] = sw_swap64(source.lo);
	entry = bpf_map_lookup_elem(&live, &key);
	/* Whoever should have removed it may be gone: the deadline is judged here. */
	return entry && entry->until_ns > sw_clock_ns();
}

#endif
