/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When the daemon publishes what has changed in routing tables: at once where it is quiet,
 * and the more seldom the more there is to do.
 */
#ifndef SPAMWEIR_RUN_ROUTE_FOLLOW_H
#define SPAMWEIR_RUN_ROUTE_FOLLOW_H

#include "config/schema.h"
#include "route/watch.h"
#include "run/instance.h"

#define SW_ROUTES_CHANGED "routes have changed"

/* Milliseconds. */
#define SW_ROUTES_SOON 10	/* one message of BGP brings routes that belong together */
#define SW_ROUTES_QUIET 100	/* the same, where much comes in */
#define SW_ROUTES_CALM 1000	/* without a publish, and little comes in */
#define SW_ROUTES_LONGEST 1000	/* however much comes in */
#define SW_ROUTES_DEVICES 1000	/* between looks for devices alone: sessions come and go */
#define SW_ROUTES_ANYWAY 600000 /* without a look whether what is held is what is there */

struct sw_route_follow {
	struct sw_route_watch *watch; /* NULL: no feed is a routing table */
	struct sw_held held;
	bool gone;   /* of the news that were not published, routes that went */
	bool behind; /* what is read may be from before something that was lost */
	/* Times in milliseconds, monotonic; 0: none. */
	__u64 first; /* of the news that were not published */
	__u64 last;
	__u64 devices;	 /* with which IPv4 routes may have gone */
	__u64 looked;	 /* at all there is, the last time */
	__u64 again;	 /* when to read the tables, news or not */
	__u64 began;	 /* of the publish under way, or look */
	__u64 published; /* when the last publish began */
	__u64 free;	 /* the next one not before */
};

enum sw_route_due {
	SW_ROUTES_NOTHING,
	SW_ROUTES_LOOK,	   /* whether they have changed */
	SW_ROUTES_PUBLISH, /* they have */
};

/* Goes by a config that is to be in force, and subscribes before it is read. -errno: they
 * are not followed, and looked at every few seconds in place of that. */
int sw_route_follow_heed(struct sw_route_follow *follow, const struct sw_config *config, __u64 now);
void sw_route_follow_close(struct sw_route_follow *follow);

/* In a child, which only reads what is held. */
void sw_route_follow_leave(struct sw_route_follow *follow);

int sw_route_follow_fd(const struct sw_route_follow *follow); /* to poll(2); -1: none */

/* Takes news in. -errno. */
int sw_route_follow_read(struct sw_route_follow *follow, __u64 now);

/* What is due now. */
enum sw_route_due sw_route_follow_due(const struct sw_route_follow *follow, __u64 now);

/* Until something is due; ~0: nothing is. */
__u64 sw_route_follow_wait(const struct sw_route_follow *follow, __u64 now);

/* A publish, or a look, begins: what was heard by now is in it. It took `cpu` milliseconds of
 * CPU, and `again` milliseconds after it ended there is to be another; 0: none. */
void sw_route_follow_begin(struct sw_route_follow *follow, enum sw_route_due what, __u64 now);
void sw_route_follow_end(struct sw_route_follow *follow, __u64 cpu, __u64 again, __u64 now);

#endif
