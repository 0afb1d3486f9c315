// SPDX-License-Identifier: GPL-2.0
#include "feed/stix_indicator.h"

#include <stdint.h>

#include "feed/about.h"
#include "feed/stix_pattern.h"
#include "feed/times.h"
#include "feed/versions.h"

enum {
	KIND,
	PATTERN,
	PATTERN_TYPE,
	REVOKED,
	UNTIL,
	NAME,
	TYPES,
	LABELS,
	SINCE,
	ID,
	MODIFIED
};

/* Whatever else it says: whether it is an indicator that names addresses. */
static bool is_wanted(const struct sw_feed_reader *reader, const struct sw_span *value)
{
	return sw_span_is(value[KIND], "indicator") && !sw_span_is(value[REVOKED], "true") &&
	       (!value[PATTERN_TYPE].size || sw_span_is(value[PATTERN_TYPE], "stix")) &&
	       sw_stix_names_addresses(value[PATTERN]) &&
	       sw_versions_last(reader->own, value[ID], value[MODIFIED]);
}

static enum sw_line refuse_time(struct sw_feed_reader *reader, struct sw_span text,
				const char *expected)
{
	reader->shown = text;
	reader->expected = expected;
	return SW_LINE_BAD;
}

/* Who reads the list again by then, lists it. */
static enum sw_line pass_until(struct sw_feed_reader *reader, __u64 since_s)
{
	__u32 *begins_s = &reader->report->begins_s;

	if (since_s > UINT32_MAX)
		since_s = UINT32_MAX; /* it is told of, and not there by then */
	if (!*begins_s || since_s < *begins_s)
		*begins_s = since_s;
	return SW_LINE_PASSED;
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	__u64 since_s = 0;

	if (!is_wanted(reader, value))
		return SW_LINE_PASSED;
	if (!sw_version_is_dated(value[MODIFIED]) && sw_versions_several(reader->own, value[ID]))
		return refuse_time(reader, value[MODIFIED],
				   "a time such as 2026-11-29T10:00:00Z as when it was modified");
	if (value[UNTIL].size && !sw_time_parse(value[UNTIL], &reader->until))
		return refuse_time(reader, value[UNTIL],
				   "a time such as 2026-11-29T10:00:00Z as its valid_until");
	if (value[SINCE].size && !sw_time_parse_begun(value[SINCE], &since_s))
		return refuse_time(reader, value[SINCE],
				   "a time such as 2026-11-29T10:00:00Z as its valid_from");
	if (since_s > reader->sink->now_s)
		return pass_until(reader, since_s);
	reader->shown = value[PATTERN];
	sw_feed_about(reader, NULL, value[NAME]);
	sw_feed_about(reader, NULL, value[TYPES]);
	sw_feed_about(reader, NULL, value[LABELS]);
	sw_feed_about(reader, "since", value[SINCE]);
	return sw_stix_take(reader, value[PATTERN], sw_feed_said(reader));
}

const struct sw_table sw_stix_indicators = {
	.column = {
		[KIND] = "type", [PATTERN] = "pattern", [PATTERN_TYPE] = "pattern_type",
		[REVOKED] = "revoked", [UNTIL] = "valid_until", [NAME] = "name",
		[TYPES] = "indicator_types", [LABELS] = "labels", [SINCE] = "valid_from",
		[ID] = "id", [MODIFIED] = "modified",
	},
	.needed = 1,
	.row = take,
	.expected = "a pattern of addresses, by =, ISSUBSET or IN, with OR between them: "
		    "[ipv4-addr:value = '192.0.2.1']",
};
