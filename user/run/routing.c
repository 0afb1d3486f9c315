// SPDX-License-Identifier: GPL-2.0
#include "run/routing.h"

#include <string.h>

#include "base/clock.h"

void sw_routing_wait(struct daemon *d)
{
	__u64 now = sw_monotonic_ms(), wait = sw_route_follow_wait(&d->routes, now);

	if (wait != ~0ULL)
		sw_timer_set(&d->timer[TIMER_ROUTES], now, wait);
}

void sw_routing_read(struct daemon *d)
{
	int err = sw_route_follow_read(&d->routes, sw_monotonic_ms());

	if (err) {
		sw_warn("routes cannot be followed: %s", strerror(-err));
		sw_route_follow_close(&d->routes);
		sw_routing_heed(d);
	}
	sw_routing_wait(d);
}

static void heed(struct daemon *d, const struct sw_config *config)
{
	int err = sw_route_follow_heed(&d->routes, config, sw_monotonic_ms());

	if (err)
		sw_warn("routes cannot be followed: %s; their tables are read every few seconds",
			strerror(-err));
}

void sw_routing_heed(struct daemon *d)
{
	heed(d, d->reloads.config);
	sw_routing_wait(d);
}

void sw_routing_begin(struct daemon *d, const struct sw_config *config)
{
	heed(d, config);
	sw_route_follow_begin(&d->routes, SW_ROUTES_PUBLISH, sw_monotonic_ms());
}

void sw_routing_end(struct daemon *d, const struct sw_job_result *result)
{
	sw_route_follow_end(&d->routes, result->cpu_ms, result->again_ms, sw_monotonic_ms());
	sw_routing_wait(d);
}
