/* SPDX-License-Identifier: GPL-2.0 */
/* Who lists an address of either family in one generation, and the IPv4 address that an
 * IPv6 one carries. */
#ifndef SPAMWEIR_FIND_H
#define SPAMWEIR_FIND_H

#include "embed.h"
#include "gate.h"
#include "maps.h"
#include "table4.h"
#include "table6.h"

/* The C&C feed of an address near which the gate has a bit. Unless the gate is exact the
 * bit may be another generation's; a /24 that stands in a bucket is listed in any case. */
static __always_inline __u8 sw_cnc4_feed(const struct sw_policy *running,
					 const struct sw_layout *sizes,
					 const struct sw_bucket4 *home, __u32 address, __u64 near)
{
	__u32 value = sw_net4_value(home, sw_net4_key(SW_SET_CNC, address));

	if (!value && !sw_gate_is_exact(running, near) &&
	    !(sw_table4_touched(&running->v4[SW_SET_CNC], address) & 1))
		return 0;
	return sw_net4_feed(running, sizes, SW_SET_CNC, address, value);
}

static __always_inline __u8 sw_mail4_feed(const struct sw_policy *running,
					  const struct sw_layout *sizes,
					  const struct sw_bucket4 *home, __u32 address)
{
	return sw_net4_feed(running, sizes, SW_SET_MAIL, address,
			    sw_net4_value(home, sw_net4_key(SW_SET_MAIL, address)));
}

static __always_inline __u64 sw_mail4_touched(const struct sw_policy *running, __u32 address,
					      int mail)
{
	return mail ? sw_table4_touched(&running->v4[SW_SET_MAIL], address) : 0;
}

/* Who lists an address; `mail`: whether the mail set is asked too. */
static __always_inline struct sw_listed sw_find4(const struct sw_policy *running, __u32 address,
						 int mail)
{
	const struct sw_layout sizes = sw_layout_now();
	__u64 near = sw_gate_near4(address), touched = sw_mail4_touched(running, address, mail);
	const struct sw_bucket4 *home;
	struct sw_listed listed = {};

	if (!((near | touched) & 1))
		return listed;
	home = sw_home4_of(running, &sizes, address);
	if (near & 1)
		listed.feed[SW_SET_CNC] = sw_cnc4_feed(running, &sizes, home, address, near);
	if (touched & 1)
		listed.feed[SW_SET_MAIL] = sw_mail4_feed(running, &sizes, home, address);
	return listed;
}

/* Returns struct sw_listed's two bytes. It is a function of its own so that its stack is
 * free again when the limiter needs the room. */
static __attribute__((noinline)) int sw_find6(const struct sw_policy *running, __u64 hi, __u64 lo,
					      int mail)
{
	const struct sw_in6 address = { .hi = hi, .lo = lo };
	const struct sw_layout sizes = sw_layout_now();
	struct sw_spans6 spans = sw_spans6(running, &sizes, address.hi >> 32);
	__u64 feeds = 0;

	sw_preload_span6(running, &sizes, &spans.set[SW_SET_CNC]);
	if (mail) {
		sw_preload_span6(running, &sizes, &spans.set[SW_SET_MAIL]);
		feeds = sw_set6_feed(running, &sizes, SW_SET_MAIL, spans.set[SW_SET_MAIL], address)
			<< 8;
	}
	feeds = sw_forget(feeds, hi);
	return feeds | sw_set6_feed(running, &sizes, SW_SET_CNC, spans.set[SW_SET_CNC], address);
}

static __always_inline __u64 sw_near6(const struct sw_policy *running, struct sw_in6 address,
				      int mail)
{
	__u64 near = sw_gate_near6(address);

	if (mail)
		near |= sw_table6_touched(&running->v6[SW_SET_MAIL], address);
	return near & 1;
}

/* Another generation has come into force meanwhile: a flag of what is found, and a
 * decision. While a packet is judged that happens once at most, because whoever swaps
 * generations waits until no packet is judged by the former one. */
#define SW_CARRIED_ANEW (1ULL << 33)
#define SW_ANEW (-3)

/* A function of its own for its stack. */
static __attribute__((noinline)) __u64 sw_carried(const struct sw_settings *settings, __u64 hi,
						  __u64 lo)
{
	return sw_carried4(settings, (struct sw_in6){ .hi = hi, .lo = lo });
}

/* As sw_find6(), for a carried IPv4 address. */
static __attribute__((noinline)) int sw_find_carried(const struct sw_policy *running, __u32 address)
{
	struct sw_listed listed = sw_find4(running, address, 1);

	return listed.feed[SW_SET_MAIL] << 8 | listed.feed[SW_SET_CNC];
}

/*
 * Returns what sw_find6() does, above it what the mail set says of the IPv4 address that
 * it carries, and above that sw_carried4(). A host that is allowed as either is no C&C
 * address, so both sets are asked.
 *
 * A function of its own to the verifier, which proves it once. So it finds the policy
 * itself, and `generation` is the one that is meant.
 */
__attribute__((noinline)) __u64 sw_find_both(__u64 hi, __u64 lo, int mail, __u64 generation)
{
	const struct sw_policy *running = sw_running_policy();
	__u8 mail6, mail4, cnc;
	__u32 six, four;
	__u64 carried = 0;

	if (!running || running->settings.generation != generation)
		return SW_CARRIED_ANEW << 24;
	if (running->settings.bearer_tops >> sw_bearer_top(hi) & 1)
		carried = sw_carried(&running->settings, hi, lo);
	carried = sw_forget(carried, hi);
	six = sw_find6(running, hi, lo, mail | carried >> 32);
	if (!carried)
		return six;
	four = sw_find_carried(running, carried);
	mail6 = six >> 8;
	mail4 = four >> 8;
	cnc = sw_cnc_of_both(&running->settings, six, four, &running->settings.standing[mail6],
			     &running->settings.standing[mail4]);
	return carried << 24 | mail4 << 16 | mail6 << 8 | cnc;
}

static __always_inline struct sw_listed sw_listed6(const struct sw_policy *running,
						   struct sw_in6 address, int mail)
{
	__u64 word = 0;

	if (sw_near6(running, address, mail))
		word = sw_find_both(address.hi, address.lo, mail, running->settings.generation);
	return (struct sw_listed){
		.feed = { word, word >> 8 },
		.carried_mail = word >> 16,
		.carried = word >> 24,
	};
}

#endif
