// SPDX-License-Identifier: GPL-2.0
/*
 * One thread, one poll(2), one table of timers. Nothing here waits: what takes
 * long, or needs the lock, is a job (job.h), of which there is one at a time.
 */
#include "run/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "kernel/health.h"
#include "run/apply.h"
#include "run/confirm.h"
#include "run/ends.h"
#include "run/job.h"
#include "run/lists.h"
#include "run/nics_watch.h"
#include "run/outcome.h"
#include "run/pump.h"
#include "run/reloads.h"
#include "run/retry.h"
#include "run/timers.h"
#include "run/watch.h"
#include "run/zombies_keep.h"

#define SECOND 1000ULL
#define SWEEP_PERIOD (60 * SECOND)
#define HEARTBEAT_PERIOD (10 * SECOND)
#define LOOK_PERIOD (2 * SECOND)
#define LOCK_RETRY (2 * SECOND)	 /* after the lock was held, or no child was to be had */
#define STOP_GRACE (10 * SECOND) /* for a job under way to end */

enum {
	METRICS,
	HEARTBEAT,
	LOOK,
	FEEDS,
	RELOAD,
	RETRY,
	SWEEP,
	NICS,
	LISTS,
	ENDS,
	STOP,
	TIMERS,
};

enum work {
	IDLE,
	RELOADING,
	RETRYING,
	SWEEPING,
	MENDING,
};

struct daemon {
	const struct sw_instance *instance;
	struct sw_timer timer[TIMERS];
	struct sw_pump pump;
	struct sw_watch watch;
	struct sw_reloads reloads;
	struct sw_nics_watch *nics;
	struct sw_job job;
	enum work work;	   /* the job's */
	__u64 retry_pause; /* ms, until unfit feeds are looked at again */
	__u64 began_s;	   /* Unix time of the last reload */
	__u64 ended_s;	   /* what of the feeds had ended by then is not in force */
	int signals;
	bool stopping;
};

static __u64 now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static void heed_config(struct daemon *d)
{
	const struct sw_config *config = d->reloads.config;
	__u64 now = now_ms();

	sw_timer_start(&d->timer[METRICS], now,
		       config->textfile ? config->metrics_interval_s * SECOND : 0);
	if (config->textfile) {
		sw_outcome_remember(d->instance, config->textfile);
		sw_timer_set(&d->timer[METRICS], now, 0);
	}
	sw_timer_start(&d->timer[FEEDS], now, config->reload_interval_s * SECOND);
}

static void want_reload(struct daemon *d, const char *why)
{
	d->reloads.wanted = why;
	sw_timer_set(&d->timer[RELOAD], now_ms(), 0);
}

/* A `load` or `reload` by hand puts a config in force, and what it says of
 * intervals and paths is meant for this process. Feeds that changed since then
 * still differ from those seen here. */
static void follow_config(struct daemon *d)
{
	struct sw_watch_seen seen = sw_watch_look(&d->watch, now_ms());
	struct sw_config *config = NULL;
	struct sw_error error = {};

	if (seen.mend && !d->reloads.wanted)
		want_reload(d, "a load was interrupted");
	if (!seen.generation)
		return;
	if (sw_config_read(d->instance->config, &config, &error)) {
		sw_warn("%s; the daemon keeps its settings", error.text);
		return;
	}
	sw_reloads_adopt(&d->reloads, config, d->reloads.seen);
	heed_config(d);
	sw_note("generation %llu was published by hand: settings are read again", seen.generation);
	sw_timer_set(&d->timer[SWEEP], now_ms(), 0); /* its lists may end soon */
}

/* What this process publishes is not by hand. */
static void look(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work != RELOADING)
		follow_config(d);
	sw_pump_take(&d->pump);
}

static void beat(void *ctx)
{
	struct daemon *d = ctx;

	sw_health_set(d->pump.state, SW_HEALTH_HEARTBEAT, time(NULL));
}

static void write_metrics(void *ctx)
{
	struct daemon *d = ctx;
	struct sw_error error = {};

	beat(d); /* that what is written be no older than it must */
	if (sw_outcome_write(d->instance, d->reloads.config, &error))
		sw_warn("%s", error.text);
}

/* What the parent goes on using is not to outlive it in a child. */
static void leave(struct daemon *d)
{
	sw_pump_close(&d->pump);
	close(d->signals);
}

static void reload_work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_reloads_work(&d->reloads, result);
	if (!result->err)
		result->ends_s = sw_ends_next(d->instance, d->reloads.next, d->began_s);
}

static void sweep_work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_confirm_enforce(d->instance);
	sw_lists_next_end(d->instance, &result->until_ms);
	result->ends_s = sw_ends_next(d->instance, d->reloads.config, d->ended_s);
	result->err = sw_zombies_tidy(d->instance, &result->count, &result->error);
}

/* True if it has begun; else it is tried again later, by `timer`. */
static bool start_job(struct daemon *d, enum work work, int timer,
		      void (*what)(void *ctx, struct sw_job_result *result))
{
	struct sw_error error = {};

	if (sw_job_start(&d->job, what, d, &error)) {
		sw_warn("%s", error.text);
		sw_timer_set(&d->timer[timer], now_ms(), LOCK_RETRY);
		return false;
	}
	d->work = work;
	return true;
}

