/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes leave for those who read metrics and status, one number each:
 * no program reads it, and whoever writes one needs no lock, for the others are
 * not touched. 0 until it is written, and from the load on.
 */
#ifndef SPAMWEIR_MAPS_HEALTH_H
#define SPAMWEIR_MAPS_HEALTH_H

/* In the order of the map: new ones come at the end. */
enum sw_health {
	SW_HEALTH_HEARTBEAT,	   /* Unix time, s: the daemon's loop went round */
	SW_HEALTH_RELOAD_FAILED,   /* 1: the last load or reload failed */
	SW_HEALTH_LOCK_HELD,	   /* attempts of the daemon that found the lock held */
	SW_HEALTH_EVENTS_UNLOGGED, /* taken from the ring and not written */
	SW_HEALTH_READER,	   /* process that reads the ring << 8 | enum sw_reader */
	SW_HEALTH_FORMER,	   /* sums that were kept before programs did (maps/tally.h) */
	/* How often live zombies were listed or lifted, times two; odd in between. */
	SW_HEALTH_LIVE_CHANGES = SW_HEALTH_FORMER + 16,
	/* How many there were when all were last read (kernel/live_count.c), and at its end a
	 * seal, which says of what count of changes that holds: see kernel/sums.h. */
	SW_HEALTH_LIVE,
	SW_HEALTH_BEGUN = SW_HEALTH_LIVE + 10, /* CLOCK_BOOTTIME, ns: the maps were made */
	SW_HEALTH_DAEMON,		       /* whose heart beat it is: base/process.h */
	SW_HEALTH_BEAT,			       /* CLOCK_BOOTTIME, ns: of the heart beat */
	SW_HEALTH_NEXT,
};

#define SW_HEALTH_MAX 64 /* room */

_Static_assert((int)SW_HEALTH_NEXT <= SW_HEALTH_MAX, "all have room");

#endif
