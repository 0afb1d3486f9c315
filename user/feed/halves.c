// SPDX-License-Identifier: GPL-2.0
#include "feed/halves.h"

#include <errno.h>
#include <stdlib.h>

#include "base/both.h"
#include "base/error.h"
#include "feed/detect.h"
#include "feed/format.h"
#include "feed/judge.h"
#include "feed/lines.h"

struct half {
	const struct sw_feed_format *format;
	struct sw_span text;
	struct sw_feed_report report;
	struct sw_feed_reader reader;
	struct sw_error error; /* not shown: the whole is parsed then */
	int err;
};

static void read_half(void *ctx)
{
	struct half *half = ctx;

	half->err = sw_feed_read_lines(&half->reader, half->format, half->text);
	if (!half->err && half->reader.excluded)
		half->err = -EAGAIN;
}

static void move_down(struct sw_feed_bad *bad, __u32 lines)
{
	bad->line += lines;
}

/* What the second half has counted goes to the first. */
static int join(struct half *first, struct half *second)
{
	struct sw_feed_report *to = &first->report, *from = &second->report;
	struct sw_feed_reader *reader = &first->reader;
	__u32 i, before = to->lines;
	int family;

	for (family = 0; family < SW_FAMILIES; family++) {
		reader->taken[family] += second->reader.taken[family];
		if (reader->taken[family] > sw_feed_most_entries(reader->feed, family))
			return -EAGAIN;
	}
	move_down(&second->reader.first_bad, before);
	move_down(&second->reader.last_bad, before);
	move_down(&second->reader.page, second->reader.page.line ? before : 0);
	if (!reader->page.line)
		reader->page = second->reader.page;
	if (!to->bad)
		reader->first_bad = second->reader.first_bad;
	if (!reader->looks[0])
		memcpy(reader->looks, second->reader.looks, sizeof(reader->looks));
	reader->last_bad = second->reader.last_bad;
	reader->cut = second->reader.cut;
	reader->passed += second->reader.passed;
	reader->line += second->reader.line;
	for (i = 0; i < from->bads && to->bads < SW_FEED_BAD_KEPT; i++) {
		move_down(&from->kept[i], before);
		to->kept[to->bads++] = from->kept[i];
	}
	to->lines += from->lines;
	to->content += from->content;
	to->entries += from->entries;
	to->bad += from->bad;
	to->below += from->below;
	to->wide += from->wide;
	to->host_bits += from->host_bits;
	to->cut |= from->cut;
	return 0;
}

static void begin(struct half *half, const struct sw_feed_sink *sink,
		  const struct sw_feed_config *feed, enum sw_format format, struct sw_span text)
{
	half->format = sw_feed_formats[format];
	half->text = text;
	half->report.format = format;
	half->reader = (struct sw_feed_reader){
		.feed = feed,
		.report = &half->report,
		.error = &half->error,
		.sink = sink,
		.half = true,
	};
}

static int parse(struct half *half, const struct sw_feed_sink sink[2],
		 const struct sw_feed_config *feed, struct sw_span text)
{
	const char *middle = memchr(text.at + text.size / 2, '\n', text.size - text.size / 2);
	const char *end = text.at + text.size;
	enum sw_format format = feed->format;

	if (!middle || sw_feed_refuse_alien(feed, text, NULL))
		return -EAGAIN;
	if (format == SW_FORMAT_AUTO)
		format = sw_feed_recognise(text);
	if (!sw_feed_formats[format]->read || sw_feed_formats[format]->finish)
		return -EAGAIN;
	middle++;
	begin(&half[0], &sink[0], feed, format, (struct sw_span){ text.at, middle - text.at });
	begin(&half[1], &sink[1], feed, format, (struct sw_span){ middle, end - middle });
	sw_do_both(read_half, &half[0], &half[1]);
	return half[0].err || half[1].err ? -EAGAIN : 0;
}

int sw_feed_parse_halves(const struct sw_feed_config *feed, const char *text, size_t size,
			 const struct sw_feed_sink sink[2], struct sw_feed_report *report,
			 __u32 *before)
{
	struct sw_span span = sw_feed_without_bom((struct sw_span){ text, size });
	struct half *half = span.size ? calloc(2, sizeof(*half)) : NULL;
	int err = half ? parse(half, sink, feed, span) : -EAGAIN;

	if (!err) {
		*before = half[0].report.lines;
		err = join(&half[0], &half[1]);
	}
	if (!err && sw_feed_judge(&half[0].reader))
		err = -EAGAIN;
	if (!err)
		*report = half[0].report;
	free(half);
	return err;
}
