// SPDX-License-Identifier: GPL-2.0
#include "run/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "event/format.h"
#include "event/log.h"
#include "event/ring.h"
#include "kernel/live.h"
#include "report/metrics_text.h"
#include "run/apply.h"

#define SWEEP_INTERVAL_S 60
#define LOOK_INTERVAL_S 2
#define NEVER (~0ULL)

struct daemon {
	const struct sw_instance *instance;
	struct sw_config *config; /* for intervals and paths; the one in force */
	struct sw_state *state;	  /* open for reading: its lock is never held here */
	struct sw_registry registry;
	__u64 generation;	  /* the last one known here */
	struct sw_ring *stream; /* NULL: another process reads events */
	bool stream_missed;	  /* and that was said */
	char *log;
	char *lines; /* of events, until they are written together */
	size_t lines_size;
	int signals;
	bool stopping;
	__u64 metrics_at_s; /* monotonic; NEVER: not at all */
	__u64 sweep_at_s;
	__u64 look_at_s;
	__u64 feeds_at_s;
	__u64 feeds_seen; /* fingerprint of the feed files */
};

static __u64 now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Differs when any feed file was rewritten or replaced, by whatever age. */
static __u64 fingerprint(const struct sw_config *config)
{
	__u64 print = 0;
	struct stat st;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!config->feed[i].path || stat(config->feed[i].path, &st))
			continue;
		print = print * 31 + st.st_ino;
		print = print * 31 + st.st_size;
		print = print * 31 + st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec;
	}
	return print;
}

static void adopt_config(struct daemon *d, struct sw_config *config)
{
	sw_config_free(d->config);
	d->config = config;
	d->metrics_at_s = config->textfile ? now_s() : NEVER;
	d->feeds_at_s = config->reload_interval_s ? now_s() + config->reload_interval_s : NEVER;
}

static int append_event(void *ctx, const struct sw_event *event)
{
	struct daemon *d = ctx;
	char *line, *grown = NULL;
	size_t size;

	sw_registry_know_feed(d->state, &d->registry, event->feed);
	line = sw_event_line(event, &d->registry);
	if (line) {
		size = strlen(line);
		line[size] = '\n'; /* over its NUL: the buffer counts bytes */
		grown = realloc(d->lines, d->lines_size + size + 1);
	}
	if (grown) {
		memcpy(grown + d->lines_size, line, size + 1);
		d->lines = grown;
		d->lines_size += size + 1;
	} else {
		sw_warn("%s: an event is missing: %s", d->log, strerror(ENOMEM));
	}
	free(line);
	return 0;
}

static void drain_events(struct daemon *d)
{
	int err;

	sw_ring_poll(d->stream, 0);
	if (!d->lines_size)
		return;
	err = sw_event_log(d->log, d->lines, d->lines_size);
	if (err)
		sw_warn("%s: %s", d->log, strerror(-err));
	free(d->lines);
	d->lines = NULL;
	d->lines_size = 0;
}

/* After an `unload` and a `load` by hand the pinned state is another one. */
static void follow_state(struct daemon *d)
{
	struct sw_state *state;

	if (sw_state_open(d->instance->pin_dir, SW_READ, &state, NULL))
		return;
	if (sw_ring_same(state, d->state)) {
		d->state->abi = state->abi; /* its maps stay open: the stream polls one */
		sw_state_close(state);
		return;
	}
	if (d->stream)
		drain_events(d); /* the last ones of the old state */
	sw_ring_close(d->stream);
	d->stream = NULL;
	sw_state_close(d->state);
	d->state = state;
	d->generation = 0;
}

/* `spamweir events` may have been there first, and be gone by now. */
static void read_events(struct daemon *d)
{
	struct sw_error error = {};

	if (d->stream)
		return;
	if (!sw_ring_open(d->state, d->instance->state_dir, SW_READER_RUN, append_event, d,
			    &d->stream, &error)) {
		if (d->stream_missed)
			sw_note("events are logged from now on");
		d->stream_missed = false;
		return;
	}
	if (!d->stream_missed)
		sw_warn("no events are logged: %s", error.text);
	d->stream_missed = true;
}

/* What was published last is known here: by this process, or looked up. */
static void note_generation(struct daemon *d)
{
	follow_state(d);
	d->generation = d->state->abi.generation;
	sw_registry_read(d->state, &d->registry, NULL);
}

/* A `load` or `reload` by hand puts a config in force, and what it says of
 * intervals and paths is meant for this process. Feeds that changed since then
 * still differ from those seen here. */
static void follow_config(struct daemon *d)
{
	struct sw_config *config = NULL;
	struct sw_error error = {};

	follow_state(d);
	if (d->state->abi.generation == d->generation)
		return;
	note_generation(d);
	if (sw_config_read(d->instance->config, &config, &error)) {
		sw_warn("%s; the daemon keeps its settings", error.text);
		return;
	}
	adopt_config(d, config);
	sw_note("generation %llu was published by hand: settings are read again", d->generation);
}

