/* SPDX-License-Identifier: GPL-2.0 */
/* What has changed since a generation was published, found without reading what has not. */
#ifndef SPAMWEIR_POLICY_CHANGE_H
#define SPAMWEIR_POLICY_CHANGE_H

#include "config/schema.h"
#include "policy/lineage.h"
#include "policy/regions.h"
#include "policy/rules.h"
#include "policy/source.h"

struct sw_change {
	struct sw_regions step;	   /* where it differs from the generation that it follows */
	struct sw_regions regions; /* there, and where else is to be written anew */
	struct sw_rules *before;   /* all rules of `regions`, sorted, as they were */
};

/*
 * Opens all files ahead, in reading->opened. If what has changed since `lineage` is little,
 * *rules are the rules of change->regions as they are now, sorted, with the state of every
 * feed whole, and what is left out is warned of as sw_rules_read does. `more`: regions to
 * be taken in anyway.
 *
 * -ESTALE: it is not little, or something is not as it was, or unfit: then sw_rules_read
 * goes on from what was opened, and nothing was said. -ENOMEM.
 */
int sw_change_find(const struct sw_config *config, const struct sw_reading *reading,
		   const struct sw_lineage *lineage, const struct sw_regions *more,
		   struct sw_rules **rules, struct sw_change *change);

void sw_change_free(struct sw_change *change);

#endif
