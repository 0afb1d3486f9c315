/* SPDX-License-Identifier: GPL-2.0 */
/* How fast packets come in: two looks at the counters, a while apart. */
#ifndef SPAMWEIR_REPORT_PACE_H
#define SPAMWEIR_REPORT_PACE_H

#include "report/snapshot.h"

/* Of a NIC, a second. */
struct sw_pace {
	double packets;
	double bits;
	double stopped[2]; /* packets that did not pass, and that would not have: monitor mode */
};

struct sw_look {
	__u64 at_ms; /* CLOCK_MONOTONIC */
	struct sw_counters counters[SW_MAX_INTERFACES];
};

/* Notes the counters of a snapshot that was taken just now. */
void sw_look_note(const struct sw_snapshot *snapshot, struct sw_look *out);

/* Reads the counters of the snapshot's NICs anew, into it. -errno. */
int sw_look_again(struct sw_snapshot *snapshot);

/* All zero where counters began anew in between. */
struct sw_pace sw_look_pace(const struct sw_look *before, const struct sw_look *now, int nic);

/* Packets of a NIC that were stopped. `mode`: 1 for those judged in monitor mode, which would
 * have been. */
__u64 sw_stopped(const struct sw_counters *counters, int mode);

/* All families of a NIC's packets together, by the same `mode`. */
struct sw_counter sw_counted(const struct sw_counters *counters, int mode, int reason);

/* All there were. */
struct sw_counter sw_counted_all(const struct sw_counters *counters);

#endif
