// SPDX-License-Identifier: GPL-2.0
#include "run/route_follow.h"

#include <errno.h>
#include <string.h>

#include "run/route_feeds.h"

#define BLIND_AGAIN 5000 /* where nothing can be heard */
#define SHARE 3		 /* of a CPU, at most a fourth is for publishes... */
#define FREE_MOST 900	 /* ...unless that made them late */

static bool holds(const struct sw_held *held, const __u32 *table, size_t tables)
{
	size_t i;

	for (i = 0; i < tables && i < held->tables; i++) {
		if (held->table[i].table != table[i])
			return false;
	}
	return tables == held->tables;
}

int sw_route_follow_heed(struct sw_route_follow *follow, const struct sw_config *config, __u64 now)
{
	__u32 table[SW_MAX_FEEDS];
	size_t tables = sw_route_feeds_tables(config, table);
	int err = 0;

	if (!tables) {
		sw_route_follow_close(follow);
		return 0;
	}
	if (!follow->watch)
		err = sw_route_watch_open(&follow->watch);
	if (!holds(&follow->held, table, tables)) {
		sw_held_begin(&follow->held, table, tables);
		follow->looked = now;
		follow->first = follow->last = now; /* what changed while nobody listened */
	}
	return err;
}

void sw_route_follow_close(struct sw_route_follow *follow)
{
	sw_route_follow_leave(follow);
	sw_held_end(&follow->held);
	*follow = (struct sw_route_follow){};
}

void sw_route_follow_leave(struct sw_route_follow *follow)
{
	sw_route_watch_close(follow->watch);
	follow->watch = NULL;
}

int sw_route_follow_fd(const struct sw_route_follow *follow)
{
	return follow->watch ? sw_route_watch_fd(follow->watch) : -1;
}

int sw_route_follow_read(struct sw_route_follow *follow, __u64 now)
{
	struct sw_route_news news;
	int err = sw_route_watch_read(follow->watch, &follow->held, &news);

	follow->behind |= news.lost;
	if (follow->behind)
		sw_held_lose(&follow->held);
	follow->behind &= news.more;
	if (news.routes || news.lost) {
		follow->first = follow->first ?: now;
		follow->last = now;
	}
	follow->gone |= news.gone;
	if (news.devices && !follow->devices)
		follow->devices = now;
	return err;
}

/* One that comes alone does not wait for others. One that goes does: with a session that is lost
 * all of them go, and what is published halfway is the list that is held then. */
static __u64 news_at(const struct sw_route_follow *follow)
{
	__u64 quiet = follow->last + SW_ROUTES_QUIET;
	__u64 longest = follow->first + SW_ROUTES_LONGEST;

	if (!follow->gone && follow->first >= follow->published + SW_ROUTES_CALM)
		return follow->first + SW_ROUTES_SOON;
	return quiet < longest ? quiet : longest;
}

/* When a publish is due; ~0: there is nothing to publish. */
static __u64 publish_at(const struct sw_route_follow *follow)
{
	__u64 at = ~0ULL;

	if (follow->first) {
		at = news_at(follow);
		if (at < follow->free)
			at = follow->free;
	}
	return follow->again && follow->again < at ? follow->again : at;
}

/* Devices come and go by hundreds where subscribers have sessions. */
static __u64 look_at(const struct sw_route_follow *follow)
{
	__u64 at = follow->devices + SW_ROUTES_QUIET;

	if (!follow->watch)
		return ~0ULL;
	if (!follow->devices)
		return follow->looked + SW_ROUTES_ANYWAY;
	return at < follow->looked + SW_ROUTES_DEVICES ? follow->looked + SW_ROUTES_DEVICES : at;
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
	if (what == SW_ROUTES_LOOK) {
		follow->looked = now;
		follow->devices = 0;
		return;
	}
	follow->published = now;
	follow->first = follow->last = follow->again = 0;
	follow->gone = false;
	sw_held_settle(&follow->held);
}

void sw_route_follow_end(struct sw_route_follow *follow, __u64 cpu, __u64 again, __u64 now)
{
	__u64 pause = cpu * SHARE < FREE_MOST ? cpu * SHARE : FREE_MOST;

	follow->began = 0;
	sw_held_take_over(&follow->held);
	follow->free = now + pause;
	if (!again && follow->held.tables && !follow->watch)
		again = BLIND_AGAIN;
	if (again)
		follow->again = now + again;
}
