// SPDX-License-Identifier: GPL-2.0
/*
 * One thread, one poll(2), one table of timers. Nothing here waits: what takes
 * long, or needs the lock, is done elsewhere (work.h).
 */
#include "run/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/manager.h"
#include "base/memory.h"
#include "config/read.h"
#include "event/alive.h"
#include "kernel/health.h"
#include "kernel/open.h"
#include "run/announce_job.h"
#include "run/apply.h"
#include "run/daemon_parts.h"
#include "run/ends.h"
#include "run/fetching.h"
#include "run/heed.h"
#include "run/lists.h"
#include "run/outcome.h"
#include "run/people.h"
#include "run/postman.h"
#include "run/retry.h"
#include "run/route_feeds.h"
#include "run/routing.h"
#include "run/work.h"

#define HEARTBEAT_PERIOD (10 * SECOND)
#define LOOK_PERIOD (2 * SECOND)
#define STOP_GRACE (10 * SECOND) /* for a job under way to end */

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

static void beat(void *ctx)
{
	struct daemon *d = ctx;

	sw_daemon_beat(d->pump.state);
	sw_manager_tell("WATCHDOG=1");
}

static void write_metrics(void *ctx)
{
	struct daemon *d = ctx;
	struct sw_error error = {};

	beat(d); /* that what is written be no older than it must */
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

static void look_at_nics(void *ctx)
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

static void hear_of_nics(struct daemon *d)
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
	sw_heed_reload(ctx, "an entry of a feed has ended");
}

static void stop_anyway(void *ctx)
{
	sw_warn("what was under way did not end in time, and was killed");
	sw_work_kill(ctx);
}

static void stop(struct daemon *d)
{
	if (!d->stopping)
		sw_manager_tell("STOPPING=1");
	if (d->work && !d->stopping)
		sw_timer_set(&d->timer[TIMER_STOP], sw_monotonic_ms(), STOP_GRACE);
	d->stopping = true;
}

static void do_signals(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP) {
			stop(d);
			continue;
		}
		d->reloads.anew = true; /* somebody says so, as by `spamweir reload` */
		sw_heed_reload(d, "SIGHUP");
	}
}

#define WAITS 7 /* beside those of the postman */

static void loop(struct daemon *d)
{
	struct pollfd wait[WAITS + SW_POSTMAN_WAITS];
	int ready, i;

	while (!d->stopping || d->work) {
		for (i = 0; i < WAITS + SW_POSTMAN_WAITS; i++)
			wait[i] = (struct pollfd){ .events = POLLIN };
		wait[0].fd = d->signals;
		wait[1].fd = sw_pump_fd(&d->pump);
		wait[2].fd = d->job.result;
		wait[3].fd = sw_nics_watch_fd(d->nics);
		wait[4].fd = d->fetching.result;
		wait[5].fd = sw_route_follow_fd(&d->routes);
		wait[6].fd = d->people.result;
		sw_postman_wait(d, wait + WAITS);
		ready = poll(wait, WAITS + SW_POSTMAN_WAITS,
			     sw_timers_wait(d->timer, TIMERS, sw_monotonic_ms(), 60 * SECOND));
		if (ready < 0 && errno != EINTR)
			sw_warn("poll: %s", strerror(errno));
		if (ready > 0 && wait[1].revents & POLLIN) {
			sw_pump_drain(&d->pump, sw_monotonic_ms());
			sw_announce_hear(d);
		}
		if (ready > 0 && wait[0].revents & POLLIN)
			do_signals(d);
		if (ready > 0 && wait[2].revents)
			sw_work_end(d); /* after which the ring may be another, or none */
		if (ready > 0 && wait[3].revents)
			hear_of_nics(d);
		if (ready > 0 && wait[4].revents)
			sw_fetching_end(d);
		if (ready > 0 && wait[5].revents)
			sw_routing_read(d);
		if (ready > 0 && wait[6].revents)
			sw_people_end(d);
		if (ready > 0)
			sw_postman_end(d, wait + WAITS);
		sw_timers_run(d->timer, TIMERS, sw_monotonic_ms(), d);
	}
}

static sigset_t daemon_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

