// SPDX-License-Identifier: GPL-2.0
#include "run/announce_job.h"

#include "base/clock.h"
#include "kernel/detected.h"
#include "run/announce.h"

bool sw_announce_begin(struct daemon *d)
{
	__u64 listed = sw_detected_listed(d->pump.state);

	if (!sw_announce_watch_due(&d->announce, listed))
		return false;
	sw_announce_watch_begin(&d->announce, listed);
	return true;
}

/* Whoever was dropped may have been listed just now. */
void sw_announce_hear(struct daemon *d)
{
	__u64 now = sw_monotonic_ms();

	if (d->timer[TIMER_ANNOUNCE].period && now >= d->announce.free)
		sw_timer_set(&d->timer[TIMER_ANNOUNCE], now, 0);
}

void sw_announce_work(struct daemon *d, struct sw_job_result *result)
{
	result->err = sw_announce_heard(d->instance, d->announce.doing);
}

void sw_announce_end(struct daemon *d, const struct sw_job_result *result)
{
	__u64 now = sw_monotonic_ms();

	sw_timer_set(&d->timer[TIMER_ANNOUNCE], now,
		     sw_announce_watch_end(&d->announce, result->err, result->cpu_ms, now));
}

void sw_announce_heed(struct daemon *d)
{
	const struct sw_announce_config *announce = &d->reloads.config->announce;
	__u64 period = announce->table && announce->what & (SW_ANNOUNCE_ZOMBIES | SW_ANNOUNCE_CASES)
			       ? SW_ANNOUNCE_LOOK
			       : 0;

	if (d->timer[TIMER_ANNOUNCE].period != period)
		sw_timer_start(&d->timer[TIMER_ANNOUNCE], sw_monotonic_ms(), period);
}

void sw_announce_heed_cases(struct daemon *d)
{
	d->announce.all |= !!(d->reloads.config->announce.what & SW_ANNOUNCE_CASES);
}
