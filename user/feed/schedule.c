// SPDX-License-Identifier: GPL-2.0
#include "feed/schedule.h"

#include <sys/random.h>

#include "config/providers.h"

#define FIRST_PAUSE_S 30
#define RETRY_AFTER_MOST_S 86400

static __u64 provider_interval(const struct sw_feed_config *feed)
{
	const struct sw_provider *provider = sw_provider_of(feed->url);

	return provider ? provider->interval_s : 0;
}

__u64 sw_schedule_interval(const struct sw_feed_config *feed)
{
	__u64 asked = provider_interval(feed);

	return feed->fetch.every_s > asked ? feed->fetch.every_s : asked;
}

/* Without it all routers of the world would ask in the same second. */
static __u64 with_jitter(__u64 seconds)
{
	__u32 random = 0;

	getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return seconds + random % (seconds / 10 + 1);
}

static __u64 pause_after(__u32 failures, __u64 interval)
{
	__u64 pause = FIRST_PAUSE_S << (failures > 10 ? 10 : failures - 1);

	return pause < interval ? pause : interval;
}

__u64 sw_schedule_next(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		       __u64 retry_after_s)
{
	__u64 interval = sw_schedule_interval(feed);
	__u64 pause = state->failures ? pause_after(state->failures, interval) : interval;
	__u64 asked = provider_interval(feed);

	if (retry_after_s > RETRY_AFTER_MOST_S)
		retry_after_s = RETRY_AFTER_MOST_S;
	if (state->asked_s == state->checked_s && pause < asked)
		pause = asked; /* a list that is unfit was pulled as well */
	if (pause < retry_after_s)
		pause = retry_after_s;
	return state->checked_s + with_jitter(pause);
}

__u64 sw_schedule_due(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		      __u64 now_s)
{
	__u64 interval = sw_schedule_interval(feed);

	if (!state->next_s || state->checked_s > now_s)
		return now_s;
	if (!state->failures && state->next_s > state->checked_s + interval + interval / 10)
		return state->checked_s + interval;
	return state->next_s;
}

__u64 sw_schedule_wait(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		       __u64 now_s)
{
	__u64 until = state->asked_s + provider_interval(feed);

	return state->asked_s && state->asked_s <= now_s && until > now_s ? until - now_s : 0;
}
