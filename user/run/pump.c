// SPDX-License-Identifier: GPL-2.0
#include "run/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/format.h"
#include "event/log.h"

int sw_pump_open(struct sw_pump *pump, const struct sw_instance *instance,
		 struct sw_state *state, struct sw_error *error)
{
	*pump = (struct sw_pump){ .instance = instance, .state = state };
	pump->log = sw_event_log_path(instance->state_dir);
	if (!pump->log)
		return -ENOMEM;
	return sw_registry_read(state, &pump->registry, error);
}

void sw_pump_close(struct sw_pump *pump)
{
	sw_ring_close(pump->ring);
	sw_state_close(pump->state);
	free(pump->lines);
	free(pump->log);
	*pump = (struct sw_pump){};
}

static int append_event(void *ctx, const struct sw_event *event)
{
	struct sw_pump *pump = ctx;
	char *line, *grown = NULL;
	size_t size;

	sw_registry_know_feed(pump->state, &pump->registry, event->feed);
	line = sw_event_line(event, &pump->registry);
	if (line) {
		size = strlen(line);
		line[size] = '\n'; /* over its NUL: the buffer counts bytes */
		grown = realloc(pump->lines, pump->lines_size + size + 1);
	}
	if (grown) {
		memcpy(grown + pump->lines_size, line, size + 1);
		pump->lines = grown;
		pump->lines_size += size + 1;
	} else {
		sw_warn("%s: an event is missing: %s", pump->log, strerror(ENOMEM));
	}
	free(line);
	return 0;
}

void sw_pump_drain(struct sw_pump *pump)
{
	int err;

	sw_ring_poll(pump->ring, 0);
	if (!pump->lines_size)
		return;
	err = sw_event_log(pump->log, pump->lines, pump->lines_size);
	if (err)
		sw_warn("%s: %s", pump->log, strerror(-err));
	free(pump->lines);
	pump->lines = NULL;
	pump->lines_size = 0;
}

bool sw_pump_follow(struct sw_pump *pump, struct sw_state *state)
{
	bool another = !sw_ring_same(state, pump->state);

	if (!another) {
		sw_state_close(state); /* ours stays open: the ring polls a map of it */
	} else {
		if (pump->ring)
			sw_pump_drain(pump); /* the last ones of the old state */
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
	if (!sw_ring_open(pump->state, pump->instance->state_dir, SW_READER_RUN, append_event, pump,
			  &pump->ring, &error)) {
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
