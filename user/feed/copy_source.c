// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_source.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Each with its NUL, and a number: what is not there is told apart. */
static __u64 digest_text(__u64 before, int number, const char *text)
{
	__u64 digest = XXH3_64bits_withSeed(&number, sizeof(number), before);

	return text ? XXH3_64bits_withSeed(text, strlen(text) + 1, digest) : digest;
}

static __u32 digest_fields(const struct sw_fields_config *fields)
{
	__u64 digest;
	size_t i, j;

	if (!fields)
		return 0;
	digest = digest_text(fields->delimiter, 1, fields->each);
	digest = digest_text(digest, 2, fields->address);
	digest = digest_text(digest, 3, fields->until);
	for (i = 0; i < fields->tags; i++)
		digest = digest_text(digest, 4, fields->tag[i]);
	for (i = 0; i < fields->wheres; i++) {
		digest = digest_text(digest, 5, fields->where[i].name);
		for (j = 0; j < fields->where[i].values; j++)
			digest = digest_text(digest, 6, fields->where[i].value[j]);
	}
	return (__u32)digest ?: 1;
}

struct sw_copy_options sw_copy_options(const struct sw_feed_config *feed)
{
	struct sw_copy_options options;
	int family;

	memset(&options, 0, sizeof(options));
	options.format = feed->format;
	options.min_count = feed->min_count;
	options.may_be_empty = feed->may_be_empty;
	options.fields = digest_fields(feed->fields);
	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		options.max_entries[family] = sw_feed_most_entries(feed, family);
		options.max_width[family] = feed->max_width[family];
	}
	return options;
}

/* The directory in its one true form, so that it does not matter from where the
 * configuration was named; the file itself may be a link that is moved on. */
char *sw_copy_source(const struct sw_feed_config *feed)
{
	const char *slash = feed->path ? strrchr(feed->path, '/') : NULL;
	const char *name = slash ? slash + 1 : feed->path;
	char *directory, *real, *path = NULL;

	if (feed->source || feed->url)
		return strdup(feed->source ?: feed->url);
	directory = slash ? strndup(feed->path, name - feed->path) : strdup(".");
	real = directory ? realpath(directory, NULL) : NULL;
	if (directory && (real || errno != ENOMEM) &&
	    asprintf(&path, "%s/%s", real ?: directory, name) < 0)
		path = NULL;
	free(real);
	free(directory);
	return path;
}
