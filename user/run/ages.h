/* SPDX-License-Identifier: GPL-2.0 */
/* Feeds that have a `max_age`. */
#ifndef SPAMWEIR_RUN_AGES_H
#define SPAMWEIR_RUN_AGES_H

#include "config/schema.h"
#include "kernel/registry.h"
#include "run/instance.h"

/* Whether a list has become older than it may, and the publish in force, as the
 * registry tells, does not know. */
bool sw_ages_due(const struct sw_instance *instance, const struct sw_config *config,
		 const struct sw_registry *registry);

#endif
