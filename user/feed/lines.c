// SPDX-License-Identifier: GPL-2.0
#include "feed/lines.h"

#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/account.h"
#include "feed/bare.h"
#include "feed/exclude.h"
#include "feed/looks.h"

static int refuse_endless(struct sw_feed_reader *reader, struct sw_span line)
{
	char quoted[80];

	sw_feed_looks_like(line, reader->looks, sizeof(reader->looks));
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" is longer than %u bytes (expected one entry a line)%s%s",
		       sw_feed_source(reader->feed), reader->line,
		       sw_quote(quoted, sizeof(quoted), line.at, line.size), SW_FEED_LINE_MAX,
		       reader->looks[0] ? "; it looks like " : "", reader->looks);
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
	if (reader->half)
		return -EAGAIN;
	if (count > content - *from) {
		reader->records = content - *from;
		return sw_feed_heed_count(reader, count, comment);
	}
	*from = content;
	return 0;
}

/* A comment that does not end where its writer ended it. */
static bool hides_lines(struct sw_span comment)
{
	const char *end;

	while (comment.size && (end = memchr(comment.at, '\r', comment.size))) {
		comment = sw_behind(comment, end);
		if (sw_is_content(comment))
			return true;
	}
	return false;
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

int sw_feed_read_lines(struct sw_feed_reader *reader, const struct sw_feed_format *format,
		       struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	enum sw_line result;
	struct sw_span line;
	const char *told = text.at;
	__u32 declared_from = 0;
	int err = 0;

	for (;; tell_passed(reader, &lines, &told)) {
		if (format->bare)
			err = sw_feed_take_bare(reader, &lines);
		if (err || !sw_next_line(&lines, &line))
			return err;
		reader->report->lines = ++reader->line;
		reader->last = lines.open;
		reader->open = lines.open && !format->finish;
		reader->until = 0;
		if (line.size > SW_FEED_LINE_MAX)
			return refuse_endless(reader, line);
		line = sw_trim(line);
		if (!sw_is_content(line) && !hides_lines(line)) {
			err = heed_comment(reader, line, &declared_from);
			if (err)
				return err;
			continue;
		}
		if (!sw_is_content(line))
			result = SW_LINE_BAD;
		else if (sw_feed_is_exclusion(line))
			result = sw_feed_take_exclusion(reader, line);
		else
			result = format->read(reader, line);
		sw_feed_count(reader, result, line, format->expected);
		if (result == SW_LINE_STOP)
			return reader->status;
	}
}
