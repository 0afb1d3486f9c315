// SPDX-License-Identifier: GPL-2.0
#include "feed/feed.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/detect.h"
#include "feed/format.h"

const char *sw_feed_source(const struct sw_feed_config *feed)
{
	return feed->path ?: feed->name ?: "feed";
}

enum sw_line sw_feed_take(struct sw_feed_reader *reader, struct sw_prefix *prefix,
			  struct sw_span tag)
{
	bool host_bits;

	if (prefix->length < reader->feed->max_width[prefix->family])
		return SW_LINE_WIDE;
	host_bits = sw_prefix_clear_host_bits(prefix);
	reader->status = reader->emit(reader->ctx, prefix, reader->line, tag.at, tag.size);
	if (reader->status)
		return SW_LINE_STOP;
	reader->report->host_bits += host_bits;
	reader->report->entries++;
	return SW_LINE_ENTRY;
}

static void describe(struct sw_feed_bad *out, __u32 number, struct sw_span line,
		     const char *expected)
{
	out->line = number;
	out->expected = expected;
	sw_quote(out->text, sizeof(out->text), line.at, line.size);
}

static void keep(struct sw_feed_report *report, __u32 number, struct sw_span line,
		 const char *expected)
{
	if (report->bads < SW_FEED_BAD_KEPT)
		describe(&report->kept[report->bads++], number, line, expected);
}

static void count_line(struct sw_feed_reader *reader, enum sw_line result, struct sw_span line,
		       const char *expected)
{
	struct sw_feed_report *report = reader->report;

	switch (result) {
	case SW_LINE_HEADER:
		return;
	case SW_LINE_BELOW:
		report->below++;
		break;
	case SW_LINE_WIDE:
		report->wide++;
		keep(report, reader->line, line,
		     "a longer prefix: this is wider than max_width allows");
		break;
	case SW_LINE_BAD:
		if (!report->bad++)
			describe(&reader->first_bad, reader->line, line, expected);
		keep(report, reader->line, line, expected);
		break;
	case SW_LINE_ENTRY:
	case SW_LINE_STOP:
		break;
	}
	report->content++;
}

static int read_lines(struct sw_feed_reader *reader, const struct sw_feed_format *format,
		      struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	enum sw_line result;
	struct sw_span line;
	char quoted[80];

	while (sw_next_line(&lines, &line)) {
		reader->report->lines = ++reader->line;
		if (line.size > SW_FEED_LINE_MAX)
			return sw_fail(reader->error, -EINVAL,
				       "%s:%u: \"%s\" is longer than %u bytes (expected one entry "
				       "a line)",
				       sw_feed_source(reader->feed), reader->line,
				       sw_quote(quoted, sizeof(quoted), line.at, line.size),
				       SW_FEED_LINE_MAX);
		line = sw_trim(line);
		if (!sw_is_content(line))
			continue;
		result = format->read(reader, line);
		count_line(reader, result, line, format->expected);
		if (result == SW_LINE_STOP)
			return reader->status;
		if ((result == SW_LINE_BAD || result == SW_LINE_WIDE) && lines.open) {
			reader->cut = result;
			describe(&reader->last_bad, reader->line, line, format->expected);
		}
	}
	return 0;
}

static int refuse_empty(const struct sw_feed_reader *reader)
{
	const struct sw_feed_report *report = reader->report;
	const char *source = sw_feed_source(reader->feed);

	if (report->wide)
		return sw_fail(reader->error, -EINVAL,
			       "%s:%u: \"%s\" is wider than max_width allows, and nothing else is "
			       "listed (may_be_empty: true allows that)",
			       source, report->kept[0].line, report->kept[0].text);
	return sw_fail(reader->error, -EINVAL,
		       "%s: no entry in %u lines (expected some; may_be_empty: true allows none)",
		       source, report->lines);
}

/* A length that lost its last digit is too wide. */
static int refuse_cut(const struct sw_feed_reader *reader)
{
	const struct sw_feed_bad *last = &reader->last_bad;
	const char *source = sw_feed_source(reader->feed);
	static const char why[] = "and lacks its newline: was the file cut short in transit?";

	if (reader->cut == SW_LINE_WIDE)
		return sw_fail(reader->error, -EINVAL,
			       "%s:%u: \"%s\" is wider than max_width allows %s", source,
			       last->line, last->text, why);
	return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is no entry (expected %s) %s", source,
		       last->line, last->text, last->expected, why);
}

static int refuse_bad(const struct sw_feed_reader *reader, const struct sw_feed_bad *bad,
		      const char *why)
{
	return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is no entry (expected %s)%s",
		       sw_feed_source(reader->feed), bad->line, bad->text, bad->expected, why);
}

static int judge(const struct sw_feed_reader *reader)
{
	const struct sw_feed_report *report = reader->report;
	bool usable = report->entries || report->below;
	char why[64];

	if (report->bad && !usable)
		return refuse_bad(reader, &reader->first_bad,
				  report->wide ? ", and the others are too wide" :
						 ", nor is any other line");
	if (reader->cut != SW_LINE_ENTRY)
		return refuse_cut(reader);
	if (report->bad > 3 && (__u64)report->bad * 20 > report->content) {
		snprintf(why, sizeof(why), ", nor are %u others of %u lines", report->bad - 1,
			 report->content);
		return refuse_bad(reader, &reader->first_bad, why);
	}
	if (!usable && !reader->feed->may_be_empty)
		return refuse_empty(reader);
	return 0;
}

static struct sw_span without_bom(struct sw_span text)
{
	if (text.size >= 3 && !memcmp(text.at, "\xef\xbb\xbf", 3))
		return (struct sw_span){ text.at + 3, text.size - 3 };
	return text;
}

int sw_feed_parse(const struct sw_feed_config *feed, const char *text, size_t size,
		  sw_entry_emit emit, void *ctx, struct sw_feed_report *report,
		  struct sw_error *error)
{
	struct sw_span span = without_bom((struct sw_span){ text, size });
	struct sw_feed_reader reader = {
		.feed = feed, .report = report, .error = error, .emit = emit, .ctx = ctx,
	};
	const struct sw_feed_format *format;
	int err;

	*report = (struct sw_feed_report){ .format = feed->format };
	err = sw_feed_refuse_alien(feed, span, error);
	if (err)
		return err;
	if (report->format == SW_FORMAT_AUTO)
		report->format = sw_feed_recognise(span);
	format = sw_feed_formats[report->format];
	err = read_lines(&reader, format, span);
	if (!err)
		err = judge(&reader);
	if (!err && format->finish)
		err = format->finish(&reader);
	return err;
}