static void make_timers(struct daemon *d)
{
	const struct sw_timer timers[TIMERS] = {
		[TIMER_METRICS] = { "metrics", 0, SW_TIMER_OFF, write_metrics },
		[TIMER_HEARTBEAT] = { "heartbeat", 0, SW_TIMER_OFF, beat },
		[TIMER_LOOK] = { "look", 0, SW_TIMER_OFF, look },
		[TIMER_FEEDS] = { "feeds", 0, SW_TIMER_OFF, look_at_feeds },
		[TIMER_RELOAD] = { "reload", 0, SW_TIMER_OFF, reload },
		[TIMER_RETRY] = { "retry", 0, SW_TIMER_OFF, retry },
		[TIMER_SWEEP] = { "sweep", 0, SW_TIMER_OFF, sweep },
		[TIMER_NICS] = { "nics", 0, SW_TIMER_OFF, look_at_nics },
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

/* A SIGHUP during the load waits until it is done. */
static int take_signals(struct daemon *d, struct sw_error *error)
{
	const sigset_t set = daemon_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
	d->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d->signals < 0)
		return sw_fail(error, -errno, "signalfd: %s", strerror(errno));
	return 0;
}

static int load(struct daemon *d, __u64 *generation, struct sw_error *error)
{
	struct sw_instance instance = *d->instance;
	struct sw_apply_result applied;
	struct sw_config *config;
	__u64 seen = 0;
	int err;

	d->ended_s = sw_wall_ms() / 1000;
	err = sw_reloads_read(instance.config, &config, &instance.config_text, error);
	if (!err) {
		sw_fetching_begin(d->instance, config);
		sw_route_feeds_resume(d->instance, config);
		sw_routing_begin(d, config);
		instance.held = d->reloads.held;
		seen = sw_reloads_fingerprint(config);
		err = sw_apply_config(&instance, config, SW_APPLY_LOAD, &applied, error);
	}
	if (err) {
		sw_outcome_failed(d->instance);
		return err;
	}
	d->routes_again = applied.again_ms;
	sw_reloads_adopt(&d->reloads, applied.config, seen);
	*generation = applied.generation;
	return 0;
}

static int set_up(struct daemon *d, struct sw_error *error)
{
	struct sw_state *state;
	__u64 generation;
	__s64 until_ms;
	int err;

	err = take_signals(d, error);
	if (!err)
		err = load(d, &generation, error);
	if (!err)
		err = sw_state_open(d->instance->pin_dir, SW_READ, &state, error);
	if (!err)
		err = sw_pump_open(&d->pump, d->instance, state, error);
	if (!err)
		err = sw_nics_watch_open(d->instance, &d->nics);
	if (err)
		return err;
	sw_watch_begin(&d->watch, d->instance, &d->pump);
	sw_watch_know(&d->watch, generation, sw_monotonic_ms());
	beat(d);
	make_timers(d);
	sw_heed_config(d);
	sw_routing_end(d, &(struct sw_job_result){ .again_ms = d->routes_again });
	sw_lists_next_end(d->instance, &until_ms);
	sw_heed_lists(d, until_ms);
	sw_heed_ends(d, sw_ends_next(d->instance, d->reloads.config, d->ended_s));
	sw_pump_take(&d->pump);
	look_at_nics(d);
	return 0;
}

int sw_daemon(const struct sw_instance *instance, struct sw_error *error)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	sw_give_back_large();
	d->instance = d->reloads.instance = instance;
	d->reloads.held = &d->routes.held;
	d->job = d->fetching = d->people = SW_NO_JOB;
	sw_postman_begin(d);
	d->pump.claim = -1;
	d->signals = -1;
	err = set_up(d, error);
	if (!err) {
		sw_note("running; SIGHUP reloads, SIGTERM leaves the datapath in force");
		sw_manager_tell("READY=1");
		loop(d);
	}
	sw_job_kill(&d->fetching); /* and with it the processes that it has */
	sw_job_kill(&d->people);
	sw_postman_stop(d);
	sw_nics_watch_close(d->nics);
	sw_route_follow_close(&d->routes);
	sw_pump_close(&d->pump);
	sw_reloads_free(&d->reloads);
	if (d->signals >= 0)
		close(d->signals);
	free(d);
	return err;
}
