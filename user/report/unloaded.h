/* SPDX-License-Identifier: GPL-2.0 */
/* Metrics of an instance of which nothing is loaded: what it should judge, it
 * does not. */
#ifndef SPAMWEIR_REPORT_UNLOADED_H
#define SPAMWEIR_REPORT_UNLOADED_H

#include <linux/types.h>
#include <stdbool.h>

#include "config/schema.h"

struct sw_unloaded {
	const char *pin_dir;
	const struct sw_config *config; /* whose NICs are not attached; NULL: not known */
	bool failed;			/* a load was tried */
	__u64 heartbeat;		/* of the daemon that says so; 0: as it is in the file */
};

/* Writes them to `path` as sw_metrics_write does. NICs that the file there says
 * are attached stay in it, under the same labels, and are so no more. */
int sw_unloaded_write(const struct sw_unloaded *unloaded, const char *path, struct sw_error *error);

#endif
