// SPDX-License-Identifier: GPL-2.0
#include "event/alive.h"

#include "event/ring.h"
#include "kernel/health.h"

#define LATE_S 60 /* its heart beats every 10 s */

void sw_daemon_look(const struct sw_state *state, __u64 now_s, struct sw_daemon_look *out)
{
	enum sw_reader reader;

	*out = (struct sw_daemon_look){};
	/* First: a heart beats before its daemon takes the ring. Who is seen to read has a beat. */
	reader = sw_ring_reader(state, &out->pid);
	out->beat_s = sw_health_get(state, SW_HEALTH_HEARTBEAT);
	if (out->beat_s && now_s > out->beat_s)
		out->beat_age = now_s - out->beat_s;
	if (reader != SW_READER_RUN)
		out->pid = 0;
	else
		out->alive = out->beat_s + LATE_S < now_s ? SW_ALIVE_LATE : SW_ALIVE_LIVES;
}

const char *sw_alive_name(enum sw_alive alive)
{
	switch (alive) {
	case SW_ALIVE_NONE:
		return "none";
	case SW_ALIVE_LATE:
		return "late";
	case SW_ALIVE_LIVES:
		return "lives";
	}
	return "unknown";
}
