// SPDX-License-Identifier: GPL-2.0
#include "policy/intake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/copy_find.h"

#define EXAMPLES 3 /* of what was left out, a feed */

static void note_first(struct sw_intake *intake, struct sw_example *first, __u32 *count,
		       const struct sw_prefix *prefix, __u32 line, const char *what)
{
	if (!(*count)++)
		*first = (struct sw_example){ *prefix, intake->source, line, what };
}

static int add(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_intake *intake = ctx;
	int err;

	/* What is guarded may have parted an entry. */
	if (intake->regions && !sw_regions_overlap(intake->regions, prefix))
		return 0;
	intake->taken++;
	if (!intake->list)
		return 0;
	err = sw_rule_list_add(intake->list, prefix, intake->rank);
	if (err || !intake->until)
		return err;
	return sw_rule_ends_add(intake->ends, prefix, intake->feed->kind, intake->rank,
				intake->until);
}

static int take_rest(struct sw_intake *intake, const struct sw_prefix *prefix, __u32 line,
		     const struct sw_guard *guard, const struct sw_guard_range *range)
{
	struct sw_feed_state *state = intake->state;
	size_t before = intake->taken;
	int err;

	if (range->host)
		note_first(intake, &intake->first_host, &state->hosts, prefix, line, range->what);
	else
		note_first(intake, &intake->first_special, &state->special, prefix, line,
			   range->what);
	err = sw_guard_rest(guard, range, prefix, add, intake);
	state->prefixes += intake->taken > before;
	return err;
}

/* Who may list own space, may list it where it is special-purpose: subscribers
 * behind carrier-grade NAT are. So may the operator, in the configuration. */
static int take(struct sw_intake *intake, const struct sw_prefix *prefix, __u32 line)
{
	bool own = intake->own && sw_own_overlaps(intake->own, prefix);
	bool foreign = !own && intake->foreign;
	const struct sw_guard *guard = foreign ? intake->guard : intake->hosts;
	size_t *at = (foreign ? intake->guard_at : intake->hosts_at) + prefix->family;
	const struct sw_guard_range *range;
	int err;

	if (own && !intake->feed->may_list_own) {
		note_first(intake, &intake->first_own, &intake->state->own, prefix, line, NULL);
		return 0;
	}
	range = guard ? sw_guard_find(guard, at, prefix) : NULL;
	if (range)
		return take_rest(intake, prefix, line, guard, range);
	err = add(intake, prefix);
	if (!err)
		intake->state->prefixes++;
	return err;
}

static void show_example(struct sw_intake *intake, __u32 line, const char *text, const char *why)
{
	if (!intake->quiet && intake->examples++ < EXAMPLES)
		sw_warn("%s:%u: \"%s\" is left out: %s", intake->source, line, text, why);
}

static void warn_of_lines(struct sw_intake *intake)
{
	const struct sw_feed_report *report = &intake->state->report;
	char why[160];
	__u32 i;

	for (i = 0; i < report->bads; i++) {
		snprintf(why, sizeof(why), "expected %s", report->kept[i].expected);
		show_example(intake, report->kept[i].line, report->kept[i].text, why);
	}
}

/* What has ended is of the list, but in force no more. */
static bool has_ended(const __u64 *until, __u64 at, __u64 now_s)
{
	return until && until[at] && until[at] <= now_s;
}

/* The first address from `from` on that an entry may be guarded against; entries come in
 * address order. All ones: there is none. */
static sw_u128 next_guarded(struct sw_intake *intake, __u8 family, sw_u128 from)
{
	const struct sw_own *own = intake->own;
	const struct sw_guard *guard = intake->guard;
	size_t *at = &intake->own_ahead;
	sw_u128 next = ~(sw_u128)0;

	if (own) {
		while (*at < own->ranges[family] && own->range[family][*at].last < from)
			++*at;
		if (*at < own->ranges[family])
			next = own->range[family][*at].first;
	}
	at = &intake->guard_ahead;
	if (guard) {
		while (*at < guard->ranges[family] && guard->range[family][*at].last < from)
			++*at;
		if (*at < guard->ranges[family] && guard->range[family][*at].first < next)
			next = guard->range[family][*at].first;
	}
	return next;
}

