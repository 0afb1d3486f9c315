/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames as they came in, with what was decided of each. One process at a time has them: it
 * tells the programs which it wants, again and again for as long as it lives, and has a ring
 * for each CPU. What comes while a ring is full is lost, and counted. Frames are told in the
 * order in which they came, by whatever CPU.
 */
#ifndef SPAMWEIR_EVENT_TAP_H
#define SPAMWEIR_EVENT_TAP_H

#include "kernel/state.h"

#define SW_TAP_RING_MOST (4UL << 20) /* bytes, of a CPU */
#define SW_TAP_RING_LEAST (256UL << 10)
#define SW_TAP_RINGS_MOST (64UL << 20) /* of all, where there are many */

struct sw_tap;

/* Told of a frame of which `frame->size` bytes are at `data`. -errno ends the reading; 1
 * does so too, and the frame counts as read. */
typedef int (*sw_tapped_fn)(void *ctx, const struct sw_captured *frame, const void *data);

/* Opens the rings and asks for frames. *out is the caller's. -EBUSY: another process does,
 * which `error` names; -ENOTSUP: what is loaded is of a version that cannot; else -errno. */
int sw_tap_open(const struct sw_state *state, const struct sw_capture_filter *filter,
		sw_tapped_fn tapped, void *ctx, struct sw_tap **out, struct sw_error *error);

/* Waits for frames up to `timeout_ms`, and tells of all there are; to be called every second
 * at least. 0; what the callback returned; -EINTR; -EBUSY: it was not called for so long
 * that another has taken over; -errno. */
int sw_tap_poll(struct sw_tap *tap, int timeout_ms);

/* Asks for no more, and tells of what has come. */
int sw_tap_stop(struct sw_tap *tap);

/* What was counted of a NIC's slot since it was opened. */
void sw_tap_count(const struct sw_tap *tap, __u32 slot, struct sw_capture_count *out);

void sw_tap_close(struct sw_tap *tap); /* NULL is fine */

#endif
