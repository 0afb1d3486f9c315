// SPDX-License-Identifier: GPL-2.0
#include "run/work.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "kernel/health.h"
#include "run/announce_job.h"
#include "run/confirm.h"
#include "run/ends.h"
#include "run/heed.h"
#include "run/lists.h"
#include "run/retry.h"
#include "run/route_feeds.h"
#include "run/routing.h"
#include "run/zombies_keep.h"

/* In the child. */

/* Closes what only the parent uses: it is not to outlive it in a child. */
static void leave(struct daemon *d)
{
	sw_pump_close(&d->pump);
	sw_route_follow_leave(&d->routes);
	close(d->signals);
}

static void reload(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_reloads_work(&d->reloads, result);
	if (!result->err)
		result->ends_s = sw_ends_next(d->instance, d->reloads.next, d->began_s);
}

static void sweep(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_confirm_enforce(d->instance);
	sw_lists_next_end(d->instance, &result->until_ms);
	result->ends_s = sw_ends_next(d->instance, d->reloads.config, d->ended_s);
	result->err =
		sw_zombies_tidy(d->instance, &result->count, &result->again_ms, &result->error);
}

static void retry(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_retry_work(d->instance, d->reloads.config, result);
}

static void look(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	result->count = sw_route_feeds_differ(d->instance, d->reloads.config);
}

static void announce(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	leave(d);
	sw_announce_work(d, result);
}

static void mend(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	(void)result; /* it says what there is to say, and remembers that */
	leave(d);
	sw_nics_watch_mend(d->nics, d->reloads.config);
}

/* In the parent, when it has ended. */

static void end_reload(struct daemon *d, const struct sw_job_result *result)
{
	int err = sw_reloads_end(&d->reloads, result);

	sw_routing_end(d, result);
	if (err == -EAGAIN)
		sw_health_add(d->pump.state, SW_HEALTH_LOCK_HELD, 1);
	else if (err)
		sw_health_set(d->pump.state, SW_HEALTH_RELOAD_FAILED, 1);
	if (err) {
		sw_pump_learn(&d->pump); /* of the feeds that were to blame */
		return;
	}
	sw_watch_know(&d->watch, result->count, sw_monotonic_ms());
	if (!d->reloads.same) /* else intervals and paths are what they were */
		sw_heed_config(d);
	d->ended_s = d->began_s;
	sw_heed_ends(d, result->ends_s);
}

static void end_look(struct daemon *d, const struct sw_job_result *result)
{
	sw_routing_end(d, result);
	if (result->err || !result->count)
		return;
	sw_held_lose(&d->routes.held);
	sw_heed_reload(d, SW_ROUTES_CHANGED);
}

static void end_sweep(struct daemon *d, const struct sw_job_result *result)
{
	if (result->err != -ECHILD) {
		sw_heed_lists(d, result->until_ms);
		sw_heed_ends(d, result->ends_s);
	}
	if (!result->err && result->again_ms < SWEEP_PERIOD) /* then its route ends, too */
		sw_timer_set(&d->timer[TIMER_SWEEP], sw_monotonic_ms(), result->again_ms);
	if (!result->err && result->count)
		sw_note("%llu live zombies have ended", result->count);
	if (result->err != -EAGAIN)
		return;
	sw_health_add(d->pump.state, SW_HEALTH_LOCK_HELD, 1);
	sw_timer_set(&d->timer[TIMER_SWEEP], sw_monotonic_ms(), LOCK_RETRY);
}

static void end_retry(struct daemon *d, const struct sw_job_result *result)
{
	if (!result->err && result->count)
		sw_heed_reload(d, "a feed that was unfit is fit again");
}

static void end_mend(struct daemon *d, const struct sw_job_result *result)
{
	if (result->err) /* it was killed: the next look begins anew */
		sw_warn("NICs: %s", result->error.text);
	sw_pump_learn(&d->pump);
}

static const struct {
	int timer; /* which asks for it */
	void (*child)(void *ctx, struct sw_job_result *result);
	void (*end)(struct daemon *d, const struct sw_job_result *result);
} works[] = {
	[SW_RELOADING] = { TIMER_RELOAD, reload, end_reload },
	[SW_RETRYING] = { TIMER_RETRY, retry, end_retry },
	[SW_SWEEPING] = { TIMER_SWEEP, sweep, end_sweep },
	[SW_MENDING] = { TIMER_NICS, mend, end_mend },
	[SW_LOOKING] = { TIMER_ROUTES, look, end_look },
	[SW_ANNOUNCING] = { TIMER_ANNOUNCE, announce, sw_announce_end },
};

bool sw_work_start(struct daemon *d, enum sw_work work)
{
	struct sw_error error = {};

	if (sw_job_start(&d->job, works[work].child, d, &error)) {
		sw_warn("%s", error.text);
		sw_timer_set(&d->timer[works[work].timer], sw_monotonic_ms(), LOCK_RETRY);
		return false;
	}
	d->work = work;
	return true;
}

void sw_work_end(struct daemon *d)
{
	enum sw_work work = d->work;
	struct sw_job_result result;

	sw_job_end(&d->job, &result);
	d->work = SW_IDLE;
	works[work].end(d, &result);
	sw_timer_set(&d->timer[TIMER_NICS], sw_monotonic_ms(), 0);
	sw_timer_set(&d->timer[TIMER_ROUTES], sw_monotonic_ms(), 0);
	if (d->reloads.wanted)
		sw_timer_set(&d->timer[TIMER_RELOAD], sw_monotonic_ms(),
			     d->reloads.locked ? d->reloads.pause : 0);
}

void sw_work_kill(struct daemon *d)
{
	sw_job_kill(&d->job);
	d->work = SW_IDLE;
}