/* How many of the entries from place `i` on lie before what is guarded, for certain. */
static __u64 count_before4(const struct sw_feed_copy *copy, __u64 i, sw_u128 guarded)
{
	unsigned widest = copy->header->v4_lengths ? __builtin_ctzll(copy->header->v4_lengths) : 0;
	__u64 reach = (1ULL << (32 - widest)) - 1, to;

	if (guarded >> 32)
		return copy->header->v4 - i;
	to = guarded > reach ? sw_feed_copy_seek4(copy, guarded - reach) : 0;
	return to > i ? to - i : 0;
}

static __u64 count_before6(const struct sw_feed_copy *copy, __u64 i, sw_u128 guarded)
{
	struct sw_prefix widest = { .family = SW_IPV6 };
	sw_u128 reach;
	__u64 to;

	if (guarded == ~(sw_u128)0)
		return copy->header->v6 - i;
	while (widest.length < 128 &&
	       !(copy->header->v6_lengths[widest.length / 64] >> widest.length % 64 & 1))
		widest.length++;
	reach = sw_prefix_host_mask(&widest);
	to = guarded > reach ? sw_feed_copy_seek6(copy, guarded - reach) : 0;
	return to > i ? to - i : 0;
}

/* Takes `count` entries from place `i` on as they are, as far as there is room. Tells how many. */
static __u64 take_run4(struct sw_intake *intake, const struct sw_feed_copy *copy, __u64 i,
		       __u64 count)
{
	const __u64 rank = (__u64)intake->rank << 8, *from = copy->v4 + i, *end;
	struct sw_rule_list *list = intake->list;
	__u64 *to;

	if (list) {
		if (count > list->v4_room - list->v4_count)
			count = list->v4_room - list->v4_count;
		to = list->v4 + list->v4_count;
		for (end = from + count; from < end; from++)
			*to++ = *from | rank;
		list->v4_count += count;
	}
	intake->state->prefixes += count;
	return count;
}

/* Nearly all entries are far from what is guarded, and are taken as they are. */
static int take_v4(struct sw_intake *intake, const struct sw_feed_copy *copy)
{
	struct sw_rule_list *list = intake->list;
	struct sw_prefix prefix;
	sw_u128 guarded = 0;
	__u64 i, run;
	int err = 0;

	intake->own_ahead = intake->guard_ahead = 0;
	for (i = 0; i < copy->header->v4 && !err; i++) {
		if (has_ended(copy->v4_until, i, intake->now_s))
			continue;
		intake->until = copy->v4_until ? copy->v4_until[i] : 0;
		prefix = sw_copy4_prefix(copy->v4[i]);
		if (sw_prefix_last(&prefix) >= guarded) {
			guarded = next_guarded(intake, SW_IPV4, prefix.address);
			run = copy->v4_until || guarded <= prefix.address
				      ? 0
				      : count_before4(copy, i, guarded);
			run = take_run4(intake, copy, i, run);
			if (run) {
				i += run - 1;
				continue;
			}
		}
		if (sw_prefix_last(&prefix) < guarded && (!list || !intake->until) &&
		    take_run4(intake, copy, i, 1))
			continue;
		err = take(intake, &prefix, copy->v4_about[i].line);
		if (!err && list)
			err = sw_rule_list_reserve(list, copy->header->v4 - i, 0);
	}
	return err;
}

static int take_v6(struct sw_intake *intake, const struct sw_feed_copy *copy)
{
	struct sw_prefix prefix;
	sw_u128 guarded = 0;
	__u64 i, skip;
	int err = 0;

	intake->own_ahead = intake->guard_ahead = 0;
	for (i = 0; i < copy->header->v6 && !err; i++) {
		if (has_ended(copy->v6_until, i, intake->now_s))
			continue;
		intake->until = copy->v6_until ? copy->v6_until[i] : 0;
		prefix = sw_copy6_prefix(&copy->v6[i]);
		if (sw_prefix_last(&prefix) >= guarded) {
			guarded = next_guarded(intake, SW_IPV6, prefix.address);
			skip = intake->list || copy->v6_until ? 0 : count_before6(copy, i, guarded);
			intake->state->prefixes += skip;
			if (skip) {
				i += skip - 1;
				continue;
			}
		}
		if (sw_prefix_last(&prefix) < guarded) {
			err = add(intake, &prefix);
			intake->state->prefixes++;
		} else {
			err = take(intake, &prefix, copy->v6_about[i].line);
		}
	}
	return err;
}

