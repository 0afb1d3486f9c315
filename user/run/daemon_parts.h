/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's state: what daemon.c, due.c, work.c and heed.c share. */
#ifndef SPAMWEIR_RUN_DAEMON_PARTS_H
#define SPAMWEIR_RUN_DAEMON_PARTS_H

#include "run/announce_watch.h"
#include "run/job.h"
#include "run/nics_watch.h"
#include "run/pump.h"
#include "run/reloads.h"
#include "run/route_follow.h"
#include "run/timers.h"
#include "run/watch.h"

#define SECOND 1000ULL
#define SWEEP_PERIOD (60 * SECOND)
#define LOCK_RETRY (2 * SECOND) /* after the lock was held, or no child was to be had */

enum {
	TIMER_METRICS,
	TIMER_HEARTBEAT,
	TIMER_LOOK,
	TIMER_FEEDS,
	TIMER_RELOAD,
	TIMER_RETRY,
	TIMER_SWEEP,
	TIMER_NICS,
	TIMER_LISTS,
	TIMER_ENDS,
	TIMER_FETCH,
	TIMER_ROUTES,
	TIMER_PEOPLE,
	TIMER_NOTICES,
	TIMER_ANNOUNCE,
	TIMER_STOP,
	TIMERS,
};

enum sw_work {
	SW_IDLE,
	SW_RELOADING,
	SW_RETRYING,
	SW_SWEEPING,
	SW_MENDING,
	SW_LOOKING,
	SW_ANNOUNCING,
};

struct daemon {
	const struct sw_instance *instance;
	struct sw_timer timer[TIMERS];
	struct sw_pump pump;
	struct sw_watch watch;
	struct sw_reloads reloads;
	struct sw_nics_watch *nics;
	struct sw_route_follow routes;
	struct sw_job job;
	enum sw_work work; /* the job's */
	struct sw_job fetching;
	struct sw_job people;
	struct sw_job notices; /* that looks who is to be told what */
	struct sw_courier {
		struct sw_job job; /* that tells one receiver */
		char name[SW_NAME_LEN];
	} courier[SW_NOTICE_RECEIVERS];
	struct sw_error people_error;  /* said by now */
	struct sw_error notices_error; /* the same */
	__u64 retry_pause;	       /* ms, until unfit feeds are looked at again */
	__u64 began_s;		       /* Unix time of the last reload */
	__u64 ended_s;		       /* what of the feeds had ended by then is not in force */
	__u64 routes_again;	       /* ms, after the load */
	struct sw_announce_watch announce;
	int signals;
	bool stopping;
};

#endif
