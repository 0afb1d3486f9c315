/* SPDX-License-Identifier: GPL-2.0 */
/* Feeds whose files are unfit, looked at again by the daemon: what is mended is
 * published without anybody's doing. */
#ifndef SPAMWEIR_RUN_RETRY_H
#define SPAMWEIR_RUN_RETRY_H

#include "config/schema.h"
#include "kernel/registry.h"
#include "run/instance.h"
#include "run/job.h"

#define SW_RETRY_FIRST 5000ULL	 /* ms */
#define SW_RETRY_MOST 1800000ULL /* ms; pauses double until they are that long */

/* How many of the feeds in the registry are unfit. */
size_t sw_retry_due(const struct sw_registry *registry);

/* Looks at their files, in a child: result->count is how many are fit by now. Of
 * the others is noted why they are not. */
void sw_retry_work(const struct sw_instance *instance, const struct sw_config *config,
		   struct sw_job_result *result);

#endif
