// SPDX-License-Identifier: GPL-2.0
#include "kernel/subject.h"

#include "base/clock.h"
#include "kernel/health.h"
#include "kernel/jiffies.h"
#include "kernel/live.h"

const char *sw_side_name(enum sw_side side)
{
	return side == SW_SIDE_REMOTE ? "remote" : "subscriber";
}

struct sw_subject sw_subject_of(const struct sw_settings *settings, const struct sw_prefix *address)
{
	struct sw_in6 in6 = sw_to_in6(address->address);

	if (address->family == SW_IPV4)
		return (struct sw_subject){ .lo = SW_SUBJECT_IPV4_PREFIX | in6.lo };
	return (struct sw_subject){
		.hi = in6.hi & settings->source_mask_hi,
		.lo = in6.lo & settings->source_mask_lo,
	};
}

struct sw_prefix sw_subject_prefix(const struct sw_subject *subject, __u8 family,
				   const struct sw_settings *settings)
{
	struct sw_in6 in6 = { .hi = subject->hi, .lo = subject->lo };

	if (family == SW_IPV6)
		return (struct sw_prefix){ sw_from_in6(in6), SW_IPV6, sw_source_length(settings) };
	return (struct sw_prefix){ (__u32)in6.lo, SW_IPV4, 32 };
}

/* What was loaded first by a version that did not write it down has counted who knows how
 * long. */
static __u64 age_s(const struct sw_state *state)
{
	__u64 begun = sw_health_get(state, SW_HEALTH_BEGUN), now = sw_boottime_ns();

	return begun && begun <= now ? (now - begun) / 1000000000 : SW_AGE_UNKNOWN;
}

int sw_row_reader(const struct sw_state *state, const struct sw_settings *settings,
		  struct sw_row_reader *out)
{
	*out = (struct sw_row_reader){
		.seed = &state->abi.seed,
		.settings = settings,
		.unit_ns = sw_slow_unit_ns(),
		.age_s = age_s(state),
	};
	return sw_slow_now(&out->now);
}

__u64 sw_row_seconds(const struct sw_row_reader *reader, __u32 units)
{
	return units * reader->unit_ns / 1000000000;
}

enum sw_family sw_row_family(__u64 word)
{
	return sw_row_tag(word) & SW_SUBJECT_IPV6 ? SW_IPV6 : SW_IPV4;
}

void sw_row_add(const struct sw_row *row, struct sw_row_sum *sum)
{
	int way;

	for (way = 0; way < SW_ROW_WAYS; way++)
		sum->used += row->word[way] != 0;
	sum->evicted += row->evicted;
	sum->missed += sw_row_missed(row);
}
