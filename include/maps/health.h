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
	/* What was found when all of a table was last read, and at its end a seal, which says
	 * of what counts of packets that holds: see report/sums.h. */
	SW_HEALTH_LEDGER,
	SW_HEALTH_CONDUCT = SW_HEALTH_LEDGER + 7,
	SW_HEALTH_LIMITER = SW_HEALTH_CONDUCT + 7,
};

#define SW_HEALTH_MAX 64 /* room */

#endif
