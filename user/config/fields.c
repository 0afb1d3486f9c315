// SPDX-License-Identifier: GPL-2.0
#include "config/fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/mapping.h"

static int read_text(const struct sw_value *value, const char *what, char **out)
{
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (!*text || strlen(text) > SW_FIELD_NAME_MAX || !sw_is_printable(text))
		return sw_value_expected(value, what);
	*out = strdup(text);
	return *out ? 0 : sw_value_no_memory(value);
}

static int read_column(const struct sw_value *value, void *into)
{
	struct sw_fields_config *fields = into;

	return read_text(value, "the name of a column, or its number from 1 on", &fields->address);
}

/* Several are one text, with commas between. */
static int read_address(const struct sw_value *value, void *into)
{
	static const char what[] = "the name of a member, without commas";
	struct sw_fields_config *fields = into;
	const char *text = sw_value_text(value, what), *before = fields->address ?: "";
	char *all;

	if (!text)
		return -EINVAL;
	if (!*text || strchr(text, ',') || !sw_is_printable(text) ||
	    strlen(before) + 1 + strlen(text) > SW_FIELD_NAME_MAX)
		return sw_value_expected(value, what);
	if (asprintf(&all, "%s%s%s", before, *before ? "," : "", text) < 0)
		return sw_value_no_memory(value);
	free(fields->address);
	fields->address = all;
	return 0;
}

static int read_addresses(const struct sw_value *value, void *into)
{
	size_t count;
	int err;

	if (sw_value_is_scalar(value) && !sw_value_is_nothing(value))
		return read_address(value, into);
	err = sw_value_count(value, SW_FIELD_TAGS, &count);
	if (!err && !count)
		return sw_value_expected(value, "the name of a member, or a list of names");
	return err ? err : sw_value_each(value, read_address, into);
}

static int read_each(const struct sw_value *value, void *into)
{
	struct sw_fields_config *fields = into;

	return read_text(value, "keys with dots between them that lead to the entries, or \"*\"",
			 &fields->each);
}

static int read_until(const struct sw_value *value, void *into)
{
	struct sw_fields_config *fields = into;

	return read_text(value, "the name of what says when an entry ends", &fields->until);
}

static int read_delimiter(const struct sw_value *value, void *into)
{
	static const char what[] = "one character, or tab";
	struct sw_fields_config *fields = into;
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (!strcmp(text, "tab"))
		text = "\t";
	if (!*text || text[1] || strchr("\"\r\n#", *text))
		return sw_value_expected(value, what);
	fields->delimiter = *text;
	return 0;
}

static int read_tag(const struct sw_value *value, void *into)
{
	struct sw_fields_config *fields = into;

	return read_text(value, "names of what is to be shown of an entry",
			 &fields->tag[fields->tags++]);
}

static int read_tags(const struct sw_value *value, void *into)
{
	size_t count;
	int err;

	if (sw_value_is_scalar(value) && !sw_value_is_nothing(value))
		return read_tag(value, into);
	err = sw_value_count(value, SW_FIELD_TAGS, &count);
	return err || !count ? err : sw_value_each(value, read_tag, into);
}

static int read_wanted(const struct sw_value *value, void *into)
{
	struct sw_where_config *where = into;

	return read_text(value, "a value, or one behind !, <, <=, > or >=",
			 &where->value[where->values++]);
}

static int read_condition(const struct sw_value *value, void *into)
{
	struct sw_fields_config *fields = into;
	struct sw_where_config *where = &fields->where[fields->wheres++];
	size_t count;
	int err;

	where->name = strdup(value->key);
	if (!where->name)
		return sw_value_no_memory(value);
	if (sw_value_is_scalar(value) && !sw_value_is_nothing(value))
		return read_wanted(value, where);
	err = sw_value_count(value, SW_WHERE_VALUES, &count);
	if (!err && !count)
		return sw_value_expected(value, "a value, or a list of values");
	return err ? err : sw_value_each(value, read_wanted, where);
}

