/* SPDX-License-Identifier: GPL-2.0 */
/* The registry of feeds, kept by the user side, so that slots and with them
 * counters keep their meaning over reload, restart and upgrade. */
#ifndef SPAMWEIR_MAPS_FEEDS_H
#define SPAMWEIR_MAPS_FEEDS_H

#include "words.h"

struct sw_feed_slot {
	char name[SW_NAME_LEN];
	__u64 errors;	  /* publishes that this feed made fail */
	__u64 loaded_s;	  /* Unix time of the last good read */
	__u64 modified_s; /* of the file, as of then; 0: inline entries only */
	__u64 bad_lines;  /* of the last good read */
	__u64 refused;	  /* entries too wide, or within own space */
	__u8 kind;
	__u8 active; /* in the running generation */
	__u8 pad[6];
};

_Static_assert(sizeof(struct sw_feed_slot) == 80, "layout is pinned");

#endif
