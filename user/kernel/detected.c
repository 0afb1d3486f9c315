// SPDX-License-Identifier: GPL-2.0
#include "kernel/detected.h"

#include <stddef.h>

#include "base/clock.h"
#include "kernel/window.h"

/* The daemon looks ten times a second: each page that is mapped costs. */
__u64 sw_detected_listed(const struct sw_state *state)
{
	const struct sw_detected *detected;
	struct sw_window window;
	__u64 listed;

	if (state->map[SW_MAP_detected] < 0 ||
	    sw_window_open(state->map[SW_MAP_detected], 0, offsetof(struct sw_detected, until),
			   &window))
		return 0;
	detected = window.at;
	listed = detected->listed;
	sw_window_close(&window);
	return listed;
}

static __u64 count(const struct sw_detected *detected)
{
	__u64 now = sw_boottime_ns(), found = 0;
	size_t i;

	for (i = 0; i < SW_DETECTED_MAX; i++)
		found += detected->until[i] > now;
	return found;
}

int sw_detected_any(const struct sw_state *state)
{
	struct sw_window window;
	int err, any;

	if (state->map[SW_MAP_detected] < 0)
		return 0;
	err = sw_window_open(state->map[SW_MAP_detected], 0, sizeof(struct sw_detected), &window);
	if (err)
		return err;
	any = count(window.at) != 0;
	sw_window_close(&window);
	return any;
}

int sw_detected_look(const struct sw_state *state, const struct sw_settings *settings,
		     struct sw_detected_view *out)
{
	const struct sw_detected *detected;
	struct sw_window window;
	int err;

	*out = (struct sw_detected_view){ .most = settings->detection.max_listed };
	if (state->map[SW_MAP_detected] < 0)
		return 0;
	err = sw_window_open(state->map[SW_MAP_detected], 0, sizeof(*detected), &window);
	if (err)
		return err;
	detected = window.at;
	out->in_force = count(detected);
	out->full = out->most && detected->until[detected->next % out->most] > sw_boottime_ns();
	out->listed = detected->listed;
	out->refused = detected->refused;
	sw_window_close(&window);
	return 0;
}
