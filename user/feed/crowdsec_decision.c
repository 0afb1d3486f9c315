// SPDX-License-Identifier: GPL-2.0
#include "feed/crowdsec_decision.h"

#include <stdint.h>
#include <strings.h>

#include "feed/about.h"
#include "feed/deletions.h"
#include "feed/times.h"

enum {
	VALUE,
	SCOPE,
	ID,
	DURATION,
	TYPE,
	SCENARIO,
	ORIGIN,
	SIMULATED
};

static bool is_of_addresses(struct sw_span scope)
{
	return sw_span_is_anycase(scope, "ip") || sw_span_is_anycase(scope, "range");
}

/* Ranges come as they were typed, with host bits. */
static bool parse_value(struct sw_span value, struct sw_prefix *prefix)
{
	if (sw_span_prefix(value, prefix))
		return false;
	sw_prefix_clear_host_bits(prefix);
	return true;
}

/* A captcha of the same address begins and ends without regard to it. */
static bool is_ban(const struct sw_span *value)
{
	return is_of_addresses(value[SCOPE]) &&
	       (!value[TYPE].size || sw_span_is_anycase(value[TYPE], "ban"));
}

static __u64 parse_id(struct sw_span text)
{
	__u64 id = 0;
	size_t i;

	for (i = 0; i < text.size; i++) {
		if ((unsigned)(text.at[i] - '0') > 9)
			return SW_DELETION_NO_ID;
		id = id * 10 + (text.at[i] - '0');
	}
	return text.size ? id : SW_DELETION_NO_ID;
}

static enum sw_line take_deletion(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;
	int err;

	if (!is_ban(value))
		return SW_LINE_HEADER;
	reader->shown = value[VALUE];
	if (!parse_value(value[VALUE], &prefix))
		return SW_LINE_BAD;
	err = sw_deletions_add(reader->own, &prefix, parse_id(value[ID]));
	return err ? sw_feed_stop(reader, err) : SW_LINE_HEADER;
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	__s64 seconds, until;
	struct sw_prefix prefix;

	if (!is_ban(value) || sw_span_is_anycase(value[SIMULATED], "true"))
		return SW_LINE_PASSED;
	reader->shown = value[VALUE];
	if (!parse_value(value[VALUE], &prefix))
		return SW_LINE_BAD;
	if (!sw_go_duration_parse(value[DURATION], &seconds)) {
		reader->shown = value[DURATION];
		reader->expected = "a duration such as 159h4m40.7s";
		return SW_LINE_BAD;
	}
	if (sw_deletions_hold(reader->own, &prefix, parse_id(value[ID])))
		return SW_LINE_PASSED;
	until = (__s64)reader->sink->as_of_s + seconds;
	reader->until = until > 0 ? until : 1;
	sw_feed_about(reader, NULL, value[SCENARIO]);
	sw_feed_about(reader, "origin", value[ORIGIN]);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

#define COLUMNS                                                                                    \
	{                                                                                          \
		[VALUE] = "value", [SCOPE] = "scope", [ID] = "id", [DURATION] = "duration",        \
		[TYPE] = "type", [SCENARIO] = "scenario", [ORIGIN] = "origin",                     \
		[SIMULATED] = "simulated"                                                          \
	}

const struct sw_table sw_crowdsec_decisions = {
	.column = COLUMNS,
	.needed = 2,
	.row = take,
	.expected = "an address or prefix as the value of a decision",
};

const struct sw_table sw_crowdsec_deleted = {
	.column = COLUMNS,
	.needed = 2,
	.row = take_deletion,
	.expected = "an address or prefix as the value of a decision",
};
