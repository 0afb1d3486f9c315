/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hears of changes to routing tables. News is never believed, only looked after: who hears
 * of any reads the table. So it does not matter that some are lost, and that a dump does
 * not say what changed meanwhile: whoever subscribes first and dumps then, and again
 * after each news, comes to what the table has.
 */
#ifndef SPAMWEIR_ROUTE_WATCH_H
#define SPAMWEIR_ROUTE_WATCH_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct sw_route_watch;

int sw_route_watch_open(struct sw_route_watch **out);	   /* -errno; the caller's */
void sw_route_watch_close(struct sw_route_watch *watch);   /* NULL is fine */
int sw_route_watch_fd(const struct sw_route_watch *watch); /* to poll(2) for POLLIN */

struct sw_route_news {
	size_t routes; /* changes in one of the tables */
	bool lost;     /* there was more than the socket holds: anything may have changed */
	bool devices;  /* with a device that goes down, its IPv4 routes go without a word */
};

/* Takes what has come in, of `tables`. -errno. */
int sw_route_watch_read(struct sw_route_watch *watch, const __u32 *table, size_t tables,
			struct sw_route_news *news);

#endif
