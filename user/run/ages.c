// SPDX-License-Identifier: GPL-2.0
#include "run/ages.h"

#include <string.h>
#include <time.h>

#include "feed/age.h"

static const struct sw_feed_slot *find(const struct sw_registry *registry, const char *name)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (registry->feed[i].active && !strcmp(registry->feed[i].name, name))
			return &registry->feed[i];
	}
	return NULL;
}

bool sw_ages_due(const struct sw_instance *instance, const struct sw_config *config,
		 const struct sw_registry *registry)
{
	const struct sw_feed_slot *slot;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		slot = feed->max_age_s ? find(registry, feed->name) : NULL;
		if (!slot || (slot->unfit_s && (!feed->drop_old || slot->source == SW_SOURCE_NONE)))
			continue;
		if (sw_feed_is_old(instance->state_dir, feed, time(NULL), NULL))
			return true;
	}
	return false;
}
