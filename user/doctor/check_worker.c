// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "event/alive.h"
#include "worker/remote.h"

#define NAME "SPAMWEIR_WORKER="
#define MEND "systemctl restart spamweir-worker.socket"

/* What the daemon was started with; NULL: it starts children itself, or that cannot be seen. */
static char *socket_of(pid_t daemon)
{
	char path[64], *variable = NULL, *found = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", daemon);
	file = fopen(path, "re");
	while (file && !found && getdelim(&variable, &room, '\0', file) > 0) {
		if (!strncmp(variable, NAME, strlen(NAME)) && variable[strlen(NAME)])
			found = strdup(variable + strlen(NAME));
	}
	free(variable);
	if (file)
		fclose(file);
	return found;
}

void sw_check_worker(const struct sw_patient *patient, struct sw_findings *out)
{
	struct sw_daemon_look daemon = {};
	struct sw_error error = {};
	char *path = NULL;
	pid_t pid;

	if (patient->state)
		sw_daemon_look(patient->state, &daemon);
	if (daemon.pid)
		path = socket_of(daemon.pid);
	if (!path)
		return;
	if (sw_remote_look(path, &pid, &error))
		sw_find_error(out, SW_FOUND_WARNING, MEND, &error);
	else if (!sw_is_confined(pid))
		sw_find(out, SW_FOUND_NOTE, MEND,
			"the worker lives (process %d), without what its systemd unit confines it by",
			pid);
	else
		sw_find(out, SW_FOUND_OK, NULL, "the worker lives (process %d)", pid);
	free(path);
}
