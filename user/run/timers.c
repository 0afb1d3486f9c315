// SPDX-License-Identifier: GPL-2.0
#include "run/timers.h"

void sw_timer_start(struct sw_timer *timer, __u64 now, __u64 period)
{
	timer->period = period;
	timer->due = period ? now + period : SW_TIMER_OFF;
}

void sw_timer_set(struct sw_timer *timer, __u64 now, __u64 delay)
{
	timer->due = now + delay;
}

void sw_timers_run(struct sw_timer *timer, size_t timers, __u64 now, void *ctx)
{
	size_t i;

	for (i = 0; i < timers; i++) {
		if (timer[i].due > now)
			continue;
		/* The next time is set first, because `what` may set another. */
		timer[i].due = timer[i].period ? now + timer[i].period : SW_TIMER_OFF;
		timer[i].what(ctx);
	}
}

int sw_timers_wait(const struct sw_timer *timer, size_t timers, __u64 now, int most)
{
	__u64 wait = most;
	size_t i;

	for (i = 0; i < timers; i++) {
		if (timer[i].due <= now)
			return 0;
		if (timer[i].due - now < wait)
			wait = timer[i].due - now;
	}
	return wait;
}
