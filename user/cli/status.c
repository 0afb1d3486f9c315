// SPDX-License-Identifier: GPL-2.0
#include "cli/status.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/sources_output.h"
#include "kernel/resident.h"
#include "run/archive.h"

/* One store, opened once: that is a good part of what a look costs. Without it nothing that
 * it would tell is shown; that is wrong unless there never was one. */
static void open_store(struct sw_status *status)
{
	const char *directory = status->options->instance.state_dir;
	int err = sw_store_open(directory, SW_STORE_LOOK, &status->store, &status->unread);

	if (err)
		status->store = NULL;
	if (!err || err == -ENOENT)
		status->unread.text[0] = '\0';
}

/* Without a look from before, both are of now. */
static int look_twice(struct sw_status *status, unsigned pause_ms, struct sw_error *error)
{
	struct sw_snapshot *snapshot = status->snapshot;
	int err = 0;

	status->before = status->now;
	sw_look_note(snapshot, &status->now);
	if (status->before.at_ms)
		return 0;
	status->before = status->now;
	if (pause_ms) {
		usleep(pause_ms * 1000);
		err = sw_look_again(snapshot);
	}
	if (err)
		return sw_fail(error, err, "cannot read the counters: %s", strerror(-err));
	sw_look_note(snapshot, &status->now);
	return 0;
}

/* Whether the configuration on disk is another one than what is in force was made of: false
 * if that is not known, or not what counts, since a rollback. */
static bool config_differs(const struct sw_status *status)
{
	const struct sw_instance *instance = &status->options->instance;
	const struct sw_settings *settings = &status->snapshot->generation.policy->settings;
	__u64 disk = status->held ? 0 : sw_lineage_config(instance->config);
	struct sw_lineage lineage;
	bool differs;

	if (!disk || sw_archive_lineage(instance, settings->generation, &lineage))
		return false;
	differs = lineage.config && lineage.config != disk && lineage.stamp == settings->stamp;
	sw_lineage_free(&lineage);
	return differs;
}

void sw_status_look_around(struct sw_status *status)
{
	open_store(status);
	sw_rollout_look(status->store, &status->held, &status->trial);
	status->config_differs = config_differs(status);
	sw_daemon_look(status->snapshot->state, &status->daemon);
	status->sources = sw_sources_json(status->store);
}

int sw_status_take(struct sw_status *status, const struct sw_options *options, unsigned pause_ms,
		   struct sw_error *error)
{
	int err;

	status->options = options;
	err = sw_snapshot_take(options->instance.pin_dir, &status->snapshot, error);
	if (err)
		return err;
	err = look_twice(status, pause_ms, error);
	if (err) {
		sw_snapshot_free(status->snapshot);
		status->snapshot = NULL;
		return err;
	}
	sw_status_look_around(status);
	err = sw_resident_read(status->snapshot->state, &status->snapshot->generation,
			       &status->kernel_bytes);
	if (err)
		sw_warn("what the maps take cannot be read: %s; so it is not shown",
			strerror(-err));
	return 0;
}

void sw_status_release(struct sw_status *status)
{
	json_decref(status->sources);
	sw_store_close(status->store);
	sw_snapshot_free(status->snapshot);
	status->sources = NULL;
	status->store = NULL;
	status->snapshot = NULL;
}

const char *sw_attachment_name(enum sw_attachment attachment)
{
	switch (attachment) {
	case SW_DETACHED:
		return "DETACHED";
	case SW_NATIVE:
		return "native";
	case SW_GENERIC:
		return "generic";
	case SW_OFFLOADED:
		return "offloaded";
	case SW_ELSEWHERE:
		return "ELSEWHERE";
	}
	return "unknown";
}
