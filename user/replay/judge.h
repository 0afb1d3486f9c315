/* SPDX-License-Identifier: GPL-2.0 */
/* A whole capture, judged frame by frame. */
#ifndef SPAMWEIR_REPLAY_JUDGE_H
#define SPAMWEIR_REPLAY_JUDGE_H

#include <stdbool.h>

#include "base/error.h"
#include "replay/capture.h"
#include "replay/dissect.h"
#include "replay/replay.h"

struct sw_judged {
	__u64 number; /* in the capture, from 1 on */
	struct sw_outcome outcome;
	struct sw_dissection dissection;
};

/* Told of every frame that was judged. -errno ends the matter. */
typedef int (*sw_judged_fn)(const struct sw_judged *judged, void *context);

struct sw_tally {
	__u64 packets; /* judged */
	__u64 reason[SW_REASON_COUNT];
	__u64 listed;		/* suspects that became live zombies */
	__u64 slowed;		/* suspects that were slowed */
	__u64 cut;		/* of those: what decides was not captured */
	__u64 outgoing;		/* not judged: went out */
	__u64 elsewhere;	/* not judged: came by another NIC than was asked for */
	char other[64];		/* the name of that of the first such */
	__u64 unknown;		/* not judged: of a link type that is not known */
	unsigned unknown_link;	/* of the first such */
	bool both_ways;		/* directions are mixed, and not told */
	struct sw_error damage; /* why the rest could not be read; no text: it could */
};

/* Judges what comes in, and with `outgoing` what goes out too. With `interface` frames that name
 * another as theirs are passed over. *tally is filled on
 * failure as well. -errno: `error` explains. A capture that is damaged further on
 * is no failure. */
int sw_judge_capture(struct sw_replay *replay, struct sw_capture *capture, bool outgoing,
		     const char *interface, sw_judged_fn judged, void *context,
		     struct sw_tally *tally, struct sw_error *error);

#endif
