/* SPDX-License-Identifier: GPL-2.0 */
/* Rules that are kept as what differs from others: a small change takes little room. */
#ifndef SPAMWEIR_POLICY_KEPT_SINCE_H
#define SPAMWEIR_POLICY_KEPT_SINCE_H

#include "policy/kept.h"
#include "policy/regions.h"

/* What follows a path in the names of the files beside it. */
#define SW_KEPT_ADDED "-added"
#define SW_KEPT_REMOVED "-removed"

/* What differs from rules that were kept before, of which `path` is a link: in two files
 * beside it, PATH-added and PATH-removed. `step` is where the last change of all is: the
 * regions, all rules there before, and as they are now. What was different before that is beside `former`. */
struct sw_kept_step {
	const struct sw_regions *regions;
	const struct sw_rules *before;
	const struct sw_rules *after;
};

int sw_kept_save_step(const char *former, const char *path, const struct sw_config *config,
		      const struct sw_kept_step *step, struct sw_error *error);

/* As sw_kept_load_alone, of the rules in a file with what has changed since. */
int sw_kept_load(const char *path, struct sw_kept *out, struct sw_error *error);

#endif
