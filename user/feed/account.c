// SPDX-License-Identifier: GPL-2.0
#include "feed/account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/detect.h"
#include "feed/looks.h"

static void describe(struct sw_feed_bad *out, __u32 number, struct sw_span line,
		     const char *expected)
{
	out->line = number;
	snprintf(out->expected, sizeof(out->expected), "%s", expected);
	sw_quote(out->text, sizeof(out->text), line.at, line.size);
}

static void keep(struct sw_feed_report *report, __u32 number, struct sw_span line,
		 const char *expected)
{
	if (report->bads < SW_FEED_BAD_KEPT)
		describe(&report->kept[report->bads++], number, line, expected);
}

static void keep_bad(struct sw_feed_reader *reader, struct sw_span line, const char *expected)
{
	if (!reader->report->bad++)
		describe(&reader->first_bad, reader->line, line, expected);
	if (!reader->page.line && sw_feed_has_page(line))
		describe(&reader->page, reader->line, line, expected);
	if (!reader->looks[0] && sw_feed_formats[reader->report->format]->read)
		sw_feed_looks_like(line, reader->looks, sizeof(reader->looks));
	keep(reader->report, reader->line, line, expected);
}

/* The line's first digits may be all that has arrived, and make an entry too. */
static void keep_cut(struct sw_feed_reader *reader, struct sw_span line)
{
	static const char expected[] = "a newline behind it, without which it may have been cut "
				       "short in transit";

	reader->report->cut = 1;
	describe(&reader->last_bad, reader->line, line, expected);
	keep(reader->report, reader->line, line, expected);
}

void sw_feed_count(struct sw_feed_reader *reader, enum sw_line result, struct sw_span line,
		   const char *expected)
{
	struct sw_feed_report *report = reader->report;

	if (reader->expected)
		expected = reader->expected;
	reader->expected = NULL;
	if (reader->shown.size)
		line = reader->shown;
	reader->shown = (struct sw_span){ 0 };
	switch (result) {
	case SW_LINE_HEADER:
		return;
	case SW_LINE_PASSED:
		reader->passed++;
		report->below++;
		break;
	case SW_LINE_BELOW:
		report->below++;
		break;
	case SW_LINE_WIDE:
		report->wide++;
		keep(report, reader->line, line,
		     "a longer prefix: this is wider than max_width allows");
		break;
	case SW_LINE_EXCLUSION:
		report->excluded++;
		break;
	case SW_LINE_BAD:
		keep_bad(reader, line, expected);
		break;
	case SW_LINE_ENTRY:
		if (reader->open)
			keep_cut(reader, line);
		break;
	case SW_LINE_STOP:
		break;
	}
	report->content++;
	if ((result == SW_LINE_BAD || result == SW_LINE_WIDE) && reader->last) {
		reader->cut = result;
		describe(&reader->last_bad, reader->line, line, expected);
	}
}

static int refuse_count(const struct sw_feed_reader *reader, const struct sw_promise *said,
			__u32 came, const char *where)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\": %lld, but %u came %s it (expected as many): was the file "
		       "cut short in transit?",
		       sw_feed_source(reader->feed), said->line, said->text, said->count, came,
		       where);
}

static struct sw_promise read_promise(const struct sw_feed_reader *reader, long long declared,
				      struct sw_span line)
{
	struct sw_promise said = {
		.count = declared,
		.from = reader->report->content,
		.line = reader->line,
	};

	sw_quote(said.text, sizeof(said.text), line.at, line.size);
	return said;
}

int sw_feed_hold_count(struct sw_feed_reader *reader, long long declared, struct sw_span line)
{
	struct sw_promise said = read_promise(reader, declared, line);

	if (declared != reader->records)
		return refuse_count(reader, &said, reader->records, "before");
	reader->records = 0;
	return 0;
}

/* "END 7 entries" is behind them, or its list has lost its beginning. */
static bool is_trailer(struct sw_span line)
{
	return line.size > 3 && !memcmp(line.at, "END", 3);
}

int sw_feed_heed_count(struct sw_feed_reader *reader, long long declared, struct sw_span line)
{
	int err;

	if (declared < 1 || declared == reader->records || is_trailer(line) ||
	    (reader->report->content && !reader->promise.count))
		return sw_feed_hold_count(reader, declared, line);
	err = sw_feed_hold_promise(reader);
	reader->promise = read_promise(reader, declared, line);
	reader->records = 0;
	return err;
}

/* A list may have grown by hand since, but not shrunk. */
int sw_feed_hold_promise(const struct sw_feed_reader *reader)
{
	const struct sw_promise *promise = &reader->promise;
	const __u32 came = reader->report->content - promise->from;

	return promise->count > came ? refuse_count(reader, promise, came, "behind") : 0;
}

bool sw_feed_declares(struct sw_span comment, long long *count)
{
	char text[64], tail[8];
	int end = 0;

	if (comment.size >= sizeof(text))
		return false;
	memcpy(text, comment.at, comment.size);
	text[comment.size] = '\0';
	if (sscanf(text, "Number of entries: %9lld%n", count, &end) == 1 && !text[end])
		return true;
	if (sscanf(text, "END %9lld %7s", count, tail) != 2 &&
	    sscanf(text, "END (%9lld) %7s", count, tail) != 2)
		return false;
	return !strcmp(tail, "entries") || !strcmp(tail, "entry");
}
