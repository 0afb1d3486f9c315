// SPDX-License-Identifier: GPL-2.0
#include "feed/parse.h"

#include <errno.h>

#include "base/error.h"
#include "feed/account.h"
#include "feed/detect.h"
#include "feed/format.h"
#include "feed/judge.h"
#include "feed/lines.h"

struct sw_span sw_feed_without_bom(struct sw_span text)
{
	if (text.size >= 3 && !memcmp(text.at, "\xef\xbb\xbf", 3))
		return (struct sw_span){ text.at + 3, text.size - 3 };
	return text;
}

int sw_feed_parse(const struct sw_feed_config *feed, const char *text, size_t size,
		  const struct sw_feed_sink *sink, struct sw_feed_report *report,
		  struct sw_error *error)
{
	struct sw_span span = sw_feed_without_bom((struct sw_span){ text, size });
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
				: sw_feed_read_lines(&reader, format, span);
	if (!err)
		err = sw_feed_hold_promise(&reader);
	if (!err)
		err = sw_feed_judge(&reader);
	if (!err && format->finish)
		err = format->finish(&reader);
	return err;
}
