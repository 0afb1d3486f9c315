/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feeds that are tables of the kernel's routes. What a table has is written to
 * STATE_DIR/routes/NAME when it has changed, and is read from there as any feed's file.
 */
#ifndef SPAMWEIR_RUN_ROUTE_FEEDS_H
#define SPAMWEIR_RUN_ROUTE_FEEDS_H

#include "base/error.h"
#include "config/schema.h"
#include "run/instance.h"

/* Reads the tables of all such feeds, and says in the config where their lists are, and of
 * which the last one has to do (routes.stale): the table cannot be read, or is empty and
 * that for less than `hold`. The lock is the caller's. -ENOMEM. */
int sw_route_feeds_refresh(const struct sw_instance *instance, struct sw_config *config,
			   struct sw_error *error);

/* Nobody has followed them: until a minute from now they may be about to fill again
 * (run/route_refill.h). */
void sw_route_feeds_resume(const struct sw_instance *instance, struct sw_config *config);

/* In how many milliseconds that is to be done again; 0: not before something changes. */
__u64 sw_route_feeds_again_ms(const struct sw_config *config);

/* Whether a table has something else by now than its list. */
bool sw_route_feeds_differ(const struct sw_instance *instance, const struct sw_config *config);

/* Their tables, at most SW_MAX_FEEDS: how many. */
size_t sw_route_feeds_tables(const struct sw_config *config, __u32 table[SW_MAX_FEEDS]);

/* Lists of the tables as they are now in files of their own, for who only looks: the feeds
 * of the config are said to be there. */
struct sw_route_aside {
	char directory[32]; /* "": there is none */
};

int sw_route_feeds_aside(const struct sw_instance *instance, struct sw_config *config,
			 struct sw_route_aside *aside, struct sw_error *error);
void sw_route_feeds_aside_end(const struct sw_config *config, struct sw_route_aside *aside);

#endif
