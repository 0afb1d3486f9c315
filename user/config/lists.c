// SPDX-License-Identifier: GPL-2.0
#include "config/lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/feeds.h"
#include "config/mail.h"

static int fill(struct sw_feed_config *feed, const char *name, struct sw_prefix *prefix,
		size_t prefixes)
{
	feed->name = strdup(name);
	feed->entry = calloc(1, sizeof(*feed->entry));
	if (!feed->entry) {
		free(prefix);
		return -ENOMEM;
	}
	feed->entries = 1;
	feed->entry->prefix = prefix;
	feed->entry->prefixes = prefixes;
	feed->entry->text = strdup(name);
	return feed->name && feed->entry->text ? 0 : -ENOMEM;
}

int sw_config_add_list(struct sw_config *config, const char *name, enum sw_kind kind, bool forced,
		       struct sw_prefix *prefix, size_t prefixes, struct sw_error *error)
{
	struct sw_feed_config *feeds, *feed;
	int err;

	if (config->feeds >= SW_MAX_FEEDS - 1) {
		free(prefix);
		return sw_fail(error, -ENOSPC,
			       "%s: no feed is left for %s: %zu are configured, of %d",
			       config->path, name, config->feeds, SW_MAX_FEEDS - 1);
	}
	feeds = reallocarray(config->feed, config->feeds + 1, sizeof(*feeds));
	if (!feeds) {
		free(prefix);
		return sw_fail(error, -ENOMEM, "no memory for %s", name);
	}
	config->feed = feeds;
	feed = &feeds[config->feeds];
	*feed = (struct sw_feed_config){ .kind = kind, .min_count = 1, .may_list_own = forced };
	feed->may_list_special = forced;
	feed->to = SW_TO_IMPLIED;
	err = fill(feed, name, prefix, prefixes);
	if (err) {
		sw_feed_config_free(feed);
		return sw_fail(error, err, "no memory for %s", name);
	}
	config->feeds++;
	return 0;
}

int sw_config_add_brake(struct sw_config *config, const char *name,
			const struct sw_limit_config *bounces, struct sw_prefix *prefix,
			size_t prefixes, struct sw_error *error)
{
	struct sw_feed_config *feed;
	int err;

	if (sw_config_classes(config) >= SW_MAX_CLASSES) {
		free(prefix);
		return sw_fail(error, -ENOSPC, "%s: no limit is left for %s: of feeds %d can be",
			       config->path, name, SW_MAX_CLASSES - SW_ROLES);
	}
	err = sw_config_add_list(config, name, SW_KIND_PROTECT, false, prefix, prefixes, error);
	if (err)
		return err;
	feed = &config->feed[config->feeds - 1];
	feed->brakes = true;
	feed->bounces = *bounces;
	feed->by_hand = true;
	return 0;
}
