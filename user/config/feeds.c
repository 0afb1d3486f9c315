// SPDX-License-Identifier: GPL-2.0
#include "config/feeds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "config/age.h"
#include "config/bounds.h"
#include "config/entries.h"
#include "config/fetch.h"
#include "config/fields.h"
#include "config/mail.h"
#include "config/mapping.h"
#include "config/routes.h"
#include "config/value.h"

static int read_name(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	int err = sw_value_name(value, &feed->name);

	if (!err && !strncmp(feed->name, SW_OPERATOR_FEED, strlen(SW_OPERATOR_FEED)))
		return sw_value_fail(value,
				     "the name \"%s\" is kept for what `spamweir allow` and "
				     "`spamweir block` list (expected one that does not begin with "
				     "\"" SW_OPERATOR_FEED "\")",
				     feed->name);
	return err;
}

static int read_kind(const struct sw_value *value, void *into)
{
	const char *words[SW_KINDS] = { NULL };
	struct sw_feed_config *feed = into;
	size_t kind;
	int err;

	for (kind = SW_KIND_CNC; kind < SW_KINDS; kind++)
		words[kind] = sw_kind_name(kind);
	err = sw_value_word(value, words, SW_KINDS, &kind);
	if (!err)
		feed->kind = kind;
	return err;
}

static int read_path(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_path(value, &feed->path);
}

static int read_format(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	const char *words[SW_FORMATS];
	size_t format;
	int err;

	for (format = 0; format < SW_FORMATS; format++)
		words[format] = sw_format_name(format);
	err = sw_value_word(value, words, SW_FORMATS, &format);
	if (!err)
		feed->format = format;
	return err;
}

static int read_min_count(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	__u64 count;
	int err;

	err = sw_value_number(value, 1, 1000000, &count);
	if (!err)
		feed->min_count = count;
	return err;
}

static int read_mode(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_mode(value, &feed->monitor);
}

/* Checks what depends on several keys of a feed. */
static int check_feed(const struct sw_value *value, const struct sw_config *config)
{
	const struct sw_feed_config *feed = &config->feed[config->feeds - 1];
	size_t i;
	int err;

	for (i = 0; i < config->feeds - 1; i++) {
		if (!strcmp(config->feed[i].name, feed->name))
			return sw_value_fail(value,
					     "the name \"%s\" is taken by the feed on line %d",
					     feed->name, config->feed[i].line);
	}
	if (!sw_feed_has_list(feed) && !feed->entries)
		return sw_value_fail(value,
				     "feed \"%s\" has neither path nor url nor routes nor entries",
				     feed->name);
	if (feed->monitor && (feed->kind == SW_KIND_ALLOW || feed->kind == SW_KIND_OWN))
		return sw_value_fail(value,
				     "feed \"%s\" is of kind %s, which drops nothing: `mode: "
				     "monitor` is for cnc, zombie, limit and protect",
				     feed->name, sw_kind_name(feed->kind));
	if (feed->min_count > 1 && feed->format != SW_FORMAT_IPSUM &&
	    feed->format != SW_FORMAT_AUTO)
		return sw_value_fail(value,
				     "feed \"%s\" has a min_count, but its format is %s, "
				     "not ipsum",
				     feed->name, sw_format_name(feed->format));
	err = sw_age_check(value, feed);
	if (!err)
		err = sw_routes_check(value, feed);
	return err ? err : sw_fetch_check(value, feed);
}

static int read_feed(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "name", .read = read_name, .required = true },
		{ .name = "kind", .read = read_kind, .required = true },
		{ .name = "path", .read = read_path },
		{ .name = "format", .read = read_format },
		{ .name = "min_count", .read = read_min_count },
		{ .name = "entries", .read = sw_entries_read },
		{ .name = "max_width", .read = sw_bounds_read_max_width },
		{ .name = "max_entries", .read = sw_bounds_read_max_entries },
		{ .name = "max_change", .read = sw_bounds_read_max_change },
		{ .name = "may_list_own", .read = sw_bounds_read_may_list_own },
		{ .name = "may_list_special", .read = sw_bounds_read_may_list_special },
		{ .name = "may_be_empty", .read = sw_bounds_read_may_be_empty },
		{ .name = "limit", .read = sw_config_read_feed_limit },
		{ .name = "bounces", .read = sw_config_read_bounces },
		{ .name = "to", .read = sw_config_read_to },
		{ .name = "even_zombies", .read = sw_config_read_even_zombies },
		{ .name = "mode", .read = read_mode },
		{ .name = "max_age", .read = sw_age_read },
		{ .name = "routes", .read = sw_routes_read },
		{ .name = "url", .read = sw_fetch_read_url },
		{ .name = "every", .read = sw_fetch_read_every },
		{ .name = "timeout", .read = sw_fetch_read_timeout },
		{ .name = "max_size", .read = sw_fetch_read_max_size },
		{ .name = "proxy", .read = sw_fetch_read_proxy },
		{ .name = "proxy_credentials_file", .read = sw_fetch_read_proxy_credentials_file },
		{ .name = "ca_file", .read = sw_fetch_read_ca_file },
		{ .name = "headers_file", .read = sw_fetch_read_headers_file },
		{ .name = "credentials_file", .read = sw_fetch_read_credentials_file },
		{ .name = "csv", .read = sw_fields_read_csv },
		{ .name = "json", .read = sw_fields_read_json },
	};
	struct sw_config *config = into;
	struct sw_feed_config *feed = &config->feed[config->feeds++];
	int err;

	*feed = (struct sw_feed_config){
		.min_count = 1,
		.fetch = sw_fetch_default(),
		.to = SW_TO_IMPLIED,
		.line = sw_value_line(value),
	};
	sw_bounds_unsaid(feed);
	err = sw_value_mapping(value, keys, SW_COUNT(keys), feed);
	if (!err)
		err = check_feed(value, config);
	if (!err)
		err = sw_config_check_mail(value, feed);
	if (!err)
		err = sw_fields_check(value, feed);
	if (!err && feed->fields)
		feed->format = feed->fields->format;
	sw_bounds_default(feed);
	if (feed->routes.table)
		feed->format = SW_FORMAT_PLAIN; /* as run/route_feeds.h writes it */
	return err;
}

int sw_config_read_feeds(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err;

	/* One slot of the counters means "no feed". */
	err = sw_value_count(value, SW_MAX_FEEDS - 1, &count);
	if (err || !count)
		return err;
	config->feed = calloc(count, sizeof(*config->feed));
	if (!config->feed)
		return sw_value_no_memory(value);
	err = sw_value_each(value, read_feed, config);
	return err ? err : sw_config_check_classes(value, config);
}

void sw_feed_config_free(struct sw_feed_config *feed)
{
	sw_entries_free(feed);
	sw_fields_free(feed->fields);
	free(feed->name);
	free(feed->path);
	free(feed->url);
	free(feed->routes.stale);
	free(feed->source);
	sw_fetch_free(&feed->fetch);
}