/* Fingerprints are taken before files are read: what changes meanwhile is
 * noticed the next time. */
static void reload(struct daemon *d, const char *why)
{
	struct sw_config *config = NULL;
	struct sw_error error = {};
	__u64 seen = 0;
	bool partial;
	int err;

	sw_note("reloading: %s", why);
	d->feeds_seen = fingerprint(d->config); /* no retry until it changes again */
	err = sw_config_read(d->instance->config, &config, &error);
	if (!err) {
		seen = fingerprint(config);
		err = sw_reload(d->instance, &partial, &error);
	}
	if (err) {
		sw_note("%s; the running generation stays in force", error.text);
		sw_config_free(config);
		return;
	}
	adopt_config(d, config);
	d->feeds_seen = seen;
	note_generation(d);
	sw_note("reloaded");
}

static void sweep(const struct sw_instance *instance)
{
	struct sw_state *state;
	__u64 removed = 0;

	if (sw_state_open(instance->pin_dir, SW_WRITE, &state, NULL))
		return;
	sw_live_sweep(state, &removed);
	sw_state_close(state);
	if (removed)
		sw_note("%llu live zombies have ended", removed);
}

static void do_timers(struct daemon *d)
{
	struct sw_error error = {};
	__u64 now = now_s();

	if (now >= d->metrics_at_s) {
		d->metrics_at_s = now + d->config->metrics_interval_s;
		if (sw_metrics_write(d->instance->pin_dir, d->config->textfile, &error))
			sw_warn("%s", error.text);
	}
	if (now >= d->sweep_at_s) {
		d->sweep_at_s = now + SWEEP_INTERVAL_S;
		sweep(d->instance);
	}
	if (now >= d->look_at_s) {
		d->look_at_s = now + LOOK_INTERVAL_S;
		follow_config(d);
		read_events(d);
	}
	if (now >= d->feeds_at_s) {
		d->feeds_at_s = now + d->config->reload_interval_s;
		if (fingerprint(d->config) != d->feeds_seen)
			reload(d, "a feed has changed");
	}
}

static void do_signal(struct daemon *d)
{
	struct signalfd_siginfo info;

	if (read(d->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload(d, "SIGHUP");
	else
		d->stopping = true;
}

static int timeout_ms(const struct daemon *d)
{
	__u64 next = d->look_at_s, now = now_s();

	if (d->sweep_at_s < next)
		next = d->sweep_at_s;
	if (d->metrics_at_s < next)
		next = d->metrics_at_s;
	if (d->feeds_at_s < next)
		next = d->feeds_at_s;
	return next > now ? (next - now) * 1000 : 0;
}

static void loop(struct daemon *d)
{
	struct pollfd wait[2] = {
		{ .fd = d->signals, .events = POLLIN },
		{ .events = POLLIN },
	};

	while (!d->stopping) {
		wait[1].fd = d->stream ? sw_ring_fd(d->stream) : -1;
		if (poll(wait, 2, timeout_ms(d)) < 0 && errno != EINTR)
			sw_warn("poll: %s", strerror(errno));
		if (wait[1].revents & POLLIN)
			drain_events(d);
		if (wait[0].revents & POLLIN)
			do_signal(d); /* after which the stream may be another, or none */
		do_timers(d);
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

void sw_daemon_block_signals(void)
{
	const sigset_t set = daemon_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int set_up(struct daemon *d, struct sw_error *error)
{
	const sigset_t set = daemon_signals();
	struct sw_config *config;
	int err;

	d->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (d->signals < 0)
		return sw_fail(error, -errno, "signalfd: %s", strerror(errno));
	err = sw_config_read(d->instance->config, &config, error);
	if (err)
		return err;
	adopt_config(d, config);
	d->feeds_seen = fingerprint(config);
	d->sweep_at_s = now_s() + SWEEP_INTERVAL_S;
	d->look_at_s = now_s() + LOOK_INTERVAL_S;
	err = sw_state_open(d->instance->pin_dir, SW_READ, &d->state, error);
	if (!err)
		err = sw_registry_read(d->state, &d->registry, error);
	if (!err)
		d->generation = d->state->abi.generation;
	d->log = sw_event_log_path(d->instance->state_dir);
	if (!err && !d->log)
		err = -ENOMEM;
	if (!err)
		read_events(d);
	return err;
}

int sw_daemon(const struct sw_instance *instance, struct sw_error *error)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->instance = instance;
	d->signals = -1;
	err = set_up(d, error);
	if (!err) {
		sw_note("running; SIGHUP reloads, SIGTERM leaves the datapath in force");
		loop(d);
	}
	sw_ring_close(d->stream);
	sw_state_close(d->state);
	sw_config_free(d->config);
	if (d->signals >= 0)
		close(d->signals);
	free(d->lines);
	free(d->log);
	free(d);
	return err;
}