static void retry_work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_retry_work(d->instance, d->reloads.config, result);
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
	d->began_s = time(NULL);
	if (!start_job(d, RELOADING, RELOAD, reload_work)) {
		sw_config_free(d->reloads.next);
		d->reloads.next = NULL;
		d->reloads.wanted = why;
	}
}

static void look_at_feeds(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work != RELOADING && !d->reloads.wanted && sw_reloads_feeds_changed(&d->reloads))
		want_reload(d, "a feed has changed");
}

/* The registry is the pump's, which learns of every publish. */
static void retry(void *ctx)
{
	struct daemon *d = ctx;

	if (!sw_retry_due(&d->pump.registry))
		d->retry_pause = SW_RETRY_FIRST;
	else if (!d->work && !d->reloads.wanted && !d->stopping &&
		 start_job(d, RETRYING, RETRY, retry_work))
		d->retry_pause = d->retry_pause * 2 < SW_RETRY_MOST ? d->retry_pause * 2
								    : SW_RETRY_MOST;
	sw_timer_set(&d->timer[RETRY], now_ms(), d->retry_pause);
}

static void sweep(void *ctx)
{
	struct daemon *d = ctx;

	if (d->work)
		sw_timer_set(&d->timer[SWEEP], now_ms(), LOCK_RETRY);
	else if (!d->stopping)
		start_job(d, SWEEPING, SWEEP, sweep_work);
}

static void mend_work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	(void)result; /* it says what there is to say, and remembers that */
	leave(d);
	sw_nics_watch_mend(d->nics, d->reloads.config);
}

static void look_at_nics(void *ctx)
{
	struct daemon *d = ctx;
	bool due;

	if (d->work == MENDING || d->stopping)
		return; /* its end comes back to it */
	due = sw_nics_watch_look(d->nics, d->reloads.config);
	sw_timer_set(&d->timer[NICS], now_ms(), sw_nics_watch_wait_ms(d->nics));
	if (due && !d->work)
		start_job(d, MENDING, NICS, mend_work);
}

static void hear_of_nics(struct daemon *d)
{
	sw_nics_watch_read(d->nics);
	sw_timer_set(&d->timer[NICS], now_ms(), sw_nics_watch_wait_ms(d->nics));
}

static void publish_lists(void *ctx)
{
	want_reload(ctx, "the operator's lists have changed");
}

/* An entry that ends is in force until it is published without it. */
static void heed_lists(struct daemon *d, __s64 until_ms)
{
	__s64 left = until_ms - sw_wall_ms();

	if (until_ms != SW_LISTED_FOREVER && left < (__s64)SWEEP_PERIOD)
		sw_timer_set(&d->timer[LISTS], now_ms(), left > 0 ? left : 0);
}

/* The same of the feeds' entries. */
static void heed_ends(struct daemon *d, __u64 ends_s)
{
	__s64 left = (__s64)ends_s * 1000 - sw_wall_ms();

	if (ends_s && left < (__s64)SWEEP_PERIOD)
		sw_timer_set(&d->timer[ENDS], now_ms(), left > 0 ? left : 0);
}

static void publish_ends(void *ctx)
{
	want_reload(ctx, "an entry of a feed has ended");
}

static void end_reload(struct daemon *d, const struct sw_job_result *result)
{
	int err = sw_reloads_end(&d->reloads, result);

	if (err == -EAGAIN)
		sw_health_add(d->pump.state, SW_HEALTH_LOCK_HELD, 1);
	else if (err)
		sw_health_set(d->pump.state, SW_HEALTH_RELOAD_FAILED, 1);
	if (err) {
		sw_pump_learn(&d->pump); /* of the feeds that were to blame */
		return;
	}
	sw_watch_know(&d->watch, result->count, now_ms());
	heed_config(d);
	d->ended_s = d->began_s;
	heed_ends(d, result->ends_s);
}

static void end_sweep(struct daemon *d, const struct sw_job_result *result)
{
	if (result->err != -ECHILD) {
		heed_lists(d, result->until_ms);
		heed_ends(d, result->ends_s);
	}
	if (!result->err && result->count)
		sw_note("%llu live zombies have ended", result->count);
	if (result->err != -EAGAIN)
		return;
	sw_health_add(d->pump.state, SW_HEALTH_LOCK_HELD, 1);
	sw_timer_set(&d->timer[SWEEP], now_ms(), LOCK_RETRY);
}

static void end_retry(struct daemon *d, const struct sw_job_result *result)
{
	if (!result->err && result->count)
		want_reload(d, "a feed that was unfit is fit again");
}

static void end_mend(struct daemon *d, const struct sw_job_result *result)
{
	if (result->err) /* it was killed: the next look begins anew */
		sw_warn("NICs: %s", result->error.text);
	sw_pump_learn(&d->pump);
}

