/* SPDX-License-Identifier: GPL-2.0 */
/* A feed that stands in no file: a list that was made by hand. */
#ifndef SPAMWEIR_CONFIG_LISTS_H
#define SPAMWEIR_CONFIG_LISTS_H

#include "config/schema.h"

/* Appends a feed of prefixes, host bits cleared, which are taken over, on failure
 * too; as one entry of line 0. `forced`: they may lie in own
 * and special-purpose space. -ENOSPC if there
 * are too many feeds, -ENOMEM. */
int sw_config_add_list(struct sw_config *config, const char *name, enum sw_kind kind, bool forced,
		       struct sw_prefix *prefix, size_t prefixes, struct sw_error *error);

/* The same of destinations, as a protect feed that brakes bounces and comes before all that
 * are configured. -ENOSPC also if there are too many limits. */
int sw_config_add_brake(struct sw_config *config, const char *name,
			const struct sw_limit_config *bounces, struct sw_prefix *prefix,
			size_t prefixes, struct sw_error *error);

#endif
