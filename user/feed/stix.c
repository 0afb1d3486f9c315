// SPDX-License-Identifier: GPL-2.0
/* STIX 2.1 bundles, and what a TAXII server answers: their indicators; of several versions
 * of one, the last. */
#include "feed/format.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "feed/objects.h"
#include "feed/stix_indicator.h"
#include "feed/versions.h"
#include "feed/walk.h"

static bool is(struct sw_span value, const char *text)
{
	return value.size == strlen(text) && !memcmp(value.at, text, value.size);
}

/* Where objects are: in a bundle, or in several as an array. */
static const char *path_in(struct sw_span text)
{
	while (text.size && (sw_is_blank(*text.at) || *text.at == '\n'))
		text = (struct sw_span){ text.at + 1, text.size - 1 };
	return text.size && *text.at == '[' ? "*.objects" : "objects";
}

static bool begins(const json_t *value, const char *start)
{
	return json_is_string(value) && !strncmp(json_string_value(value), start, strlen(start));
}

/* Whether a bundle of nothing, or TAXII's answer, may have it. */
static bool is_known(const char *name, const json_t *value)
{
	if (!strcmp(name, "type"))
		return json_is_string(value) && !strcmp(json_string_value(value), "bundle");
	if (!strcmp(name, "id"))
		return begins(value, "bundle--");
	if (!strcmp(name, "more"))
		return json_is_boolean(value);
	if (!strcmp(name, "objects"))
		return json_is_array(value) && !json_array_size(value);
	return !strcmp(name, "spec_version");
}

/* A bundle of nothing has no "objects", or an empty array of them; what TAXII 2.1 (3.7) has
 * for nothing is {}. What says anything else may be another thing, such as an error. */
static bool is_nothing(struct sw_span text)
{
	json_t *object, *value;
	const char *name;
	bool is;

	if (text.size >= SW_FEED_LINE_MAX || sw_json_parse(text.at, text.size, &object))
		return false;
	is = json_is_object(object);
	json_object_foreach(object, name, value) is = is && is_known(name, value);
	json_decref(object);
	return is;
}

static bool is_empty_bundle(struct sw_span text)
{
	return (memmem(text.at, text.size, "\"bundle--", 9) ||
		memmem(text.at, text.size, "\"objects\"", 9)) &&
	       is_nothing(text);
}

static bool is_stix(struct sw_span text)
{
	static const struct sw_table known = { .column = { "type", "id" }, .needed = 2 };

	return sw_objects_recognise(text, path_in(text), &known) || is_empty_bundle(text);
}

static int find_more(void *ctx, const struct sw_walk_element *element)
{
	struct sw_walk_element *more = ctx;

	if (is(element->text, "true"))
		*more = *element;
	return 0;
}

/* A TAXII server answers with a page, and says whether there is another. */
static int refuse_page(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_walk_element more = { 0 };
	struct sw_walk_fault fault;

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
	if (!sw_objects_has(text, path_in(text)) && is_nothing(text)) {
		reader->report->lines = 1;
		return 0;
	}
	return read_versions(reader, text);
}

const struct sw_feed_format sw_feed_stix = {
	.recognise_text = is_stix,
	.read_text = read_stix,
};
