// SPDX-License-Identifier: GPL-2.0
#include "run/route_follow.h"

#include <errno.h>
#include <string.h>

#include "run/route_feeds.h"

#define BLIND_AGAIN 5000 /* where nothing can be heard */
#define SHARE 3		 /* of the time, at most a fourth is for publishes... */
#define FREE_MOST 900	 /* ...unless that made them late */

int sw_route_follow_heed(struct sw_route_follow *follow, const struct sw_config *config, __u64 now)
{
	size_t had = follow->tables;
	__u32 table[SW_MAX_FEEDS];
	int err = 0;

	memcpy(table, follow->table, sizeof(table));
	follow->tables = sw_route_feeds_tables(config, follow->table);
	if (!follow->tables) {
		sw_route_follow_close(follow);
		return 0;
	}
	if (!follow->watch)
		err = sw_route_watch_open(&follow->watch);
	if (had != follow->tables || memcmp(table, follow->table, had * sizeof(table[0])))
		follow->first = follow->last = now; /* what changed while nobody listened */
	return err;
}

void sw_route_follow_close(struct sw_route_follow *follow)
{
	sw_route_watch_close(follow->watch);
	*follow = (struct sw_route_follow){};
}

int sw_route_follow_fd(const struct sw_route_follow *follow)
{
	return follow->watch ? sw_route_watch_fd(follow->watch) : -1;
}

int sw_route_follow_read(struct sw_route_follow *follow, __u64 now)
{
	struct sw_route_news news;
	int err = sw_route_watch_read(follow->watch, follow->table, follow->tables, &news);

	if (news.routes || news.lost) {
		follow->first = follow->first ?: now;
		follow->last = now;
	}
	if (news.devices && !follow->devices)
		follow->devices = now;
	return err;
}

/* When a publish is due; ~0: there is nothing to publish. */
static __u64 publish_at(const struct sw_route_follow *follow)
{
	__u64 at = ~0ULL;

	if (follow->first) {
		at = follow->last + SW_ROUTES_QUIET;
		if (at > follow->first + SW_ROUTES_LONGEST)
			at = follow->first + SW_ROUTES_LONGEST;
		if (at < follow->free)
			at = follow->free;
	}
	return follow->again && follow->again < at ? follow->again : at;
}

/* Devices come and go by hundreds where subscribers have sessions. */
static __u64 look_at(const struct sw_route_follow *follow)
{
	__u64 at = follow->devices + SW_ROUTES_QUIET;

	if (!follow->devices)
		return ~0ULL;
	return follow->looked && at < follow->looked + SW_ROUTES_DEVICES
		       ? follow->looked + SW_ROUTES_DEVICES
		       : at;
}

enum sw_route_due sw_route_follow_due(const struct sw_route_follow *follow, __u64 now)
{
	if (follow->began)
		return SW_ROUTES_NOTHING;
	if (publish_at(follow) <= now)
		return SW_ROUTES_PUBLISH;
	return look_at(follow) <= now ? SW_ROUTES_LOOK : SW_ROUTES_NOTHING;
}

__u64 sw_route_follow_wait(const struct sw_route_follow *follow, __u64 now)
{
	__u64 at = publish_at(follow), look = look_at(follow);

	if (follow->began)
		return ~0ULL;
	at = look < at ? look : at;
	if (at == ~0ULL)
		return at;
	return at > now ? at - now : 0;
}

void sw_route_follow_begin(struct sw_route_follow *follow, enum sw_route_due what, __u64 now)
{
	follow->began = now;
	follow->devices = 0;
	if (what == SW_ROUTES_LOOK) {
		follow->looked = now;
		return;
	}
	follow->first = follow->last = follow->again = 0;
}

void sw_route_follow_end(struct sw_route_follow *follow, __u64 again, __u64 now)
{
	__u64 took = follow->began ? now - follow->began : 0;
	__u64 pause = took * SHARE < FREE_MOST ? took * SHARE : FREE_MOST;

	follow->began = 0;
	follow->free = now + pause;
	if (!again && follow->tables && !follow->watch)
		again = BLIND_AGAIN;
	if (again)
		follow->again = now + again;
}
