/* SPDX-License-Identifier: GPL-2.0 */
/* A change of live zombies, for who announces it. */
#ifndef SPAMWEIR_RUN_ANNOUNCE_CHANGE_H
#define SPAMWEIR_RUN_ANNOUNCE_CHANGE_H

#include "kernel/live.h"

/* Live zombies that were entered or lifted. */
struct sw_announce_change {
	const struct sw_live_key *key;
	const struct sw_live *before; /* .until_ns up to now_ns: was not listed */
	const struct sw_live *after;  /* NULL: they were lifted */
	size_t count;
	__u64 now_ns;  /* boot time */
	__u64 changes; /* SW_HEALTH_LIVE_CHANGES before that */
	__u8 length;   /* of IPv6 prefixes */
};

#endif