static int read_where(const struct sw_value *value, void *into)
{
	return sw_value_pairs(value, SW_FIELD_WHERES, read_condition, into);
}

static int read_fields(const struct sw_value *value, struct sw_feed_config *feed,
		       const struct sw_key *keys, size_t count)
{
	if (feed->fields)
		return sw_value_fail(value, "a feed has `csv` or `json`, not both");
	feed->fields = calloc(1, sizeof(*feed->fields));
	if (!feed->fields)
		return sw_value_no_memory(value);
	feed->fields->delimiter = ',';
	return sw_value_mapping(value, keys, count, feed->fields);
}

int sw_fields_read_csv(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "column", .read = read_column, .required = true },
		{ .name = "delimiter", .read = read_delimiter },
		{ .name = "where", .read = read_where },
		{ .name = "tag", .read = read_tags },
		{ .name = "until", .read = read_until },
	};
	struct sw_feed_config *feed = into;
	int err = read_fields(value, feed, keys, SW_COUNT(keys));

	if (!err)
		feed->fields->format = SW_FORMAT_CSV;
	return err;
}

int sw_fields_read_json(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "each", .read = read_each },
		{ .name = "address", .read = read_addresses, .required = true },
		{ .name = "where", .read = read_where },
		{ .name = "tag", .read = read_tags },
		{ .name = "until", .read = read_until },
	};
	struct sw_feed_config *feed = into;
	int err = read_fields(value, feed, keys, SW_COUNT(keys));

	if (!err)
		feed->fields->format = SW_FORMAT_JSON;
	return err;
}

static bool names_keys(const struct sw_fields_config *fields)
{
	static const char key[] = "$key";
	bool names = fields->address && strstr(fields->address, key);
	size_t i;

	names = names || (fields->until && !strcmp(fields->until, key));
	for (i = 0; i < fields->tags; i++)
		names = names || !strcmp(fields->tag[i], key);
	for (i = 0; i < fields->wheres; i++)
		names = names || !strcmp(fields->where[i].name, key);
	return names;
}

static bool has_star(const char *path)
{
	while (*path && !(*path == '*' && (!path[1] || path[1] == '.')))
		path += strcspn(path, ".") + (path[strcspn(path, ".")] == '.');
	return *path;
}

int sw_fields_check(const struct sw_value *value, const struct sw_feed_config *feed)
{
	const char *needs = feed->format == SW_FORMAT_CSV ? "csv: { column: NAME }"
							  : "json: { address: NAME }";

	if (!feed->fields && (feed->format == SW_FORMAT_CSV || feed->format == SW_FORMAT_JSON))
		return sw_value_fail(value,
				     "feed \"%s\" is of the format %s, and nothing says where its "
				     "addresses are (expected `%s`)",
				     feed->name, sw_format_name(feed->format), needs);
	if (feed->fields && feed->format != SW_FORMAT_AUTO && feed->format != feed->fields->format)
		return sw_value_fail(value, "feed \"%s\" has `%s`, but its format is %s",
				     feed->name, sw_format_name(feed->fields->format),
				     sw_format_name(feed->format));
	if (feed->fields && feed->fields->format == SW_FORMAT_JSON && feed->fields->each &&
	    names_keys(feed->fields) && !has_star(feed->fields->each))
		return sw_value_fail(value,
				     "feed \"%s\" wants the key before each entry, and `each: %s` "
				     "has no \"*\" that stands for such (expected `each: \"%s.*\"`)",
				     feed->name, feed->fields->each, feed->fields->each);
	return 0;
}

void sw_fields_free(struct sw_fields_config *fields)
{
	size_t i, j;

	if (!fields)
		return;
	for (i = 0; i < fields->wheres; i++) {
		for (j = 0; j < fields->where[i].values; j++)
			free(fields->where[i].value[j]);
		free(fields->where[i].name);
	}
	for (i = 0; i < fields->tags; i++)
		free(fields->tag[i]);
	free(fields->each);
	free(fields->address);
	free(fields->until);
	free(fields);
}
