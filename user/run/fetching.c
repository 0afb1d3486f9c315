// SPDX-License-Identifier: GPL-2.0
#include "run/fetching.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/ages.h"
#include "run/fetches.h"
#include "run/heed.h"

#define LOOK_AGAIN (30 * SECOND) /* clocks are set, and lists grow old */
#define TOGETHER (1 * SECOND)	 /* lists that come one behind the other are published once */

static void work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	sw_pump_close(&d->pump);
	sw_route_follow_close(&d->routes);
	close(d->signals);
	sw_fetches_work(d->instance, d->reloads.config, result);
}

void sw_fetching_look(void *ctx)
{
	struct daemon *d = ctx;
	struct sw_error error = {};
	__u64 wait = sw_fetches_wait_ms(d->instance, d->reloads.config, LOOK_AGAIN);

	if (!d->reloads.wanted && !d->work &&
	    sw_ages_due(d->instance, d->reloads.config, &d->pump.registry))
		sw_heed_reload(d, "a feed has become too old");
	if (d->fetching.pid || d->stopping)
		return; /* its end comes back to it */
	if (!wait && sw_job_start(&d->fetching, work, d, &error)) {
		sw_warn("%s", error.text);
		wait = LOCK_RETRY;
	}
	sw_timer_set(&d->timer[TIMER_FETCH], sw_monotonic_ms(), wait ?: LOOK_AGAIN);
}

void sw_fetching_end(struct daemon *d)
{
	struct sw_job_result result;
	__u64 pause = 0;

	sw_job_end(&d->fetching, &result);
	if (result.err && result.err != -EAGAIN)
		sw_warn("fetching: %s", result.error.text);
	if (result.err)
		pause = LOCK_RETRY;
	if (!result.err && result.count) {
		if (!d->reloads.wanted)
			sw_heed_reload(d, "a list that is fetched has changed");
		sw_timer_set(&d->timer[TIMER_RELOAD], sw_monotonic_ms(), TOGETHER);
	} else if (!result.err && result.partial) {
		sw_pump_learn(&d->pump); /* when it was tried */
	}
	sw_timer_set(&d->timer[TIMER_FETCH], sw_monotonic_ms(), pause);
}

static void tell(void *ctx, const struct sw_feed_config *feed, const char *line, bool failed)
{
	(void)ctx;
	if (failed)
		sw_warn("feed %s: %s", feed->name, line);
	else
		sw_note("feed %s: %s", feed->name, line);
}

void sw_fetching_begin(const struct sw_instance *instance, const struct sw_config *config)
{
	const struct sw_fetches which = { .missing = true, .tell = tell };
	struct sw_error error = {};
	size_t changed, failed;

	if (sw_fetches_do(instance, config, &which, &changed, &failed, &error))
		sw_warn("%s", error.text);
}
