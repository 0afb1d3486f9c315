// SPDX-License-Identifier: GPL-2.0
#include "event/alive.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"
#include "event/ring.h"
#include "kernel/health.h"

#define LATE_S 60 /* its heart beats every 10 s */

void sw_daemon_beat(const struct sw_state *state)
{
	sw_health_set(state, SW_HEALTH_HEARTBEAT, time(NULL));
	sw_health_set(state, SW_HEALTH_BEAT, sw_boottime_ns());
	sw_health_set(state, SW_HEALTH_DAEMON, sw_process_mark(getpid()));
}

/* By the clock that nobody sets: a wall clock that leaps says nothing of the daemon. One of
 * before the number was written beats by the wall clock alone. */
static __u64 age_of_beat(const struct sw_state *state, __u64 beat_s)
{
	__u64 beat = sw_health_get(state, SW_HEALTH_BEAT), now = sw_boottime_ns();
	__u64 now_s = time(NULL);

	if (beat)
		return now > beat ? (now - beat) / 1000000000 : 0;
	return now_s > beat_s ? now_s - beat_s : 0;
}

/* A daemon reads the ring, but where another process was there first. Who reads may be seen
 * by its lock alone, from where its process cannot be. */
void sw_daemon_look(const struct sw_state *state, struct sw_daemon_look *out)
{
	enum sw_reader reader;
	pid_t pid;

	*out = (struct sw_daemon_look){};
	/* First: a heart beats before its daemon takes the ring. Who is seen to read has a beat. */
	reader = sw_ring_reader(state, &pid);
	out->beat_s = sw_health_get(state, SW_HEALTH_HEARTBEAT);
	if (out->beat_s)
		out->beat_age = age_of_beat(state, out->beat_s);
	if (reader == SW_READER_EVENTS)
		out->reader = pid;
	if (reader != SW_READER_RUN)
		pid = sw_process_marked(sw_health_get(state, SW_HEALTH_DAEMON));
	out->pid = pid;
	out->stopped = sw_process_stopped(pid);
	if (out->stopped)
		out->alive = SW_ALIVE_LATE;
	else if (pid || reader == SW_READER_RUN)
		out->alive = out->beat_age > LATE_S || !out->beat_s ? SW_ALIVE_LATE
								    : SW_ALIVE_LIVES;
}

static void say_late(const struct sw_daemon_look *daemon, struct sw_daemon_trouble *out)
{
	char age[32];

	if (daemon->stopped) {
		snprintf(out->text, sizeof(out->text),
			 "the daemon (process %d) is stopped by a signal, and does nothing",
			 daemon->pid);
		snprintf(out->mend, sizeof(out->mend), "kill -CONT %d", daemon->pid);
		return;
	}
	snprintf(out->text, sizeof(out->text),
		 "the daemon (process %d) does not go round: its heart beat %s ago", daemon->pid,
		 sw_format_age(daemon->beat_age, age, sizeof(age)));
	snprintf(out->mend, sizeof(out->mend), "systemctl restart spamweir");
}

static void say_reader(const struct sw_daemon_look *daemon, struct sw_daemon_trouble *out)
{
	snprintf(out->text, sizeof(out->text),
		 "the daemon logs no events: process %d (`spamweir events`) was there first and "
		 "reads them",
		 daemon->reader);
	snprintf(out->mend, sizeof(out->mend), "kill %d", daemon->reader);
}

int sw_daemon_troubles(const struct sw_daemon_look *daemon,
		       struct sw_daemon_trouble out[SW_DAEMON_TROUBLES])
{
	int count = 0;

	if (daemon->alive == SW_ALIVE_NONE)
		return 0;
	if (daemon->alive == SW_ALIVE_LATE)
		say_late(daemon, &out[count++]);
	if (daemon->reader)
		say_reader(daemon, &out[count++]);
	return count;
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
