// SPDX-License-Identifier: GPL-2.0
/* STIX 2.1 bundles, and what a TAXII server answers: their indicators; of several versions
 * of one, the last. */
#include "feed/format.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "feed/objects.h"
#include "feed/stix_indicator.h"
#include "feed/stix_nothing.h"
#include "feed/versions.h"
#include "feed/walk.h"

/* Where objects are: in a bundle, or in several as an array. */
static const char *path_in(struct sw_span text)
{
	while (text.size && (sw_is_blank(*text.at) || *text.at == '\n'))
		text = (struct sw_span){ text.at + 1, text.size - 1 };
	return text.size && *text.at == '[' ? "*.objects" : "objects";
}

/* A list of millions of addresses is not searched for a word. */
static bool is_empty_bundle(struct sw_span text)
{
	return text.size < SW_FEED_LINE_MAX &&
	       (memmem(text.at, text.size, "\"bundle--", 9) ||
		memmem(text.at, text.size, "\"objects\"", 9)) &&
	       sw_stix_is_nothing(text);
}

static bool is_stix(struct sw_span text)
{
	static const struct sw_table known = { .column = { "type", "id" }, .needed = 2 };

	return sw_objects_recognise(text, path_in(text), &known) || is_empty_bundle(text);
}

static int find_more(void *ctx, const struct sw_walk_element *element)
{
	struct sw_walk_element *more = ctx;

	if (sw_span_is(element->text, "true"))
		*more = *element;
	return 0;
}

/* Of pages in an array the last one counts. */
static int find_last_more(void *ctx, const struct sw_walk_element *page)
{
	struct sw_walk_element *more = ctx;
	struct sw_walk_fault fault;

	more->line = 0;
	sw_walk(page->text, "more", find_more, more, &fault);
	if (more->line)
		more->line += page->line - 1;
	return 0;
}

/* A TAXII server answers with a page, and says whether there is another. */
static int refuse_page(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_walk_element more = { 0 };
	struct sw_walk_fault fault;

	if (*path_in(text) == '*')
		sw_walk(text, "*", find_last_more, &more, &fault);
	else
		sw_walk(text, "more", find_more, &more, &fault);
	if (!more.line)
		return 0;
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"more\": true: the server has more than this answer holds (expected "
		       "all at once; its URL may take ?limit=100000)",
		       sw_feed_source(reader->feed), more.line);
}

static int read_versions(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_versions versions = { 0 };
	const char *path = path_in(text);
	int err = sw_versions_read(&versions, text, path);

	reader->own = &versions;
	if (!err)
		err = sw_objects_read(reader, text, path, &sw_stix_indicators);
	reader->own = NULL;
	free(versions.item);
	return err;
}

static int read_stix(struct sw_feed_reader *reader, struct sw_span text)
{
	int err = refuse_page(reader, text);

	if (err)
		return err;
	if (!sw_objects_has(text, path_in(text)) && sw_stix_is_nothing(text)) {
		reader->report->lines = 1;
		return 0;
	}
	return read_versions(reader, text);
}

const struct sw_feed_format sw_feed_stix = {
	.recognise_text = is_stix,
	.read_text = read_stix,
};
