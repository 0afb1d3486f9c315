/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routing tables held by who hears of their changes, so that one route among a million does
 * not cost a look at all. What is heard is believed where it says for certain what stands by
 * a prefix and metric from then on; where it does not, as of one of several next hops, or was
 * lost, the table is dumped.
 *
 * Whoever subscribes, dumps then, and takes in all that was heard since, in its order, comes
 * to what the table has: the dump is no snapshot, but the last that is heard of a prefix and
 * metric holds, whether the dump had it or not.
 */
#ifndef SPAMWEIR_ROUTE_HELD_H
#define SPAMWEIR_ROUTE_HELD_H

#include "config/schema.h"
#include "route/table.h"

struct sw_route_change {
	struct sw_route route;
	bool gone;     /* RTM_DELROUTE */
	bool replaces; /* NLM_F_REPLACE: whatever stood by its prefix and metric */
	bool appended; /* NLM_F_APPEND: it stands beside others */
	size_t number; /* in the order of what was heard */
};

struct sw_held_table {
	__u32 table;
	bool whole;			/* it is known what it has; else it is to be dumped */
	bool missed;			/* something was lost since a dump began */
	int dump;			/* a file for a dump that another process makes; -1: none */
	struct sw_routes routes;	/* sorted, each prefix and metric once */
	struct sw_route_change *change; /* heard since */
	size_t changes, room;
};

/* All zero: no tables. */
struct sw_held {
	struct sw_held_table table[SW_MAX_FEEDS];
	size_t tables;
};

/* Holds these tables from now on, of which nothing is known yet. */
void sw_held_begin(struct sw_held *held, const __u32 *table, size_t tables);
void sw_held_end(struct sw_held *held);

/* NULL: it is not held, or `held` is NULL. */
struct sw_held_table *sw_held_find(struct sw_held *held, __u32 table);

/* Takes a change in, of the table that it says. */
void sw_held_hear(struct sw_held_table *table, const struct sw_route_change *change);

/* Nothing is certain any more. */
void sw_held_lose(struct sw_held *held);

/* Before somebody reads the tables: what was heard is in them. */
void sw_held_settle(struct sw_held *held);

/* What the table has, all protocols: it is dumped if it is not known. Perhaps by a child,
 * of which the parent takes the dump over when it has ended. -errno with `error` set. */
int sw_held_read(struct sw_held_table *table, struct sw_error *error);
void sw_held_take_over(struct sw_held *held);

#endif
