/* SPDX-License-Identifier: GPL-2.0 */
/* One table of routes under way: what announce.c and its neighbours share. */
#ifndef SPAMWEIR_RUN_ANNOUNCING_H
#define SPAMWEIR_RUN_ANNOUNCING_H

#include "kernel/generation.h"
#include "kernel/hosts.h"
#include "kernel/state.h"
#include "policy/guard.h"
#include "policy/own.h"
#include "route/table.h"
#include "run/announced.h"

struct sw_announcing {
	const struct sw_instance *instance;
	const struct sw_state *state;
	struct sw_announced now;
	struct sw_generation running;
	struct sw_own allowed; /* disjoint ranges, of what the name does not say */
	struct sw_hosts hosts;
	struct sw_guard needed;
	struct sw_routes wanted;
	__u64 boot_ns;
	bool open;
};

/* A generation runs, and what this router needs is known. -errno with `error` set. */
int sw_announcing_open(struct sw_announcing *w, struct sw_error *error);
void sw_announcing_close(struct sw_announcing *w);

/* Reads what must be known of more than one address: who is allowed within a prefix. */
int sw_announcing_read_allowed(struct sw_announcing *w, struct sw_error *error);

/* Whether it may be announced; of a prefix, if what is allowed was read. */
bool sw_announcing_may(const struct sw_announcing *w, const struct sw_prefix *prefix);

/* Adds its route to those wanted. -ENOMEM. */
int sw_announcing_add(struct sw_announcing *w, const struct sw_prefix *prefix);

/* All that is in force, to w->wanted, in order and each prefix once; and from what of all
 * that it was taken: w->now.whole. */
int sw_announcing_collect(struct sw_announcing *w, struct sw_error *error);

/* An end that an announced zombie has. */
void sw_announcing_note_end(struct sw_announcing *w, __u64 until_ns);

#endif
