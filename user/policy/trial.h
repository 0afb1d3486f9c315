/* SPDX-License-Identifier: GPL-2.0 */
/* A list on trial: what it would change if it were published, beside all other feeds.
 * Nothing is written. */
#ifndef SPAMWEIR_POLICY_TRIAL_H
#define SPAMWEIR_POLICY_TRIAL_H

#include "config/schema.h"
#include "policy/difference.h"

/* An entry of another feed that the list speaks against. */
struct sw_contradiction {
	struct sw_prefix prefix;
	const char *feed; /* name of the feed that has it, of the config */
};

struct sw_trial {
	struct sw_feed_state state; /* what of the list is left out, and why */
	/* The first of each that is left out; zeroes: none is. */
	struct sw_prefix first_own, first_special, first_host;
	struct sw_difference difference;
	/* Whom it would hit: addresses that are dropped, or slowed, by it then and not by
	 * it now; of an allow feed, those that it lets pass now and nothing does then. */
	struct sw_own reached;
	/* If the list is one to drop by: allow entries in what it adds, which win. If it is
	 * an allow list: entries of others that it lifts. free(3). */
	struct sw_contradiction *contradiction;
	size_t contradictions, room;
};

struct sw_trial_of {
	const struct sw_config *config;	   /* its other feeds are heeded */
	const struct sw_feed_config *feed; /* as which the list is taken; it is in no config
					      * that has no feed of its name */
	const struct sw_feed_copy *copy;   /* the list */
	const struct sw_feed_copy *before; /* what it takes the place of; NULL: nothing */
	const struct sw_reading *reading;  /* of the others' lists */
	void (*unread)(void *ctx, const char *text); /* a line about a list that is not */
	void *ctx;
};

/* *out is released by sw_trial_free. -ENOMEM. */
int sw_trial_make(const struct sw_trial_of *of, struct sw_trial *out);
void sw_trial_free(struct sw_trial *trial);

/* Whether hosts can be hit by a list of the kind. */
bool sw_trial_hits(enum sw_kind kind);

#endif
