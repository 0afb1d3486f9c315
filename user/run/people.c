// SPDX-License-Identifier: GPL-2.0
#include "run/people.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/announce_job.h"
#include "run/samples.h"
#include "run/listings.h"
#include "run/notices.h"
#include "run/signals.h"
#include "run/subscribers.h"
#include "store/store.h"

static int update(const struct sw_instance *instance, const struct sw_config *config,
		  struct sw_error *error)
{
	int flags = config->subscribers.sources ? SW_STORE_CREATE : 0;
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, flags, &store, error);

	if (err)
		return flags ? err : 0; /* there is nobody to tell of */
	err = sw_notices_know(config, store, error);
	if (!err)
		err = sw_subscribers_update(store, config, error);
	if (!err)
		err = sw_listings_follow(instance, config, store, error);
	if (!err)
		err = sw_signals_take(instance, config, store, error);
	if (!err)
		err = sw_samples_take(instance, store, error);
	sw_store_close(store);
	return err;
}

static void work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;

	sw_pump_close(&d->pump);
	close(d->signals);
	result->err = update(d->instance, d->reloads.config, &result->error);
}

void sw_people_look(void *ctx)
{
	struct daemon *d = ctx;
	__u64 wait = d->reloads.config->subscribers.every_s * SECOND;
	struct sw_error error = {};

	if (d->people.pid || d->stopping)
		return; /* its end comes back to it */
	if (sw_job_start(&d->people, work, d, &error)) {
		sw_warn("%s", error.text);
		sw_timer_set(&d->timer[TIMER_PEOPLE], sw_monotonic_ms(), wait);
	}
}

/* So often, the same would be noise. */
void sw_people_end(struct daemon *d)
{
	struct sw_job_result result;

	sw_job_end(&d->people, &result);
	if (result.err && strcmp(result.error.text, d->people_error.text))
		sw_warn("%s", result.error.text);
	d->people_error = result.error;
	if (d->reloads.config->notices.receivers)
		sw_timer_set(&d->timer[TIMER_NOTICES], sw_monotonic_ms(), 0);
	sw_announce_heed_cases(d);
	sw_timer_set(&d->timer[TIMER_PEOPLE], sw_monotonic_ms(),
		     d->reloads.config->subscribers.every_s * SECOND);
}