static void end_job(struct daemon *d)
{
	enum work work = d->work;
	struct sw_job_result result;

	sw_job_end(&d->job, &result);
	d->work = IDLE;
	if (work == RELOADING)
		end_reload(d, &result);
	else if (work == RETRYING)
		end_retry(d, &result);
	else if (work == SWEEPING)
		end_sweep(d, &result);
	else
		end_mend(d, &result);
	sw_timer_set(&d->timer[NICS], now_ms(), 0);
	if (d->reloads.wanted)
		sw_timer_set(&d->timer[RELOAD], now_ms(), d->reloads.locked ? LOCK_RETRY : 0);
}

/* A job that is killed leaves what a killed command does: the datapath as it
 * was, and perhaps a load that the next start mends. */
static void stop_anyway(void *ctx)
{
	struct daemon *d = ctx;

	sw_warn("what was under way did not end in time, and was killed");
	sw_job_kill(&d->job);
	d->work = IDLE;
}

static void stop(struct daemon *d)
{
	if (d->work && !d->stopping)
		sw_timer_set(&d->timer[STOP], now_ms(), STOP_GRACE);
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
		want_reload(d, "SIGHUP");
	}
}

static void loop(struct daemon *d)
{
	struct pollfd wait[] = {
		{ .fd = d->signals, .events = POLLIN },
		{ .events = POLLIN },
		{ .events = POLLIN },
		{ .events = POLLIN },
	};
	int ready;

	while (!d->stopping || d->work) {
		wait[1].fd = sw_pump_fd(&d->pump);
		wait[2].fd = d->job.result;
		wait[3].fd = sw_nics_watch_fd(d->nics);
		ready = poll(wait, 4, sw_timers_wait(d->timer, TIMERS, now_ms(), 60 * SECOND));
		if (ready < 0 && errno != EINTR)
			sw_warn("poll: %s", strerror(errno));
		if (ready > 0 && wait[1].revents & POLLIN)
			sw_pump_drain(&d->pump, now_ms());
		if (ready > 0 && wait[0].revents & POLLIN)
			do_signals(d);
		if (ready > 0 && wait[2].revents)
			end_job(d); /* after which the ring may be another, or none */
		if (ready > 0 && wait[3].revents)
			hear_of_nics(d);
		sw_timers_run(d->timer, TIMERS, now_ms(), d);
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
		[METRICS] = { "metrics", 0, SW_TIMER_OFF, write_metrics },
		[HEARTBEAT] = { "heartbeat", 0, SW_TIMER_OFF, beat },
		[LOOK] = { "look", 0, SW_TIMER_OFF, look },
		[FEEDS] = { "feeds", 0, SW_TIMER_OFF, look_at_feeds },
		[RELOAD] = { "reload", 0, SW_TIMER_OFF, reload },
		[RETRY] = { "retry", 0, SW_TIMER_OFF, retry },
		[SWEEP] = { "sweep", 0, SW_TIMER_OFF, sweep },
		[NICS] = { "nics", 0, SW_TIMER_OFF, look_at_nics },
		[LISTS] = { "lists", 0, SW_TIMER_OFF, publish_lists },
		[ENDS] = { "ends", 0, SW_TIMER_OFF, publish_ends },
		[STOP] = { "stop", 0, SW_TIMER_OFF, stop_anyway },
	};

	memcpy(d->timer, timers, sizeof(timers));
	sw_timer_start(&d->timer[HEARTBEAT], now_ms(), HEARTBEAT_PERIOD);
	sw_timer_start(&d->timer[LOOK], now_ms(), LOOK_PERIOD);
	d->retry_pause = SW_RETRY_FIRST;
	sw_timer_set(&d->timer[RETRY], now_ms(), SW_RETRY_FIRST);
	sw_timer_start(&d->timer[SWEEP], now_ms(), SWEEP_PERIOD);
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
	struct sw_apply_result applied;
	struct sw_config *config;
	__u64 seen = 0;
	int err;

	d->ended_s = time(NULL);
	err = sw_config_read(d->instance->config, &config, error);
	if (!err) {
		seen = sw_reloads_fingerprint(config);
		err = sw_apply_config(d->instance, config, SW_APPLY_LOAD, &applied, error);
	}
	if (err) {
		sw_outcome_failed(d->instance);
		return err;
	}
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
	sw_watch_know(&d->watch, generation, now_ms());
	beat(d);
	make_timers(d);
	heed_config(d);
	sw_lists_next_end(d->instance, &until_ms);
	heed_lists(d, until_ms);
	heed_ends(d, sw_ends_next(d->instance, d->reloads.config, d->ended_s));
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
	d->instance = d->reloads.instance = instance;
	d->job = SW_NO_JOB;
	d->pump.claim = -1;
	d->signals = -1;
	err = set_up(d, error);
	if (!err) {
		sw_note("running; SIGHUP reloads, SIGTERM leaves the datapath in force");
		loop(d);
	}
	sw_nics_watch_close(d->nics);
	sw_pump_close(&d->pump);
	sw_reloads_free(&d->reloads);
	if (d->signals >= 0)
		close(d->signals);
	free(d);
	return err;
}