int sw_intake_copy(struct sw_intake *intake, const struct sw_feed_copy *copy)
{
	const struct sw_copy_header *header = copy->header;
	int err = 0;

	intake->source = sw_feed_source(intake->feed);
	intake->foreign = true;
	intake->state->report = header->report;
	warn_of_lines(intake);
	if (intake->list)
		err = sw_rule_list_reserve(intake->list, header->v4, header->v6);
	if (!err)
		err = take_v4(intake, copy);
	return err ? err : take_v6(intake, copy);
}

/* In no order, so that what is guarded is sought from the beginning. */
static int take_stray(struct sw_intake *intake, const struct sw_prefix *prefix, __u32 line)
{
	memset(intake->hosts_at, 0, sizeof(intake->hosts_at));
	memset(intake->guard_at, 0, sizeof(intake->guard_at));
	return take(intake, prefix, line);
}

static int take_found(void *ctx, const struct sw_feed_found *found)
{
	struct sw_intake *intake = ctx;

	if (has_ended(&found->until, 0, intake->now_s))
		return 0;
	intake->until = found->until;
	return take_stray(intake, &found->prefix, found->line);
}

static int take_touching(struct sw_intake *intake, const struct sw_feed_copy *copy,
			 const struct sw_regions *regions)
{
	struct sw_prefix region = { .family = SW_IPV4, .length = 16 };
	__u32 i;
	int err = 0;

	for (i = sw_regions_next_block(regions, 0); i < 1 << 16 && !err;
	     i = sw_regions_next_block(regions, i + 1)) {
		region.address = i << 16;
		err = sw_feed_copy_touching(copy, &region, take_found, intake);
	}
	region = (struct sw_prefix){ .family = SW_IPV6, .length = 32 };
	for (i = 0; i < regions->tops && !err; i++) {
		region.address = (sw_u128)regions->top[i] << 96;
		err = sw_feed_copy_touching(copy, &region, take_found, intake);
	}
	return err;
}

static int take_touching_inline(struct sw_intake *intake, const struct sw_regions *regions)
{
	const struct sw_feed_config *feed = intake->feed;
	size_t i, j;
	int err = 0;

	for (i = 0; i < feed->entries && !err; i++) {
		const struct sw_entry_config *entry = &feed->entry[i];

		if (sw_entry_is_wide(feed, entry))
			continue;
		for (j = 0; j < entry->prefixes && !err; j++) {
			if (sw_regions_overlap(regions, &entry->prefix[j]))
				err = take_stray(intake, &entry->prefix[j], entry->line);
		}
	}
	return err;
}

int sw_intake_regions(struct sw_intake *intake, const struct sw_feed_copy *copy,
		      const struct sw_regions *regions)
{
	int err = 0;

	intake->regions = regions;
	intake->source = sw_feed_source(intake->feed);
	intake->foreign = true;
	if (copy)
		err = take_touching(intake, copy, regions);
	intake->source = intake->config->path;
	intake->foreign = false;
	intake->until = 0;
	return err ? err : take_touching_inline(intake, regions);
}

bool sw_entry_is_wide(const struct sw_feed_config *feed, const struct sw_entry_config *entry)
{
	size_t i;

	for (i = 0; i < entry->prefixes; i++) {
		if (entry->prefix[i].length < feed->max_width[entry->prefix[i].family])
			return true;
	}
	return false;
}

static int take_inline(struct sw_intake *intake, const struct sw_entry_config *entry)
{
	char quoted[80];
	size_t i;
	int err = 0;

	if (sw_entry_is_wide(intake->feed, entry)) {
		intake->state->report.wide++;
		show_example(intake, entry->line,
			     sw_quote(quoted, sizeof(quoted), entry->text, strlen(entry->text)),
			     "it is wider than max_width allows");
		return 0;
	}
	for (i = 0; i < entry->prefixes && !err; i++) {
		memset(intake->hosts_at, 0, sizeof(intake->hosts_at)); /* they are in no order */
		err = take(intake, &entry->prefix[i], entry->line);
	}
	return err;
}

int sw_intake_inline(struct sw_intake *intake)
{
	size_t i;
	int err = 0;

	intake->source = intake->config->path;
	intake->foreign = false;
	intake->until = 0;
	for (i = 0; i < intake->feed->entries && !err; i++)
		err = take_inline(intake, &intake->feed->entry[i]);
	return err;
}
