/* SPDX-License-Identifier: GPL-2.0 */
/* Feeds that have a `url`: fetched when they are due, by the daemon, or when
 * somebody says so. What is fetched is kept; publishing is another step. */
#ifndef SPAMWEIR_RUN_FETCHES_H
#define SPAMWEIR_RUN_FETCHES_H

#include "config/schema.h"
#include "feed/copy.h"
#include "run/instance.h"
#include "run/job.h"

/* Milliseconds until the first is due, at most `most`. */
__u64 sw_fetches_wait_ms(const struct sw_instance *instance, const struct sw_config *config,
			 __u64 most);

/* What became of one feed's list: a line for people. */
typedef void (*sw_fetches_tell)(void *ctx, const struct sw_feed_config *feed, const char *line,
				bool failed);

struct sw_fetches {
	const char *name; /* of the feed, due or not; NULL: all */
	bool due;	  /* only those that are due */
	bool missing;	  /* only those that protect people and have no list at all */
	bool try;	  /* -EAGAIN if another process fetches, rather than wait */
	sw_fetches_tell tell;
	void *ctx;
};

/* Fetches one after the other. *changed counts those that differ from what was there,
 * in their lists or in whether they could be had; *failed those that could not.
 * -errno with `error` set if none could be tried. */
int sw_fetches_do(const struct sw_instance *instance, const struct sw_config *config,
		  const struct sw_fetches *which, size_t *changed, size_t *failed,
		  struct sw_error *error);

/* Looks at the list that the feed's URL has now, and keeps nothing of it. If its provider
 * allows no pull yet, that is told, and *copy is what was fetched last; when it was
 * asked is noted for a feed that has a provider, if it can be. *copy is the caller's.
 * -errno with `error` set. */
int sw_fetches_look(const struct sw_instance *instance, const struct sw_feed_config *feed,
		    const struct sw_fetches *which, struct sw_feed_copy *copy,
		    struct sw_error *error);

/* The one that is due longest, in a child: result->count is *changed, result->partial
 * whether it could not be had. */
void sw_fetches_work(const struct sw_instance *instance, const struct sw_config *config,
		     struct sw_job_result *result);

#endif
