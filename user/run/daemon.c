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
#include "kernel/open.h"
#include "run/announce_job.h"
#include "run/apply.h"
#include "run/daemon_parts.h"
#include "run/due.h"
#include "run/ends.h"
#include "run/fetching.h"
#include "run/heed.h"
#include "run/lists.h"
#include "run/outcome.h"
#include "run/people.h"
#include "run/postman.h"
#include "run/route_feeds.h"
#include "run/routing.h"
#include "run/work.h"

#define STOP_GRACE (10 * SECOND) /* for a job under way to end */

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
			sw_due_hear_of_nics(d);
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
	sw_due_beat(d);
	sw_due_begin(d);
	sw_heed_config(d);
	sw_routing_end(d, &(struct sw_job_result){ .again_ms = d->routes_again });
	sw_lists_next_end(d->instance, &until_ms);
	sw_heed_lists(d, until_ms);
	sw_heed_ends(d, sw_ends_next(d->instance, d->reloads.config, d->ended_s));
	sw_pump_take(&d->pump);
	sw_due_look_at_nics(d);
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
