// SPDX-License-Identifier: GPL-2.0
/*
 * CrowdSec's decisions, as its local API streams them, {"new": [...], "deleted": [...]},
 * as one array of them, as it answers when it is asked for all, null if there is none, or
 * as an array of alerts that have some each, as cscli prints them.
 */
#include "feed/format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "feed/crowdsec_decision.h"
#include "feed/deletions.h"
#include "feed/objects.h"

/* What cannot be read would leave somebody listed. */
static int refuse_deletion(const struct sw_feed_reader *reader)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" is deleted, in a form that cannot be read (expected %s)",
		       sw_feed_source(reader->feed), reader->first_bad.line, reader->first_bad.text,
		       reader->first_bad.expected);
}

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

	if (sw_span_is(rest, "null"))
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
	return sw_objects_recognise(text, "new", &sw_crowdsec_decisions) ||
	       (sw_objects_has(text, "new") && sw_objects_has(text, "deleted")) ||
	       path_in_array(text);
}

static int read_stream(struct sw_feed_reader *reader, struct sw_span text)
{
	int err = 0;

	if (sw_objects_has(text, "deleted"))
		err = sw_objects_read(reader, text, "deleted", &sw_crowdsec_deleted);
	if (!err && reader->report->bad)
		err = refuse_deletion(reader);
	sw_deletions_sort(reader->own);
	return err ? err : sw_objects_read(reader, text, "new", &sw_crowdsec_decisions);
}

static int read_crowdsec(struct sw_feed_reader *reader, struct sw_span text)
{
	const char *path = path_in_array(text);
	struct sw_deletions all = { 0 };
	int err;

	reader->own = &all;
	err = path ? sw_objects_read(reader, text, path, &sw_crowdsec_decisions)
		   : read_stream(reader, text);
	reader->own = NULL;
	free(all.item);
	return err;
}

const struct sw_feed_format sw_feed_crowdsec = {
	.recognise_text = is_crowdsec,
	.read_text = read_crowdsec,
};
