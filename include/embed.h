/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of IPv6 that carry one of IPv4: by translators (RFC 6052) and 6to4
 * (RFC 3056). Such a host is judged as both: what lists either lists it.
 *
 * No list is compiled twice for that: the IPv4 address is looked up by itself. The
 * tables of IPv6 have their bits set where prefixes of translators are, so that an
 * address that is not near one is not asked for what it carries.
 */
#ifndef SPAMWEIR_EMBED_H
#define SPAMWEIR_EMBED_H

#include "table6.h"

#define SW_CARRIES (1ULL << 32) /* beside an IPv4 address: there is one */

/* Takes no branch for the lengths of prefixes: each says how far to shift. */
static inline __u32 sw_bearer_address(const struct sw_bearer *bearer, struct sw_in6 address)
{
	return address.hi >> bearer->right << bearer->left |
	       (address.lo >> bearer->down & bearer->mask);
}

/* All ones if the address is within the prefix, else 0. */
static __always_inline __u64 sw_bearer_has(const struct sw_bearer *bearer, struct sw_in6 address)
{
	__u64 differs = ((address.hi & bearer->hi_mask) ^ bearer->hi) |
			((address.lo & bearer->lo_mask) ^ bearer->lo);

	return sw_if_zero(differs) & sw_if_zero(differs >> 32);
}

/* The bit of settings->bearer_tops that says whether some bearer begins as the address
 * does: if none does, no bearer needs to be read. */
static __always_inline __u32 sw_bearer_top(__u64 hi)
{
	return hi >> 48 & 15;
}

/* The IPv4 address that one of IPv6 carries | SW_CARRIES, or 0. All bearers are looked at,
 * and without a branch: to the verifier each would be a way of its own. */
static __always_inline __u64 sw_carried4(const struct sw_settings *settings, struct sw_in6 address)
{
	__u64 carried = 0, none = ~0ULL, has;
	int i;

	SW_NO_UNROLL
	for (i = 0; i < SW_MAX_BEARERS; i++) {
		has = sw_bearer_has(&settings->bearer[i], address) & none;
		carried |= (SW_CARRIES | sw_bearer_address(&settings->bearer[i], address)) & has;
		none &= ~has;
	}
	return carried;
}

static inline int sw_feed_monitors(const struct sw_settings *settings, __u8 feed)
{
	return settings->feed[feed].monitor;
}

/* Which of two feeds (0: none) counts: that of the IPv6 address, unless it only monitors
 * and the other does not. */
static inline __u8 sw_feed_of_both(const struct sw_settings *settings, __u8 six, __u8 four)
{
	if (!six || (four && sw_feed_monitors(settings, six) && !sw_feed_monitors(settings, four)))
		return four;
	return six;
}

/* How much what is said of a source counts, as if both were said of one address. */
static inline __u32 sw_standing_weight(const struct sw_settings *settings,
				       const struct sw_standing *standing)
{
	if (standing->kind == SW_KIND_ALLOW)
		return 5;
	if (standing->kind == SW_KIND_NONE)
		return 0;
	return (standing->kind == SW_KIND_ZOMBIE ? 2 : 1) +
	       (sw_feed_monitors(settings, standing->feed) ? 0 : 2);
}

/* What the mail set says of both. `carried` tells what of it is said of the IPv4 address. */
static inline struct sw_standing sw_standing_of_both(const struct sw_settings *settings,
						     const struct sw_standing *six,
						     const struct sw_standing *four)
{
	struct sw_standing both = *six;

	if (sw_standing_weight(settings, four) > sw_standing_weight(settings, six)) {
		both.feed = four->feed;
		both.kind = four->kind;
		both.class = four->class;
	}
	if (four->to > six->to) {
		both.to = four->to;
		both.to_feed = four->to_feed;
	}
	if (sw_feed_of_both(settings, six->protect_feed, four->protect_feed) != six->protect_feed) {
		both.protect_feed = four->protect_feed;
		both.carried |= SW_CARRIED_PROTECT;
	}
	if (sw_feed_of_both(settings, six->brake_feed, four->brake_feed) != six->brake_feed) {
		both.brake_feed = four->brake_feed;
		both.carried |= SW_CARRIED_BRAKE;
	}
	return both;
}

/* The C&C feed. A host that is allowed as either is no C&C address. */
static inline __u8 sw_cnc_of_both(const struct sw_settings *settings, __u8 six, __u8 four,
				  const struct sw_standing *standing6,
				  const struct sw_standing *standing4)
{
	if (standing6->kind == SW_KIND_ALLOW || standing4->kind == SW_KIND_ALLOW)
		return 0;
	return sw_feed_of_both(settings, six, four);
}

#endif
