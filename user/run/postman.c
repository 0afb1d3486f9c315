// SPDX-License-Identifier: GPL-2.0
#include "run/postman.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/courier.h"
#include "run/notices.h"

#define LOOK_EVERY (5 * SECOND) /* for what people have done to cases, too */

void sw_postman_begin(struct daemon *d)
{
	size_t i;

	d->notices = SW_NO_JOB;
	for (i = 0; i < SW_NOTICE_RECEIVERS; i++)
		d->courier[i].job = SW_NO_JOB;
}

/* In a child. */

static void leave(struct daemon *d)
{
	sw_pump_close(&d->pump);
	close(d->signals);
}

static void sort(const struct sw_instance *instance, const struct sw_config *config,
		 struct sw_store *store, struct sw_job_result *result)
{
	struct sw_notices_due due = { 0 };
	__s64 now_ms;

	result->err = sw_notices_make(instance, config, store, &result->error);
	if (!result->err)
		result->err = sw_notices_look(config, store, &due, &result->error);
	sw_store_close(store);
	now_ms = sw_wall_ms();
	result->count = due.receivers;
	if (!result->err && due.next_ms < now_ms + (__s64)LOOK_EVERY)
		result->again_ms = due.next_ms > now_ms ? due.next_ms - now_ms : 1;
}

static void work(void *ctx, struct sw_job_result *result)
{
	struct daemon *d = ctx;
	const struct sw_config *config = d->reloads.config;
	struct sw_store *store;

	leave(d);
	result->again_ms = LOOK_EVERY;
	result->err = sw_store_open(d->instance->state_dir,
				    config->notices.receivers ? SW_STORE_CREATE : 0, &store,
				    &result->error);
	if (!result->err)
		sort(d->instance, config, store, result);
	else if (result->err == -ENOENT)
		result->err = 0; /* nobody was ever told */
}

struct telling {
	struct daemon *d;
	const struct sw_notice_receiver *receiver;
};

static void tell(void *ctx, struct sw_job_result *result)
{
	const struct telling *telling = ctx;
	struct daemon *d = telling->d;

	leave(d);
	result->err = sw_courier_work(d->instance, d->reloads.config, telling->receiver,
				      &result->count, &result->error);
}

/* In the daemon. */

void sw_postman_look(void *ctx)
{
	struct daemon *d = ctx;
	struct sw_error error = {};

	if (d->notices.pid || d->stopping)
		return; /* its end comes back to it */
	if (sw_job_start(&d->notices, work, d, &error)) {
		sw_warn("%s", error.text);
		sw_timer_set(&d->timer[TIMER_NOTICES], sw_monotonic_ms(), LOOK_EVERY);
	}
}

/* The place for who tells this one; NULL: somebody does, or there is none. */
static struct sw_courier *place_for(struct daemon *d, const char *name)
{
	struct sw_courier *found = NULL;
	size_t i;

	for (i = 0; i < SW_NOTICE_RECEIVERS; i++) {
		if (d->courier[i].job.pid && !strcmp(d->courier[i].name, name))
			return NULL;
		if (!d->courier[i].job.pid)
			found = &d->courier[i];
	}
	return found;
}

static void send(struct daemon *d, const struct sw_notice_receiver *receiver)
{
	struct telling telling = { .d = d, .receiver = receiver };
	struct sw_courier *courier = place_for(d, receiver->name);
	struct sw_error error = {};

	if (!courier)
		return;
	snprintf(courier->name, sizeof(courier->name), "%s", receiver->name);
	if (sw_job_start(&courier->job, tell, &telling, &error))
		sw_warn("%s", error.text);
}

static void warn_once(struct daemon *d, const struct sw_job_result *result)
{
	if (result->err && strcmp(result->error.text, d->notices_error.text))
		sw_warn("%s", result->error.text);
	d->notices_error = result->error;
}

static void end_look(struct daemon *d)
{
	const struct sw_notices_config *notices = &d->reloads.config->notices;
	struct sw_job_result result;
	size_t i;

	sw_job_end(&d->notices, &result);
	warn_once(d, &result);
	for (i = 0; i < notices->receivers && !result.err && !d->stopping; i++) {
		if (result.count >> i & 1)
			send(d, &notices->receiver[i]);
	}
	if (notices->receivers) /* else another configuration comes back to it */
		sw_timer_set(&d->timer[TIMER_NOTICES], sw_monotonic_ms(),
			     result.err ? LOOK_EVERY : result.again_ms);
}

static void end_courier(struct daemon *d, struct sw_courier *courier)
{
	struct sw_job_result result;

	sw_job_end(&courier->job, &result);
	warn_once(d, &result);
	if (!result.err && result.count) /* there may be more, or a pause has begun */
		sw_timer_set(&d->timer[TIMER_NOTICES], sw_monotonic_ms(), 0);
}

void sw_postman_wait(const struct daemon *d, struct pollfd *wait)
{
	size_t i;

	wait[0].fd = d->notices.result;
	for (i = 0; i < SW_NOTICE_RECEIVERS; i++)
		wait[1 + i].fd = d->courier[i].job.result;
}

void sw_postman_end(struct daemon *d, const struct pollfd *wait)
{
	size_t i;

	if (wait[0].revents)
		end_look(d);
	for (i = 0; i < SW_NOTICE_RECEIVERS; i++) {
		if (wait[1 + i].revents)
			end_courier(d, &d->courier[i]);
	}
}

void sw_postman_stop(struct daemon *d)
{
	size_t i;

	sw_job_kill(&d->notices);
	for (i = 0; i < SW_NOTICE_RECEIVERS; i++)
		sw_job_kill(&d->courier[i].job);
}
