// SPDX-License-Identifier: GPL-2.0
#include "run/retry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/open.h"
#include "kernel/registry.h"
#include "policy/source.h"
#include "worker/parse.h"

static bool is_unfit(const struct sw_registry *registry, const char *name)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!strcmp(registry->feed[i].name, name))
			return registry->feed[i].unfit_s;
	}
	return false;
}

static int read_registry(const struct sw_instance *instance, struct sw_registry *registry,
			 struct sw_error *error)
{
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_READ, &state, error);

	if (err)
		return err;
	err = sw_registry_read(state, registry, error);
	sw_state_close(state);
	return err;
}

size_t sw_retry_due(const struct sw_registry *registry)
{
	size_t unfit = 0;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++)
		unfit += registry->feed[i].unfit_s != 0;
	return unfit;
}

/* If the lock is held, whoever holds it knows better. */
static void note(const struct sw_instance *instance, const char *feed, const char *why)
{
	struct sw_state *state;

	if (sw_state_open(instance->pin_dir, SW_TRY_WRITE, &state, NULL))
		return;
	sw_registry_note_checked(state, feed, why);
	sw_state_close(state);
}

void sw_retry_work(const struct sw_instance *instance, const struct sw_config *config,
		   struct sw_job_result *result)
{
	const struct sw_reading reading = { .read = sw_worker_read,
					    .state_dir = instance->state_dir };
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	struct sw_error why;
	size_t i;

	result->err = registry ? read_registry(instance, registry, &result->error) : -ENOMEM;
	for (i = 0; i < config->feeds && !result->err; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		if (!sw_feed_has_list(feed) || feed->routes.table ||
		    !is_unfit(registry, feed->name))
			continue;
		why.text[0] = '\0';
		if (sw_source_try(&reading, feed, &why))
			note(instance, feed->name, why.text);
		else
			result->count++;
	}
	free(registry);
}
