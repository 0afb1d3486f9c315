// SPDX-License-Identifier: GPL-2.0
#include "feed/parse.h"

#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/account.h"
#include "feed/detect.h"
#include "feed/exclude.h"
#include "feed/format.h"
#include "feed/judge.h"

static int refuse_endless(struct sw_feed_reader *reader, struct sw_span line)
{
	char quoted[80];

	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" is longer than %u bytes (expected one entry a line)",
		       sw_feed_source(reader->feed), reader->line,
		       sw_quote(quoted, sizeof(quoted), line.at, line.size), SW_FEED_LINE_MAX);
}

/* A list of lines may have grown by hand since its end was written, but not shrunk. */
static int heed_comment(struct sw_feed_reader *reader, struct sw_span line, __u32 *from)
{
	const __u32 content = reader->report->content;
	struct sw_span comment = line;
	long long count;

	while (comment.size && strchr("#;/", *comment.at))
		comment = sw_trim((struct sw_span){ comment.at + 1, comment.size - 1 });
	if (!comment.size || !sw_feed_declares(comment, &count))
		return 0;
	if (count > content - *from) {
		reader->records = content - *from;
		return sw_feed_hold_count(reader, count, comment);
	}
	*from = content;
	return 0;
}

#define PASSED (4 << 20) /* bytes, for each of which it is told that they are passed */

static void tell_passed(const struct sw_feed_reader *reader, const struct sw_lines *lines,
			const char **told)
{
	if (!reader->sink->passed || lines->rest.at - *told < PASSED)
		return;
	*told = lines->rest.at;
	reader->sink->passed(reader->sink->ctx, *told);
}

static int read_lines(struct sw_feed_reader *reader, const struct sw_feed_format *format,
		      struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	enum sw_line result;
	struct sw_span line;
	const char *told = text.at;
	__u32 declared_from = 0;
	int err;

	for (; sw_next_line(&lines, &line); tell_passed(reader, &lines, &told)) {
		reader->report->lines = ++reader->line;
		reader->last = lines.open;
		reader->open = lines.open && !format->finish;
		reader->until = 0;
		if (line.size > SW_FEED_LINE_MAX)
			return refuse_endless(reader, line);
		line = sw_trim(line);
		if (!sw_is_content(line)) {
			err = heed_comment(reader, line, &declared_from);
			if (err)
				return err;
			continue;
		}
		if (sw_feed_is_exclusion(line))
			result = sw_feed_take_exclusion(reader, line);
		else
			result = format->read(reader, line);
		sw_feed_count(reader, result, line, format->expected);
		if (result == SW_LINE_STOP)
			return reader->status;
	}
	return 0;
}

static struct sw_span without_bom(struct sw_span text)
{
	if (text.size >= 3 && !memcmp(text.at, "\xef\xbb\xbf", 3))
		return (struct sw_span){ text.at + 3, text.size - 3 };
	return text;
}

int sw_feed_parse(const struct sw_feed_config *feed, const char *text, size_t size,
		  const struct sw_feed_sink *sink, struct sw_feed_report *report,
		  struct sw_error *error)
{
	struct sw_span span = without_bom((struct sw_span){ text, size });
	struct sw_feed_reader reader = {
		.feed = feed,
		.report = report,
		.error = error,
		.sink = sink,
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
	err = format->read_text ? format->read_text(&reader, span)
				: read_lines(&reader, format, span);
	if (!err)
		err = sw_feed_judge(&reader);
	if (!err && format->finish)
		err = format->finish(&reader);
	return err;
}
