/* SPDX-License-Identifier: GPL-2.0 */
/* From a URL to a list that is kept: two confined children, of which one speaks with
 * the network and the other parses what came, and nobody else sees it. */
#ifndef SPAMWEIR_WORKER_FETCH_H
#define SPAMWEIR_WORKER_FETCH_H

#include "feed/fetched.h"

enum sw_fetch_outcome {
	SW_FETCH_FAILED,    /* state->error says why; what was fetched before is kept */
	SW_FETCH_UNCHANGED, /* it is what was fetched before */
	SW_FETCH_NEW,	    /* it is kept now, and not yet published */
};

/* Fetches the list of a feed that has a `url`, keeps it and notes in its state how it
 * went and when to come back. -errno with `error` set: that cannot be noted. */
int sw_fetch(const char *state_dir, const struct sw_feed_config *feed,
	     enum sw_fetch_outcome *outcome, struct sw_error *error);

/* Fetches the list in the same way, keeps nothing and notes nothing. *copy is the
 * caller's: the list, which is the one that was fetched before if it has not changed. */
int sw_fetch_look(const char *state_dir, const struct sw_feed_config *feed,
		  struct sw_feed_copy *copy, struct sw_error *error);

#endif
