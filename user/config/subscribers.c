// SPDX-License-Identifier: GPL-2.0
#include "config/subscribers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/mapping.h"
#include "config/words.h"

static int read_keep(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds_most(value, 3600, SW_YEAR_S, &config->subscribers.keep_s);
}

static int read_every(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds(value, 1, &config->subscribers.every_s);
}

static int read_family(const struct sw_value *value, void *into)
{
	static const char *const words[] = { [SW_IPV4] = "ipv4", [SW_IPV6] = "ipv6" };
	struct sw_config *config = into;
	size_t family;
	int err = sw_value_word(value, words, SW_COUNT(words), &family);

	if (!err)
		config->subscribers.follow |= 1U << family;
	return err;
}

/* An empty list: none does. */
static int read_follow(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err = sw_value_count(value, SW_FAMILIES, &count);

	if (err)
		return err;
	config->subscribers.follow = 0;
	return count ? sw_value_each(value, read_family, into) : 0;
}

static int read_name(const struct sw_value *value, void *into)
{
	struct sw_subscribers_source *source = into;

	return sw_value_name(value, &source->name);
}

static int read_format(const struct sw_value *value, void *into)
{
	struct sw_subscribers_source *source = into;
	const char *words[SW_SUBSCRIBERS_FORMATS];
	size_t format;
	int err;

	for (format = 0; format < SW_SUBSCRIBERS_FORMATS; format++)
		words[format] = sw_subscribers_format_name(format);
	err = sw_value_word(value, words, SW_SUBSCRIBERS_FORMATS, &format);
	if (!err)
		source->format = format;
	return err;
}

static int read_path(const struct sw_value *value, void *into)
{
	struct sw_subscribers_source *source = into;

	return sw_value_path(value, &source->path);
}

static int read_account(const struct sw_value *value, void *into)
{
	static const char what[] = "the name of a column or attribute, such as hwaddr or User-Name";
	struct sw_subscribers_source *source = into;
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (!*text || strlen(text) > SW_FIELD_NAME_MAX)
		return sw_value_expected(value, what);
	source->account = strdup(text);
	return source->account ? 0 : sw_value_no_memory(value);
}

static int read_source(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "name", .read = read_name, .required = true },
		{ .name = "format", .read = read_format, .required = true },
		{ .name = "path", .read = read_path, .required = true },
		{ .name = "account", .read = read_account },
	};
	struct sw_subscribers_config *all = &((struct sw_config *)into)->subscribers;
	struct sw_subscribers_source *source = &all->source[all->sources++];
	size_t i;
	int err;

	source->line = sw_value_line(value);
	err = sw_value_mapping(value, keys, SW_COUNT(keys), source);
	for (i = 0; !err && i + 1 < all->sources; i++) {
		if (!strcmp(all->source[i].name, source->name))
			err = sw_value_fail(value,
					    "the name \"%s\" is taken by the source on line %d",
					    source->name, all->source[i].line);
	}
	return err;
}

static int read_sources(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err = sw_value_count(value, SW_SUBSCRIBERS_SOURCES, &count);

	if (err || !count)
		return err;
	config->subscribers.source = calloc(count, sizeof(*config->subscribers.source));
	if (!config->subscribers.source)
		return sw_value_no_memory(value);
	return sw_value_each(value, read_source, config);
}

int sw_config_read_subscribers(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "sources", .read = read_sources },
		{ .name = "follow", .read = read_follow },
		{ .name = "keep", .read = read_keep },
		{ .name = "every", .read = read_every },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}

void sw_subscribers_config_free(struct sw_subscribers_config *subscribers)
{
	size_t i;

	for (i = 0; i < subscribers->sources; i++) {
		free(subscribers->source[i].name);
		free(subscribers->source[i].path);
		free(subscribers->source[i].account);
	}
	free(subscribers->source);
}
