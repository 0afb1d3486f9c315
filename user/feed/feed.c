// SPDX-License-Identifier: GPL-2.0
#include "feed/feed.h"

const char *sw_feed_source(const struct sw_feed_config *feed)
{
	return feed->path ?: feed->url ?: feed->name ?: "feed";
}

__u32 sw_feed_most_entries(const struct sw_feed_config *feed, __u8 family)
{
	if (feed->max_entries[family])
		return feed->max_entries[family];
	return family == SW_IPV4 ? SW_MAX_ENTRIES_IPV4 : SW_MAX_ENTRIES_IPV6;
}
