/* SPDX-License-Identifier: GPL-2.0 */
/* What `status` shows: all that is in force, read once. */
#ifndef SPAMWEIR_CLI_STATUS_H
#define SPAMWEIR_CLI_STATUS_H

#include <jansson.h>

#include "cli/options.h"
#include "event/alive.h"
#include "report/pace.h"
#include "run/rollout.h"
#include "store/store.h"

struct sw_status {
	const struct sw_options *options;
	struct sw_snapshot *snapshot;
	struct sw_store *store; /* NULL: there is none, or it cannot be read */
	struct sw_daemon_look daemon;
	struct sw_look before, now; /* for rates */
	__u64 kernel_bytes;	    /* 0: it cannot be read */
	__u64 held;		    /* of sw_rollout_look, as .trial */
	struct sw_trial trial;
	bool config_differs;	/* the one on disk, from what this was made of */
	json_t *sources;	/* of sw_sources_json */
	struct sw_error unread; /* why there is no store that can be read; "": nobody needs one */
};

/* `pause_ms`: between two looks at the counters, for rates; 0: none are asked for. What
 * was looked at before, if .now is of then, serves as the first. -errno. */
int sw_status_take(struct sw_status *status, const struct sw_options *options, unsigned pause_ms,
		   struct sw_error *error);
/* The part of it that says what is wrong, of a .snapshot that was taken before and of
 * .options: no rates, and no memory. */
void sw_status_look_around(struct sw_status *status);
/* But for .now, which the next one compares with. */
void sw_status_release(struct sw_status *status);

/* "native" and the like: how a NIC has the program. */
const char *sw_attachment_name(enum sw_attachment attachment);

#endif
