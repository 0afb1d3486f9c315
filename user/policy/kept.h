/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of a generation in a file: what was compiled, not the feeds that it
 * was read from, so that it can be published again whatever has become of these.
 * The file is of the machine that wrote it.
 */
#ifndef SPAMWEIR_POLICY_KEPT_H
#define SPAMWEIR_POLICY_KEPT_H

#include "base/error.h"
#include "base/file.h"
#include "config/schema.h"
#include "policy/rules.h"

struct sw_kept_feed {
	char name[SW_NAME_LEN];
	__u32 kind;
	__u32 prefixes;
	__u64 modified_s; /* of its file; 0: none */
	__u64 read_s;	  /* Unix time */
};

struct sw_kept {
	struct sw_kept_feed feed[SW_MAX_FEEDS]; /* by the rank of the rules */
	size_t feeds;
	struct sw_rules *rules;	       /* sorted */
	const struct sw_rule_end *end; /* of the rules */
	size_t ends;
	struct sw_mapping file; /* in which the lists of both lie, if it is open */
};

/* Writes what `config` and its sorted rules are compiled from, to a new file. */
int sw_kept_save(const char *path, const struct sw_config *config, const struct sw_rules *rules,
		 struct sw_error *error);

/* Released by sw_kept_free. -EINVAL if it is damaged, or of another version. */
int sw_kept_load_alone(const char *path, struct sw_kept *out, struct sw_error *error);
void sw_kept_free(struct sw_kept *kept);

/* How many entries have come and gone from one to the other, by the feed of `after`
 * (added) and of `before` (removed). `before` may be empty. */
void sw_kept_compare(const struct sw_kept *before, const struct sw_kept *after, __u64 *added,
		     __u64 *removed);

/* The same rules, without those that have ended since, for `config`, whose first feeds are
 * those of `kept` that do not belong to the operator's own lists, as the config was kept;
 * its last, of the operator's, are taken as they are now. *out is the caller's. -EINVAL if the feeds
 * are others. -ENOMEM. */
int sw_kept_rules(const struct sw_kept *kept, const struct sw_config *config, struct sw_rules **out,
		  struct sw_error *error);

#endif
