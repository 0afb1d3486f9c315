/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of timers. Whoever has it gives the time, so that it needs no clock:
 * milliseconds that never go back. What a timer does must not wait, for all
 * others wait for it.
 */
#ifndef SPAMWEIR_RUN_TIMERS_H
#define SPAMWEIR_RUN_TIMERS_H

#include <linux/types.h>
#include <stddef.h>

#define SW_TIMER_OFF (~0ULL)

struct sw_timer {
	const char *name;
	__u64 period; /* ms; 0: only when it is set */
	__u64 due;    /* SW_TIMER_OFF: not at all */
	void (*what)(void *ctx);
};

/* Due every `period` ms from now on, the first time in one; 0: off. */
void sw_timer_start(struct sw_timer *timer, __u64 now, __u64 period);

/* Due once in `delay` ms, whatever its period, which goes on behind it. */
void sw_timer_set(struct sw_timer *timer, __u64 now, __u64 delay);

/* Does what is due, each timer once, in the order of the table. A timer that is
 * late is done once and not made up for. `what` may start and set timers. */
void sw_timers_run(struct sw_timer *timer, size_t timers, __u64 now, void *ctx);

/* Milliseconds until one is due, at most `most`: what poll(2) may wait. */
int sw_timers_wait(const struct sw_timer *timer, size_t timers, __u64 now, int most);

#endif
