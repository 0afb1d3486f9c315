/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events out of the kernel. The ring has one reader: `run`, which appends them
 * to a log that is rotated once and so bounded, or else `events`. The lock that
 * keeps others out belongs to the ring: an flock(2) on a directory beside its pin,
 * whatever state directory a reader was given. Its holder has left in the map
 * `health` what it is.
 */
#ifndef SPAMWEIR_EVENT_RING_H
#define SPAMWEIR_EVENT_RING_H

#include <stdbool.h>
#include <sys/types.h>

#include "kernel/state.h"

/* A struct sw_event, or another that its type names; whole. */
typedef int (*sw_event_fn)(void *ctx, const struct sw_record *record);

struct sw_ring; /* the ring's reader */

enum sw_reader {
	SW_READER_NONE,
	SW_READER_RUN,
	SW_READER_EVENTS,
};

/* Becomes the reader. -EBUSY if another process is, which `error` names. *out
 * is the caller's. */
int sw_ring_open(const struct sw_state *state, enum sw_reader reader, sw_event_fn event, void *ctx,
		 struct sw_ring **out, struct sw_error *error);

/* Who reads now. *pid is 0 if that process cannot be seen from here. */
enum sw_reader sw_ring_reader(const struct sw_state *state, pid_t *pid);

/* Waits for events up to `timeout_ms` and delivers them. The number, or
 * -EINTR, or what the callback returned below 0. */
int sw_ring_poll(struct sw_ring *ring, int timeout_ms);

/* Whether two states have one ring: after an `unload` there is another. */
bool sw_ring_same(const struct sw_state *a, const struct sw_state *b);

/* Whether what a state was opened of has been unloaded since. */
bool sw_ring_gone(const struct sw_state *state);

/* A file descriptor that polls readable when there are events. */
int sw_ring_fd(const struct sw_ring *ring);
void sw_ring_close(struct sw_ring *ring);

#endif
