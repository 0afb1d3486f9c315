// SPDX-License-Identifier: GPL-2.0
#include "policy/covers.h"

#include "feed/copy_find.h"

static bool holds(const struct sw_prefix *entry, const struct sw_prefix *prefix)
{
	return entry->family == prefix->family && entry->length <= prefix->length &&
	       entry->address <= prefix->address && sw_prefix_last(prefix) <= sw_prefix_last(entry);
}

static bool said_inline(const struct sw_feed_config *feed, const struct sw_prefix *prefix)
{
	size_t i, j;

	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes; j++) {
			struct sw_prefix entry = feed->entry[i].prefix[j];

			sw_prefix_clear_host_bits(&entry);
			if (holds(&entry, prefix))
				return true;
		}
	}
	return false;
}

static int found(void *ctx, const struct sw_feed_found *entry)
{
	(void)ctx, (void)entry;
	return 1;
}

void sw_feed_covers(const char *state_dir, const struct sw_feed_config *feed,
		    const struct sw_prefix *prefix, size_t count, bool *covered)
{
	struct sw_feed_copy copy;
	bool listed;
	size_t i;

	listed = sw_feed_has_list(feed) &&
		 !sw_feed_copy_open(state_dir, feed, SW_COPY_LOOK, &copy, NULL);
	for (i = 0; i < count; i++) {
		if (said_inline(feed, &prefix[i]) ||
		    (listed && sw_feed_copy_find(&copy, &prefix[i], found, NULL) == 1))
			covered[i] = true;
	}
	if (listed)
		sw_feed_copy_close(&copy);
}
