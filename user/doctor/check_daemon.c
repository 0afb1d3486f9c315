// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#include "base/text.h"
#include "event/alive.h"

#define START "systemctl enable --now spamweir"

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
bool sw_is_confined(pid_t pid)
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

static void find_living(const struct sw_daemon_look *daemon, struct sw_findings *out)
{
	struct sw_daemon_trouble trouble[SW_DAEMON_TROUBLES];
	int count = sw_daemon_troubles(daemon, trouble), i;

	for (i = 0; i < count; i++)
		sw_find(out, SW_FOUND_WARNING, trouble[i].mend, "%s", trouble[i].text);
	if (daemon->alive != SW_ALIVE_LIVES)
		return;
	if (daemon->pid && !sw_is_confined(daemon->pid))
		sw_find(out, SW_FOUND_NOTE, START,
			"the daemon lives (process %d), without what its systemd unit confines it by",
			daemon->pid);
	else
		sw_find(out, SW_FOUND_OK, NULL, "the daemon lives (process %d)", daemon->pid);
}

void sw_check_daemon(const struct sw_patient *patient, struct sw_findings *out)
{
	const char *what = waiting(patient->config);
	struct sw_daemon_look daemon = {};

	if (patient->state)
		sw_daemon_look(patient->state, &daemon);
	if (patient->unreadable.text[0])
		sw_find_error(out, SW_FOUND_FAILURE, "spamweir load", &patient->unreadable);
	else if (!patient->state)
		sw_find(out, SW_FOUND_NOTE, "spamweir load",
			"nothing is loaded: no packet is judged");
	else if (daemon.alive != SW_ALIVE_NONE)
		find_living(&daemon, out);
	else if (what)
		sw_find(out, SW_FOUND_WARNING, START,
			"no daemon runs: packets are judged, but no %s, and no event is logged",
			what);
	else
		sw_find(out, SW_FOUND_NOTE, START,
			"no daemon runs: packets are judged, but events are not logged, and NICs that "
			"come back are not attached");
}
