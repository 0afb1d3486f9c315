// SPDX-License-Identifier: GPL-2.0
#include "run/heed.h"

#include "base/clock.h"
#include "run/announce_job.h"
#include "run/lists.h"
#include "run/outcome.h"

void sw_heed_config(struct daemon *d)
{
	const struct sw_config *config = d->reloads.config;
	__u64 now = sw_monotonic_ms();

	sw_timer_start(&d->timer[TIMER_METRICS], now,
		       config->textfile ? config->metrics_interval_s * SECOND : 0);
	if (config->textfile) {
		sw_outcome_remember(d->instance, config->textfile);
		sw_timer_set(&d->timer[TIMER_METRICS], now, 0);
	}
	sw_timer_start(&d->timer[TIMER_FEEDS], now, config->reload_interval_s * SECOND);
	sw_timer_set(&d->timer[TIMER_FETCH], now, 0);
	sw_timer_set(&d->timer[TIMER_PEOPLE], now, 0);
	sw_timer_set(&d->timer[TIMER_NOTICES], now, 0);
	sw_announce_heed(d);
}

void sw_heed_lists(struct daemon *d, __s64 until_ms)
{
	__s64 left = until_ms - sw_wall_ms();

	if (until_ms != SW_LISTED_FOREVER && left < (__s64)SWEEP_PERIOD)
		sw_timer_set(&d->timer[TIMER_LISTS], sw_monotonic_ms(), left > 0 ? left : 0);
}

void sw_heed_ends(struct daemon *d, __u64 ends_s)
{
	__s64 left = (__s64)ends_s * 1000 - sw_wall_ms();

	if (ends_s && left < (__s64)SWEEP_PERIOD)
		sw_timer_set(&d->timer[TIMER_ENDS], sw_monotonic_ms(), left > 0 ? left : 0);
}

void sw_heed_reload(struct daemon *d, const char *why)
{
	d->reloads.wanted = why;
	sw_timer_set(&d->timer[TIMER_RELOAD], sw_monotonic_ms(), 0);
}
