// SPDX-License-Identifier: GPL-2.0
#include "feed/age.h"

#include "base/file.h"
#include "base/text.h"
#include "feed/feed.h"
#include "feed/fetched.h"

#define NS_PER_S 1000000000ULL

static __u64 refreshed_s(const char *state_dir, const struct sw_feed_config *feed)
{
	struct sw_fetch_state state;
	struct sw_file_id id;

	if (feed->url)
		return state_dir && !sw_fetch_state_read(state_dir, feed, &state) ? state.fetched_s
										  : 0;
	return feed->path && !sw_file_identify(feed->path, &id) ? id.modified_ns / NS_PER_S : 0;
}

bool sw_feed_is_old(const char *state_dir, const struct sw_feed_config *feed, __u64 now_s,
		    struct sw_error *error)
{
	__u64 since = feed->max_age_s ? refreshed_s(state_dir, feed) : 0;
	char age[32], most[32];

	if (!since || since + feed->max_age_s >= now_s)
		return false;
	sw_fail(error, 0, "%s: was refreshed %s ago (max_age allows %s)", sw_feed_source(feed),
		sw_format_age(now_s - since, age, sizeof(age)),
		sw_format_age(feed->max_age_s, most, sizeof(most)));
	return true;
}
