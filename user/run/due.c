// SPDX-License-Identifier: GPL-2.0
#include "run/due.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/manager.h"
#include "config/read.h"
#include "event/alive.h"
#include "kernel/health.h"
#include "run/announce_job.h"
#include "run/fetching.h"
#include "run/heed.h"
#include "run/outcome.h"
#include "run/people.h"
#include "run/postman.h"
#include "run/retry.h"
#include "run/routing.h"
#include "run/work.h"

#define HEARTBEAT_PERIOD (10 * SECOND)
#define LOOK_PERIOD (2 * SECOND)

/* A `load` or `reload` by hand puts a config in force, and what it says of
 * intervals and paths is meant for this process. Feeds that changed since then
 * still differ from those seen here. */
static void follow_config(struct daemon *d)
{
	struct sw_watch_seen seen = sw_watch_look(&d->watch, sw_monotonic_ms());
	struct sw_config *config = NULL;
	struct sw_error error = {};

	if (seen.mend && !d->reloads.wanted)
		sw_heed_reload(d, "a load was interrupted");
	if (!seen.generation)
		return;
	if (sw_config_read(d->instance->config, &config, &error)) {
		sw_warn("%s; the daemon keeps its settings", error.text);
		return;
	}
	sw_reloads_adopt(&d->reloads, config, d->reloads.seen);
	sw_heed_config(d);
	sw_routing_heed(d);
	sw_note("generation %llu was published by hand: settings are read again", seen.generation);
	sw_timer_set(&d->timer[TIMER_SWEEP], sw_monotonic_ms(), 0); /* its lists may end soon */
}

/* Of a job for which there was no process. */
static const struct sw_job_result not_begun = { .err = -EAGAIN };

/* What this process publishes is not by hand. */
static void look(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work != SW_RELOADING)
		follow_config(d);
	sw_pump_take(&d->pump);
}

void sw_due_beat(void *ctx)
{
	struct daemon *d = ctx;

	sw_daemon_beat(d->pump.state);
	sw_manager_tell("WATCHDOG=1");
}

static void write_metrics(void *ctx)
{
	struct daemon *d = ctx;
	struct sw_error error = {};

	sw_due_beat(d); /* that what is written be no older than it must */
	if (sw_outcome_write(d->instance, d->reloads.config, &error))
		sw_warn("%s", error.text);
}

static void reload(void *ctx)
{
	struct daemon *d = ctx;
	const char *why = d->reloads.wanted;

	if (d->work || d->stopping || !why)
		return; /* the end of a job under way comes back to it */
	if (sw_reloads_begin(&d->reloads)) {
		sw_health_set(d->pump.state, SW_HEALTH_RELOAD_FAILED, 1);
		return;
	}
	d->began_s = sw_wall_ms() / 1000;
	sw_routing_begin(d, d->reloads.next);
	if (!sw_work_start(d, SW_RELOADING)) {
		sw_config_free(d->reloads.next);
		d->reloads.next = NULL;
		d->reloads.wanted = why;
		sw_routing_end(d, &not_begun);
	}
}

static void look_at_feeds(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work != SW_RELOADING && !d->reloads.wanted && sw_reloads_feeds_changed(&d->reloads))
		sw_heed_reload(d, "a feed has changed");
}

/* The registry is the pump's, which learns of every publish. */
static void retry(void *ctx)
{
	struct daemon *d = ctx;

	if (!sw_retry_due(&d->pump.registry))
		d->retry_pause = SW_RETRY_FIRST;
	else if (!d->work && !d->reloads.wanted && !d->stopping && sw_work_start(d, SW_RETRYING))
		d->retry_pause = d->retry_pause * 2 < SW_RETRY_MOST ? d->retry_pause * 2
								    : SW_RETRY_MOST;
	sw_timer_set(&d->timer[TIMER_RETRY], sw_monotonic_ms(), d->retry_pause);
}

static void sweep(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work)
		sw_timer_set(&d->timer[TIMER_SWEEP], sw_monotonic_ms(), LOCK_RETRY);
	else if (!d->stopping)
		sw_work_start(d, SW_SWEEPING);
}

void sw_due_look_at_nics(void *ctx)
{
	struct daemon *d = ctx;
	bool due;

	if (d->work == SW_MENDING || d->stopping)
		return; /* its end comes back to it */
	due = sw_nics_watch_look(d->nics, d->reloads.config);
	sw_timer_set(&d->timer[TIMER_NICS], sw_monotonic_ms(), sw_nics_watch_wait_ms(d->nics));
	if (due && !d->work)
		sw_work_start(d, SW_MENDING);
}

