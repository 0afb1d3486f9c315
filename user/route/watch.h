/* SPDX-License-Identifier: GPL-2.0 */
/* Hears of changes to routing tables. */
#ifndef SPAMWEIR_ROUTE_WATCH_H
#define SPAMWEIR_ROUTE_WATCH_H

#include "route/held.h"

struct sw_route_watch;

int sw_route_watch_open(struct sw_route_watch **out);	   /* -errno; the caller's */
void sw_route_watch_close(struct sw_route_watch *watch);   /* NULL is fine */
int sw_route_watch_fd(const struct sw_route_watch *watch); /* to poll(2) for POLLIN */

struct sw_route_news {
	size_t routes; /* changes in one of the tables that are held */
	bool gone;     /* routes among them */
	bool lost;     /* there was more than the socket holds: anything may have changed */
	bool more;     /* there is more to be read, perhaps from before that */
	bool devices;  /* with a device that goes down, its IPv4 routes go without a word */
};

/* Takes what has come in, of the tables that are held. -errno. */
int sw_route_watch_read(struct sw_route_watch *watch, struct sw_held *held,
			struct sw_route_news *news);

#endif
