/* SPDX-License-Identifier: GPL-2.0 */
/* The registry of feeds, kept by the user side, so that slots and with them
 * counters keep their meaning over reload, restart and upgrade. */
#ifndef SPAMWEIR_MAPS_FEEDS_H
#define SPAMWEIR_MAPS_FEEDS_H

#include "words.h"

/* What a feed's entries in force were read from. */
enum sw_feed_source {
	SW_SOURCE_FILE, /* its file, or the configuration */
	SW_SOURCE_COPY, /* its good copy, for the file is unfit */
	SW_SOURCE_NONE, /* neither: it is left out */
};

struct sw_feed_slot {
	char name[SW_NAME_LEN];
	__u64 errors;	  /* publishes for which this feed was unfit */
	__u64 loaded_s;	  /* Unix time when what is in force was last what its source has */
	__u64 modified_s; /* of the file, as of then; 0: inline entries only */
	__u64 bad_lines;  /* of the last good read */
	__u64 refused;	  /* entries too wide, or in space that they may not list */
	__u8 kind;
	__u8 active; /* in the running generation */
	__u8 source; /* enum sw_feed_source */
	__u8 pad[5];
	__u64 unfit_s;	 /* Unix time since when the file is unfit; 0: it is fit */
	__u64 checked_s; /* when the file was looked at last; 0: it has none */
	char why[160];	 /* it is unfit; with its NUL */
};

_Static_assert(sizeof(struct sw_feed_slot) == 256, "layout is pinned");

#endif
