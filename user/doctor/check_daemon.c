// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "event/ring.h"
#include "kernel/health.h"

#define START "systemctl enable --now spamweir"
#define LATE_S 60 /* its heart beats every 10 s */

/* What waits for a daemon, or NULL. */
static const char *waiting(const struct sw_config *config)
{
	size_t i;

	for (i = 0; config && i < config->feeds; i++) {
		if (config->feed[i].url)
			return "feed is fetched";
	}
	return config && config->textfile ? "file of metrics is written" : NULL;
}

/* Both are lines of /proc/PID/status. */
static bool is_confined(pid_t pid)
{
	int no_new_privs = 0, seccomp = 0;
	char line[128];
	FILE *file;

	snprintf(line, sizeof(line), "/proc/%d/status", pid);
	file = fopen(line, "re");
	if (!file)
		return true; /* it cannot be seen from here */
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "NoNewPrivs: %d", &no_new_privs);
		sscanf(line, "Seccomp: %d", &seccomp);
	}
	fclose(file);
	return no_new_privs && seccomp;
}

static void find_living(const struct sw_patient *patient, pid_t pid, struct sw_findings *out)
{
	__u64 beat = sw_health_get(patient->state, SW_HEALTH_HEARTBEAT), now = sw_wall_ms() / 1000;
	char age[32];

	if (beat + LATE_S < now)
		sw_find(out, SW_FOUND_WARNING, "systemctl restart spamweir",
			"the daemon (process %d) does not go round: its heart beat %s ago", pid,
			sw_format_age(now - beat, age, sizeof(age)));
	else if (pid && !is_confined(pid))
		sw_find(out, SW_FOUND_NOTE, START,
			"the daemon lives (process %d), without what its systemd unit confines it by",
			pid);
	else
		sw_find(out, SW_FOUND_OK, NULL, "the daemon lives (process %d)", pid);
}

void sw_check_daemon(const struct sw_patient *patient, struct sw_findings *out)
{
	const char *what = waiting(patient->config);
	pid_t pid;

	if (patient->unreadable.text[0])
		sw_find_error(out, SW_FOUND_FAILURE, "spamweir load", &patient->unreadable);
	else if (!patient->state)
		sw_find(out, SW_FOUND_NOTE, "spamweir load",
			"nothing is loaded: no packet is judged");
	else if (sw_ring_reader(patient->state, &pid) == SW_READER_RUN)
		find_living(patient, pid, out);
	else if (what)
		sw_find(out, SW_FOUND_WARNING, START,
			"no daemon runs: packets are judged, but no %s, and no event is logged",
			what);
	else
		sw_find(out, SW_FOUND_NOTE, START,
			"no daemon runs: packets are judged, but events are not logged, and NICs that "
			"come back are not attached");
}
