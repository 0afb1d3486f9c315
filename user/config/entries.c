// SPDX-License-Identifier: GPL-2.0
#include "config/entries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/prefix.h"
#include "config/mapping.h"

#define MAX_ENTRIES 10000

static int add_prefix(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_entry_config *entry = ctx;
	struct sw_prefix *grown;

	grown = realloc(entry->prefix, (entry->prefixes + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	entry->prefix = grown;
	entry->prefix[entry->prefixes++] = *prefix;
	return 0;
}

static int read_entry(const struct sw_value *value, void *into)
{
	static const char what[] = "an address, prefix or range such as 192.0.2.1, "
				   "2001:db8::/32 or 192.0.2.1-192.0.2.9";
	struct sw_feed_config *feed = into;
	struct sw_entry_config *entry;
	const char *text;
	int err;

	/* In YAML, "- 2001:db8::" is a key without a value. */
	if (sw_value_is_mapping(value))
		return sw_value_expected(value, "an address, in quotes if it ends in \":\"");
	text = sw_value_text(value, what);
	if (!text)
		return -EINVAL;
	entry = &feed->entry[feed->entries++];
	entry->line = sw_value_line(value);
	entry->text = strdup(text);
	if (!entry->text)
		return sw_value_no_memory(value);
	err = sw_entry_parse(text, strlen(text), add_prefix, entry);
	if (err == -ENOMEM)
		return sw_value_no_memory(value);
	return err ? sw_value_expected(value, what) : 0;
}

int sw_entries_read(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	size_t count;
	int err;

	err = sw_value_count(value, MAX_ENTRIES, &count);
	if (err || !count)
		return err;
	feed->entry = calloc(count, sizeof(*feed->entry));
	if (!feed->entry)
		return sw_value_no_memory(value);
	return sw_value_each(value, read_entry, feed);
}

void sw_entries_free(struct sw_feed_config *feed)
{
	size_t i;

	for (i = 0; i < feed->entries; i++) {
		free(feed->entry[i].prefix);
		free(feed->entry[i].text);
	}
	free(feed->entry);
}
