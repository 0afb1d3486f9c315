/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the daemon lives: which process it is, and when its loop last went round. */
#ifndef SPAMWEIR_EVENT_ALIVE_H
#define SPAMWEIR_EVENT_ALIVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "kernel/state.h"

enum sw_alive {
	SW_ALIVE_NONE, /* no daemon runs */
	SW_ALIVE_LATE, /* one does, and does not go round */
	SW_ALIVE_LIVES,
};

struct sw_daemon_look {
	enum sw_alive alive;
	pid_t pid;	/* 0: it cannot be seen from here, or there is none */
	bool stopped;	/* by a signal: it goes on with SIGCONT */
	pid_t reader;	/* that takes the events from it: `events`; 0: none, or not seen */
	__u64 beat_s;	/* Unix time of its last heart beat; 0: never */
	__u64 beat_age; /* seconds since then, whatever the wall clock was set to meanwhile */
};

/* The daemon's heart beats: now, and it is this process. */
void sw_daemon_beat(const struct sw_state *state);

void sw_daemon_look(const struct sw_state *state, struct sw_daemon_look *out);

/* What is wrong with a daemon that is there, and the command that mends it. */
struct sw_daemon_trouble {
	char text[160];
	char mend[64];
};

#define SW_DAEMON_TROUBLES 2

/* How many there are. */
int sw_daemon_troubles(const struct sw_daemon_look *daemon,
		       struct sw_daemon_trouble out[SW_DAEMON_TROUBLES]);

/* "none", "late", "lives". */
const char *sw_alive_name(enum sw_alive alive);

#endif