void sw_due_hear_of_nics(struct daemon *d)
{
	sw_nics_watch_read(d->nics);
	sw_timer_set(&d->timer[TIMER_NICS], sw_monotonic_ms(), sw_nics_watch_wait_ms(d->nics));
}

/* What is under way comes back to it when it has ended. */
static void look_at_routes(void *ctx)
{
	struct daemon *d = ctx;
	__u64 now = sw_monotonic_ms();
	enum sw_route_due due = sw_route_follow_due(&d->routes, now);

	if (d->work || d->stopping)
		return;
	if (due == SW_ROUTES_PUBLISH && !d->reloads.wanted)
		sw_heed_reload(d, SW_ROUTES_CHANGED);
	if (due == SW_ROUTES_NOTHING)
		sw_routing_wait(d);
	if (due != SW_ROUTES_LOOK)
		return;
	sw_route_follow_begin(&d->routes, due, now);
	if (!sw_work_start(d, SW_LOOKING))
		sw_routing_end(d, &not_begun);
}

/* What is under way comes back to it when it has ended, by the timer. */
static void look_at_listed(void *ctx)
{
	struct daemon *d = ctx;

	if (!d->work && !d->stopping && sw_announce_begin(d) && !sw_work_start(d, SW_ANNOUNCING))
		sw_announce_end(d, &not_begun);
}

static void publish_lists(void *ctx)
{
	sw_heed_reload(ctx, "the operator's lists have changed");
}

static void publish_ends(void *ctx)
{
	sw_heed_reload(ctx, "an entry of a feed has begun or ended");
}

static void stop_anyway(void *ctx)
{
	sw_warn("what was under way did not end in time, and was killed");
	sw_work_kill(ctx);
}

void sw_due_begin(struct daemon *d)
{
	const struct sw_timer timers[TIMERS] = {
		[TIMER_METRICS] = { "metrics", 0, SW_TIMER_OFF, write_metrics },
		[TIMER_HEARTBEAT] = { "heartbeat", 0, SW_TIMER_OFF, sw_due_beat },
		[TIMER_LOOK] = { "look", 0, SW_TIMER_OFF, look },
		[TIMER_FEEDS] = { "feeds", 0, SW_TIMER_OFF, look_at_feeds },
		[TIMER_RELOAD] = { "reload", 0, SW_TIMER_OFF, reload },
		[TIMER_RETRY] = { "retry", 0, SW_TIMER_OFF, retry },
		[TIMER_SWEEP] = { "sweep", 0, SW_TIMER_OFF, sweep },
		[TIMER_NICS] = { "nics", 0, SW_TIMER_OFF, sw_due_look_at_nics },
		[TIMER_LISTS] = { "lists", 0, SW_TIMER_OFF, publish_lists },
		[TIMER_ENDS] = { "ends", 0, SW_TIMER_OFF, publish_ends },
		[TIMER_FETCH] = { "fetch", 0, SW_TIMER_OFF, sw_fetching_look },
		[TIMER_ROUTES] = { "routes", 0, SW_TIMER_OFF, look_at_routes },
		[TIMER_PEOPLE] = { "people", 0, SW_TIMER_OFF, sw_people_look },
		[TIMER_NOTICES] = { "notices", 0, SW_TIMER_OFF, sw_postman_look },
		[TIMER_ANNOUNCE] = { "announce", 0, SW_TIMER_OFF, look_at_listed },
		[TIMER_STOP] = { "stop", 0, SW_TIMER_OFF, stop_anyway },
	};

	memcpy(d->timer, timers, sizeof(timers));
	sw_timer_start(&d->timer[TIMER_HEARTBEAT], sw_monotonic_ms(),
		       sw_manager_watchdog_ms(HEARTBEAT_PERIOD));
	sw_timer_start(&d->timer[TIMER_LOOK], sw_monotonic_ms(), LOOK_PERIOD);
	d->retry_pause = SW_RETRY_FIRST;
	sw_timer_set(&d->timer[TIMER_RETRY], sw_monotonic_ms(), SW_RETRY_FIRST);
	sw_timer_start(&d->timer[TIMER_SWEEP], sw_monotonic_ms(), SWEEP_PERIOD);
}
