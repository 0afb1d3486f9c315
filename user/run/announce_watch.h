/* SPDX-License-Identifier: GPL-2.0 */
/* When the daemon announces what nobody tells it of: whom the datapath lists, it lists
 * without a word, and others are to know within a second. */
#ifndef SPAMWEIR_RUN_ANNOUNCE_WATCH_H
#define SPAMWEIR_RUN_ANNOUNCE_WATCH_H

#include <linux/types.h>
#include <stdbool.h>

/* Milliseconds. */
#define SW_ANNOUNCE_LOOK 100 /* between looks at how many the datapath has listed */
#define SW_ANNOUNCE_SHARE 3  /* of a CPU, at most a fourth is for announcing */

struct sw_announce_watch {
	__u64 listed; /* by the datapath, when it was announced last */
	__u64 seen;   /* when the job under way began */
	bool all;     /* something else may have changed */
	bool doing;   /* the job under way is for all */
	__u64 free;   /* the next one not before; monotonic ms */
};

/* Whether there is anything to announce: `listed` is how many the datapath has listed by now. */
bool sw_announce_watch_due(const struct sw_announce_watch *watch, __u64 listed);

void sw_announce_watch_begin(struct sw_announce_watch *watch, __u64 listed);

/* How it ended, and how many milliseconds of CPU it took; after how many to look again.
 * -EAGAIN: somebody else is at work, and it is to be done again. */
__u64 sw_announce_watch_end(struct sw_announce_watch *watch, int err, __u64 cpu, __u64 now);

#endif
