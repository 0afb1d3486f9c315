// SPDX-License-Identifier: GPL-2.0
#include "kernel/subject.h"

#include "kernel/live.h"

const char *sw_side_name(enum sw_side side)
{
	return side == SW_SIDE_REMOTE ? "remote" : "subscriber";
}

struct sw_subject sw_subject_of(const struct sw_seed *seed, const struct sw_settings *settings,
				const struct sw_prefix *address, enum sw_side side)
{
	bool ipv6 = address->family == SW_IPV6;
	struct sw_in6 in6 = sw_to_in6(address->address);
	struct sw_subject subject;

	if (ipv6) {
		subject.hi = in6.hi & settings->source_mask_hi;
		subject.lo = in6.lo & settings->source_mask_lo;
	} else {
		subject.hi = 0;
		subject.lo = SW_SUBJECT_IPV4_PREFIX | in6.lo;
	}
	subject.tag = sw_subject_tag(seed, subject.hi, subject.lo, ipv6, side);
	return subject;
}

struct sw_prefix sw_subject_prefix(const struct sw_subject *subject,
				   const struct sw_settings *settings)
{
	struct sw_in6 in6 = { .hi = subject->hi, .lo = subject->lo };

	if (subject->tag & SW_SUBJECT_IPV6)
		return (struct sw_prefix){ sw_from_in6(in6), SW_IPV6, sw_source_length(settings) };
	return (struct sw_prefix){ (__u32)in6.lo, SW_IPV4, 32 };
}
