/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reloads as the daemon has them: asked for at any time and as often as one
 * likes, done one after the other by a child, and never forgotten because the
 * lock was held.
 */
#ifndef SPAMWEIR_RUN_RELOADS_H
#define SPAMWEIR_RUN_RELOADS_H

#include "config/schema.h"
#include "run/instance.h"
#include "run/job.h"

struct sw_reloads {
	const struct sw_instance *instance;
	struct sw_held *held;	  /* as the instance's, of the one under way */
	struct sw_config *config; /* the one in force, for intervals and paths; ours */
	bool anew;		  /* it is of the configuration, whatever a rollback holds */
	const char *wanted;	  /* why one is due; NULL: none is */
	bool locked;		  /* the last one found the lock held, and that was said */
	__u64 pause;		  /* then: ms until it is tried again */
	__u64 seen;		  /* fingerprint of the feeds' files, as they are in force */
	__u64 said;		  /* when routes were told of, monotonic ms */
	bool hushed;		  /* they were a moment ago */
	bool next_routes;	  /* the one under way is for their sake alone */
	__u64 text;		  /* of the config in force, as next_text; 0: not known */
	bool same;		  /* the last one had nothing new but routes */
	bool next_anew;
	struct sw_config *next; /* what the one under way puts in force */
	__u64 next_seen;
	__u64 next_text; /* a digest of its text; 0: that changed while it was read */
};

/* Takes a config in force over, with the fingerprint that its files had before
 * they were read. */
void sw_reloads_adopt(struct sw_reloads *reloads, struct sw_config *config, __u64 seen);

/* Differs when any feed file was rewritten or replaced, by whatever age. */
__u64 sw_reloads_fingerprint(const struct sw_config *config);

/* Whether feeds' files are others than those that were read last. */
bool sw_reloads_feeds_changed(const struct sw_reloads *reloads);

/* Reads a config, and says what its text was: sw_instance.config_text. -errno. */
int sw_reloads_read(const char *path, struct sw_config **config, __u64 *text,
		    struct sw_error *error);

/* Reads the config for the one that is wanted, which is under way then. -errno if
 * that fails, said: then it was the attempt. */
int sw_reloads_begin(struct sw_reloads *reloads);

/* Puts it in force, in the child. */
void sw_reloads_work(const struct sw_reloads *reloads, struct sw_job_result *result);

/* Takes note of what became of it. -EAGAIN: the lock was held, so it is wanted
 * still. */
int sw_reloads_end(struct sw_reloads *reloads, const struct sw_job_result *result);

void sw_reloads_free(struct sw_reloads *reloads);

#endif
