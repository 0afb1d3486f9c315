// SPDX-License-Identifier: GPL-2.0
#include "run/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/alive.h"
#include "event/format.h"
#include "event/log.h"
#include "kernel/health.h"

#define WARN_AGAIN_MS 60000ULL

int sw_pump_open(struct sw_pump *pump, const struct sw_instance *instance, struct sw_state *state,
		 struct sw_error *error)
{
	*pump = (struct sw_pump){ .instance = instance, .state = state, .claim = -1 };
	pump->log = sw_event_log_path(instance->state_dir);
	if (!pump->log)
		return -ENOMEM;
	return sw_registry_read(state, &pump->registry, error);
}

void sw_pump_close(struct sw_pump *pump)
{
	if (pump->claim >= 0)
		close(pump->claim);
	sw_ring_close(pump->ring);
	sw_state_close(pump->state);
	free(pump->lines);
	free(pump->log);
	*pump = (struct sw_pump){ .claim = -1 };
}

static int append_event(void *ctx, const struct sw_record *record)
{
	struct sw_pump *pump = ctx;
	char *line, *grown = NULL;
	size_t size;

	sw_registry_know_feed(pump->state, &pump->registry, sw_event_feed(record));
	line = sw_event_line(record, &pump->registry);
	if (line) {
		size = strlen(line);
		line[size] = '\n'; /* over its NUL: the buffer counts bytes */
		grown = realloc(pump->lines, pump->lines_size + size + 1);
	}
	if (grown) {
		memcpy(grown + pump->lines_size, line, size + 1);
		pump->lines = grown;
		pump->lines_size += size + 1;
		pump->pending++;
	} else {
		sw_health_add(pump->state, SW_HEALTH_EVENTS_UNLOGGED, 1);
		sw_warn("%s: an event is missing: %s", pump->log, strerror(ENOMEM));
	}
	free(line);
	return 0;
}

static void lose(struct sw_pump *pump, const char *why, __u64 now)
{
	sw_health_add(pump->state, SW_HEALTH_EVENTS_UNLOGGED, pump->pending);
	if (!pump->losing || now >= pump->warn_at) {
		sw_warn("%s; events are lost, and counted as such", why);
		pump->warn_at = now + WARN_AGAIN_MS;
	}
	pump->losing = true;
}

void sw_pump_drain(struct sw_pump *pump, __u64 now)
{
	struct sw_error error = {};

	sw_ring_poll(pump->ring, 0);
	if (!pump->lines_size)
		return;
	if (sw_event_log(pump->log, pump->lines, pump->lines_size, &error)) {
		lose(pump, error.text, now);
	} else {
		if (pump->losing)
			sw_note("%s: events are logged again", pump->log);
		pump->losing = false;
	}
	free(pump->lines);
	pump->lines = NULL;
	pump->lines_size = pump->pending = 0;
}

bool sw_pump_follow(struct sw_pump *pump, struct sw_state *state, __u64 now)
{
	bool another = !sw_ring_same(state, pump->state);

	if (!another) {
		sw_state_close(state); /* ours stays open: the ring polls a map of it */
	} else {
		if (pump->ring)
			sw_pump_drain(pump, now); /* the last ones of the old state */
		sw_ring_close(pump->ring);
		pump->ring = NULL;
		sw_state_close(pump->state);
		pump->state = state;
	}
	return another;
}

void sw_pump_learn(struct sw_pump *pump)
{
	sw_registry_read(pump->state, &pump->registry, NULL);
}

/* `spamweir events` may have been there first, and be gone by now. */
void sw_pump_take(struct sw_pump *pump)
{
	struct sw_error error = {};

	if (pump->ring)
		return;
	/* What is loaded anew has known no heart beat, and whoever reads its ring goes round. */
	sw_daemon_beat(pump->state);
	if (!sw_ring_open(pump->state, SW_READER_RUN, append_event, pump, &pump->ring, &error)) {
		if (pump->claim < 0)
			pump->claim = sw_event_log_claim(pump->instance->state_dir);
		if (pump->missed)
			sw_note("events are logged from now on");
		pump->missed = false;
		return;
	}
	if (!pump->missed)
		sw_warn("no events are logged: %s", error.text);
	pump->missed = true;
}

int sw_pump_fd(const struct sw_pump *pump)
{
	return pump->ring ? sw_ring_fd(pump->ring) : -1;
}
