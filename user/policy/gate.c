// SPDX-License-Identifier: GPL-2.0
#include "policy/gate.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "policy/special.h"

#define IPV4_SPACE (1ULL << 32)
#define MUCH (IPV4_SPACE / 8)
#define LEAP (IPV4_SPACE / 5)
#define FEW 100 /* entries: of a handful, a factor means nothing */

static __u64 overlap(__u64 first, __u64 last, const struct sw_prefix *prefix)
{
	__u64 from = prefix->address, to = sw_prefix_last(prefix);

	from = from > first ? from : first;
	to = to < last ? to : last;
	return from <= to ? to - from + 1 : 0;
}

/* How much of the prefix is special-purpose. */
static __u64 special_part(const struct sw_copy_header *header, const struct sw_feed_copy *copy)
{
	__u64 sum = 0, end = 0, i;
	struct sw_prefix prefix, special;
	size_t j;

	for (j = 0; j < sw_specials; j++) {
		if (sw_special[j].use == SW_SPECIAL_LISTABLE ||
		    sw_prefix_parse(sw_special[j].prefix, strlen(sw_special[j].prefix), &special) ||
		    special.family != SW_IPV4)
			continue;
		for (i = 0, end = 0; i < header->v4; i++) {
			prefix = sw_copy4_prefix(copy->v4[i]);
			if (sw_prefix_last(&prefix) < end)
				continue;
			sum += overlap(prefix.address, sw_prefix_last(&prefix), &special);
			end = sw_prefix_last(&prefix) + 1;
		}
	}
	return sum;
}

/* What is special is left out later anyway: bogon lists are not refused for it.
 * Most lists are far from the limit, and need no second count. */
__u64 sw_gate_covers(const struct sw_feed_config *feed, const struct sw_feed_copy *copy)
{
	__u64 covers = copy->header->covers;

	if (covers < MUCH || feed->may_list_special)
		return covers;
	return covers - special_part(copy->header, copy);
}

static int refuse_much(const struct sw_feed_config *feed, __u64 covers, struct sw_error *error)
{
	return sw_fail(error, -EINVAL,
		       "%s: lists %llu%% of the Internet's IPv4 space (expected less than an "
		       "eighth); if that is meant: spamweir feed update %s --accept",
		       sw_feed_source(feed), covers * 100 / IPV4_SPACE, feed->name);
}

static char *age_of(const struct sw_feed_copy *copy, char *out, size_t room)
{
	__u64 read_s = copy->header->read_ns / 1000000000, now = time(NULL);

	return sw_format_age(now > read_s ? now - read_s : 0, out, room);
}

static int refuse_change(const struct sw_feed_config *feed, __u64 now, __u64 then, __u32 factor,
			 const struct sw_feed_copy *before, struct sw_error *error)
{
	char age[32];

	return sw_fail(error, -EINVAL,
		       "%s: has %llu entries, and its good copy of %s ago has %llu (max_change "
		       "allows a factor of %u); if that is meant: spamweir feed update %s --accept",
		       sw_feed_source(feed), now, age_of(before, age, sizeof(age)), then, factor,
		       feed->name);
}

static int refuse_leap(const struct sw_feed_config *feed, __u64 now, __u64 then,
		       struct sw_error *error)
{
	return sw_fail(
		error, -EINVAL,
		"%s: lists %llu%% of the IPv4 space, and its good copy %llu%% (expected a "
		"change of less than 20%%); if that is meant: spamweir feed update %s --accept",
		sw_feed_source(feed), now * 100 / IPV4_SPACE, then * 100 / IPV4_SPACE, feed->name);
}

static int judge_change(const struct sw_feed_config *feed, const struct sw_feed_copy *copy,
			const struct sw_feed_copy *before, struct sw_error *error)
{
	__u64 now = copy->header->v4 + copy->header->v6;
	__u64 then = before->header->v4 + before->header->v6;
	__u64 covered = copy->header->covers, once = before->header->covers;
	__u32 factor = feed->max_change ?: feed->routes.table ? 0 : SW_MAX_CHANGE;

	if (feed->routes.table && !now) /* it was held for as long as it should be */
		return 0;
	if (factor && then > FEW && (now > then * factor || now * factor < then))
		return refuse_change(feed, now, then, factor, before, error);
	if ((covered > once ? covered - once : once - covered) > LEAP)
		return refuse_leap(feed, covered, once, error);
	return 0;
}

int sw_gate_judge(const struct sw_feed_config *feed, const struct sw_feed_copy *copy,
		  const struct sw_feed_copy *before, struct sw_error *error)
{
	__u64 accepted = before ? before->header->accepted : 0, covers;

	if (feed->max_change == SW_ANY_CHANGE)
		return 0;
	covers = sw_gate_covers(feed, copy);
	if (covers >= MUCH && covers > accepted)
		return refuse_much(feed, covers, error);
	return before ? judge_change(feed, copy, before, error) : 0;
}
