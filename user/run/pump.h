/* SPDX-License-Identifier: GPL-2.0 */
/* Events from the kernel's ring into the log, as the daemon has them. */
#ifndef SPAMWEIR_RUN_PUMP_H
#define SPAMWEIR_RUN_PUMP_H

#include "event/ring.h"
#include "kernel/registry.h"
#include "run/instance.h"

struct sw_pump {
	const struct sw_instance *instance;
	struct sw_state *state; /* of the ring; open for reading, the pump's own */
	struct sw_registry registry;
	struct sw_ring *ring; /* NULL: another process reads events */
	bool missed;	      /* and that was said */
	char *log;
	int claim;   /* fd that says who writes the log; -1 */
	char *lines; /* of events, until they are written together */
	size_t lines_size;
	size_t pending; /* so many */
	bool losing;	/* the last ones could not be written */
	__u64 warn_at;	/* ms, when that is said again */
};

/* Takes `state` over. Released by sw_pump_close, on failure too. */
int sw_pump_open(struct sw_pump *pump, const struct sw_instance *instance, struct sw_state *state,
		 struct sw_error *error);
void sw_pump_close(struct sw_pump *pump);

/* Becomes the ring's reader, if it is not. Says once that it cannot. */
void sw_pump_take(struct sw_pump *pump);

/* Goes over to another state, which it takes over, if its ring is another one;
 * else closes it. True if it went over. */
bool sw_pump_follow(struct sw_pump *pump, struct sw_state *state, __u64 now);

/* Reads the names of feeds and interfaces anew. */
void sw_pump_learn(struct sw_pump *pump);

/* Polls readable when there are events; -1: it is not the reader. */
int sw_pump_fd(const struct sw_pump *pump);

/* Appends to the log what is there, at `now`, milliseconds. What cannot be written
 * is counted as lost, and said once a minute. */
void sw_pump_drain(struct sw_pump *pump, __u64 now);

#endif
