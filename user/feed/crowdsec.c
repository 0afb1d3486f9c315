// SPDX-License-Identifier: GPL-2.0
/*
 * CrowdSec's decisions, as its local API streams them, {"new": [...], "deleted": [...]},
 * as one array of them, as it answers when it is asked for all, null if there is none, or
 * as an array of alerts that have some each, as cscli prints them.
 * A decision lasts for a duration from when it was told; one that is deleted is listed
 * no more, unless it was made anew since: ids ascend.
 */
#include "feed/format.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "base/error.h"
#include "feed/about.h"
#include "feed/deletions.h"
#include "feed/objects.h"
#include "feed/times.h"
#include "feed/walk.h"

enum {
	VALUE,
	SCOPE,
	ID,
	DURATION,
	TYPE,
	SCENARIO,
	ORIGIN
};

static bool is(struct sw_span value, const char *text)
{
	return value.size == strlen(text) && !strncasecmp(value.at, text, value.size);
}

static bool is_of_addresses(struct sw_span scope)
{
	return is(scope, "ip") || is(scope, "range");
}

/* Ranges come as they were typed, with host bits. */
static bool parse_value(struct sw_span value, struct sw_prefix *prefix)
{
	if (sw_span_prefix(value, prefix))
		return false;
	sw_prefix_clear_host_bits(prefix);
	return true;
}

static __u64 parse_id(struct sw_span text, __u64 none)
{
	__u64 id = 0;
	size_t i;

	for (i = 0; i < text.size; i++) {
		if ((unsigned)(text.at[i] - '0') > 9)
			return none;
		id = id * 10 + (text.at[i] - '0');
	}
	return text.size ? id : none;
}

static enum sw_line take_deletion(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;
	int err;

	if (!is_of_addresses(value[SCOPE]))
		return SW_LINE_HEADER;
	reader->shown = value[VALUE];
	if (!parse_value(value[VALUE], &prefix))
		return SW_LINE_BAD;
	err = sw_deletions_add(reader->own, &prefix, parse_id(value[ID], UINT64_MAX));
	return err ? sw_feed_stop(reader, err) : SW_LINE_HEADER;
}

/* What cannot be read would leave somebody listed. */
static int refuse_deletion(const struct sw_feed_reader *reader)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" is deleted, in a form that cannot be read (expected %s)",
		       sw_feed_source(reader->feed), reader->first_bad.line, reader->first_bad.text,
		       reader->first_bad.expected);
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	__s64 seconds, until;
	struct sw_prefix prefix;

	if (!is_of_addresses(value[SCOPE]) || (value[TYPE].size && !is(value[TYPE], "ban")))
		return SW_LINE_PASSED;
	reader->shown = value[VALUE];
	if (!parse_value(value[VALUE], &prefix))
		return SW_LINE_BAD;
	if (!sw_go_duration_parse(value[DURATION], &seconds)) {
		reader->shown = value[DURATION];
		reader->expected = "a duration such as 159h4m40.7s";
		return SW_LINE_BAD;
	}
	if (sw_deletions_hold(reader->own, &prefix, parse_id(value[ID], 0)))
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
		[TYPE] = "type", [SCENARIO] = "scenario", [ORIGIN] = "origin"                      \
	}

static const struct sw_table decisions = {
	.column = COLUMNS,
	.needed = 2,
	.row = take,
	.expected = "an address or prefix as the value of a decision",
};

static const struct sw_table deleted = {
	.column = COLUMNS,
	.needed = 2,
	.row = take_deletion,
	.expected = "an address or prefix as the value of a decision",
};

static struct sw_span without_margin(struct sw_span text)
{
	while (text.size && (sw_is_blank(*text.at) || *text.at == '\n'))
		text = (struct sw_span){ text.at + 1, text.size - 1 };
	while (text.size && (sw_is_blank(text.at[text.size - 1]) || text.at[text.size - 1] == '\n'))
		text.size--;
	return text;
}

/* Where the decisions of an array are; NULL: it is none of theirs. */
static const char *path_in_array(struct sw_span text)
{
	static const struct sw_table decision = { .column = { "value", "scope", "duration" },
						  .needed = 3 };
	static const struct sw_table alert = { .column = { "decisions" }, .needed = 1 };
	struct sw_span rest = without_margin(text);

	if (is(rest, "null"))
		return "";
	if (!rest.size || *rest.at != '[')
		return NULL;
	if (sw_objects_recognise(text, "", &decision))
		return "";
	return sw_objects_recognise(text, "", &alert) ? "*.decisions" : NULL;
}

/* Both members may be null, and one that was cut short may lack the second. */
static bool is_crowdsec(struct sw_span text)
{
	return sw_objects_recognise(text, "new", &decisions) ||
	       (sw_objects_has(text, "new") && sw_objects_has(text, "deleted")) ||
	       path_in_array(text);
}

static int read_stream(struct sw_feed_reader *reader, struct sw_span text)
{
	int err = 0;

	if (sw_objects_has(text, "deleted"))
		err = sw_objects_read(reader, text, "deleted", &deleted);
	if (!err && reader->report->bad)
		err = refuse_deletion(reader);
	sw_deletions_sort(reader->own);
	return err ? err : sw_objects_read(reader, text, "new", &decisions);
}

static int read_crowdsec(struct sw_feed_reader *reader, struct sw_span text)
{
	const char *path = path_in_array(text);
	struct sw_deletions all = { 0 };
	int err;

	reader->own = &all;
	err = path ? sw_objects_read(reader, text, path, &decisions) : read_stream(reader, text);
	reader->own = NULL;
	free(all.item);
	return err;
}

const struct sw_feed_format sw_feed_crowdsec = {
	.recognise_text = is_crowdsec,
	.read_text = read_crowdsec,
};
