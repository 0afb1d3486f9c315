// SPDX-License-Identifier: GPL-2.0
#include "feed/judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/mapped.h"

static const char cut_short[] = "and lacks its newline: was the file cut short in transit?";

/* The first name that nothing has, and that may have hindered entries: an end never does. */
static bool find_slip(const struct sw_feed_reader *reader, struct sw_span *name, const char **key)
{
	__u16 unnamed = reader->report->unnamed;

	while (unnamed && sw_mapped_unnamed(reader->feed->fields, &unnamed, name, key)) {
		if (strcmp(*key, "until"))
			return true;
	}
	return false;
}

/* A slip in a name of the configuration, most likely. */
static int refuse_slip(const struct sw_feed_reader *reader, struct sw_span name, const char *key)
{
	char quoted[80];

	return sw_fail(reader->error, -EINVAL,
		       "%s: none of its %u records lists an address, and none has \"%s\", which "
		       "`%s` names (expected a name as the list has it)",
		       sw_feed_source(reader->feed), reader->passed,
		       sw_quote(quoted, sizeof(quoted), name.at, name.size), key);
}

static int refuse_early(const struct sw_feed_reader *reader)
{
	char when[32];

	return sw_fail(reader->error, -EINVAL,
		       "%s: none of its %u records lists an address before %s (expected some; "
		       "may_be_empty: true allows none)",
		       sw_feed_source(reader->feed), reader->passed,
		       sw_format_time(reader->report->begins_s, when, sizeof(when)));
}

static int refuse_empty(const struct sw_feed_reader *reader)
{
	const struct sw_feed_report *report = reader->report;
	const char *source = sw_feed_source(reader->feed);
	bool chosen = reader->feed->fields && reader->feed->fields->wheres;
	struct sw_span name;
	const char *key;

	if (report->cut)
		return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is the only entry %s", source,
			       reader->last_bad.line, reader->last_bad.text, cut_short);
	if (report->wide)
		return sw_fail(reader->error, -EINVAL,
			       "%s:%u: \"%s\" is wider than max_width allows, and nothing else is "
			       "listed (may_be_empty: true allows that)",
			       source, report->kept[0].line, report->kept[0].text);
	if (reader->passed && find_slip(reader, &name, &key))
		return refuse_slip(reader, name, key);
	if (reader->passed && report->begins_s)
		return refuse_early(reader);
	if (reader->passed)
		return sw_fail(reader->error, -EINVAL,
			       "%s: none of its %u records lists an address%s (expected some; "
			       "may_be_empty: true allows none)",
			       source, reader->passed, chosen ? " that `where` lets through" : "");
	return sw_fail(reader->error, -EINVAL,
		       "%s: no entry in %u lines (expected some; may_be_empty: true allows none)",
		       source, report->lines);
}

/* A length that lost its last digit is too wide. */
static int refuse_cut(const struct sw_feed_reader *reader)
{
	const struct sw_feed_bad *last = &reader->last_bad;
	const char *source = sw_feed_source(reader->feed);

	if (reader->cut == SW_LINE_WIDE)
		return sw_fail(reader->error, -EINVAL,
			       "%s:%u: \"%s\" is wider than max_width allows %s", source,
			       last->line, last->text, cut_short);
	return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is no entry (expected %s) %s", source,
		       last->line, last->text, last->expected, cut_short);
}

static int refuse_bad(const struct sw_feed_reader *reader, const char *why)
{
	const struct sw_feed_bad *bad = &reader->first_bad;

	return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is no entry (expected %s)%s%s%s",
		       sw_feed_source(reader->feed), bad->line, bad->text, bad->expected, why,
		       reader->looks[0] ? "; it looks like " : "", reader->looks);
}

/* A share, and of few lines too: an error page with one address in it is no
 * list. People's own short lists may have a slip in four lines. */
static bool is_mostly_bad(const struct sw_feed_report *report)
{
	return (__u64)report->bad * (report->bad > 3 ? 20 : 4) > report->content;
}

static int refuse_many_bad(const struct sw_feed_reader *reader)
{
	const struct sw_feed_report *report = reader->report;
	char why[64];

	if (report->bad == 1)
		snprintf(why, sizeof(why), ", and that is one of only %u lines", report->content);
	else
		snprintf(why, sizeof(why), ", nor are %u others of %u lines", report->bad - 1,
			 report->content);
	return refuse_bad(reader, why);
}

/* What a server appends when it cannot go on. */
static int refuse_page(const struct sw_feed_reader *reader)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" begins an HTML page within the list (expected its next line): "
		       "did the server fail in the middle of it?",
		       sw_feed_source(reader->feed), reader->page.line, reader->page.text);
}

/* Asked for a count, a list without any would be taken whole. */
static int refuse_uncounted(const struct sw_feed_reader *reader)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s: `min_count: %u`, but its format is %s, which has no counts (expected "
		       "ipsum; or leave min_count out)",
		       sw_feed_source(reader->feed), reader->feed->min_count,
		       sw_format_name(reader->report->format));
}

int sw_feed_judge(const struct sw_feed_reader *reader)
{
	const struct sw_feed_report *report = reader->report;
	bool usable = report->entries || report->below > reader->passed;

	if (report->bad && !usable)
		return refuse_bad(reader, report->wide ? ", and the others are too wide"
						       : ", nor is any other line");
	if (reader->page.line)
		return refuse_page(reader);
	if (reader->cut != SW_LINE_ENTRY)
		return refuse_cut(reader);
	if (is_mostly_bad(report))
		return refuse_many_bad(reader);
	if (reader->feed->min_count > 1 && report->format != SW_FORMAT_IPSUM && report->content)
		return refuse_uncounted(reader);
	if (!usable && !reader->feed->may_be_empty)
		return refuse_empty(reader);
	return 0;
}
