// SPDX-License-Identifier: GPL-2.0
#include "run/lists_lost.h"

#include <stdio.h>
#include <string.h>

#include "kernel/generation.h"
#include "kernel/registry.h"
#include "run/lists.h"
#include "store/lists_copy.h"
#include "store/publishes.h"

static bool list_of(const char *feed, enum sw_list *list)
{
	if (strncmp(feed, SW_OPERATOR_FEED, strlen(SW_OPERATOR_FEED)))
		return false;
	*list = !strcmp(feed, SW_FEED_ALLOW)				       ? SW_LIST_ALLOW
		: !strncmp(feed, SW_FEED_BOUNCES, sizeof(SW_FEED_BOUNCES) - 1) ? SW_LIST_BOUNCES
									       : SW_LIST_BLOCK;
	return true;
}

static bool has_any(const struct sw_config *config)
{
	enum sw_list list;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (list_of(config->feed[i].name, &list))
			return true;
	}
	return false;
}

static int stop(void *ctx, const struct sw_publish *publish)
{
	(void)ctx;
	(void)publish;
	return 1;
}

/* Whether what was in force is still known: by a database that it was published from, or by the
 * plain copy, which was read into the plan or into a new database. */
static bool is_known(const struct applying *a)
{
	struct sw_store *store;
	bool known;

	if (sw_store_open(a->instance->state_dir, 0, &store, NULL))
		return has_any(a->plan.config);
	known = sw_lists_recovered(store) || sw_publishes_each(store, 1, stop, NULL, NULL);
	sw_store_close(store);
	return known;
}

static void count_in_force(const struct applying *a, const struct sw_settings *settings,
			   struct sw_lists_lost *out)
{
	struct sw_registry registry;
	enum sw_list list;
	int i;

	if (sw_registry_read(a->state, &registry, NULL))
		return;
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (registry.feed[i].active && list_of(registry.feed[i].name, &list))
			out->entries[list] += settings->entries[i];
	}
}

void sw_lists_lost_find(const struct applying *a, struct sw_lists_lost *out)
{
	struct sw_generation running = SW_NO_GENERATION;

	*out = (struct sw_lists_lost){};
	if (a->fresh || is_known(a) ||
	    sw_generation_glance(a->state->map[SW_MAP_policy], &running, NULL))
		return;
	count_in_force(a, &running.policy->settings, out);
	sw_generation_close(&running);
}

bool sw_lists_lost_say(const struct applying *a, const struct sw_lists_lost *lost)
{
	static const char *const of[SW_LISTS] = {
		[SW_LIST_ALLOW] = "`allow`",
		[SW_LIST_BLOCK] = "`block`",
		[SW_LIST_BOUNCES] = "`bounces`",
	};
	char text[128] = "";
	size_t i, used = 0;

	for (i = 0; i < SW_LISTS; i++) {
		if (lost->entries[i])
			used += snprintf(text + used, sizeof(text) - used, "%s%llu of %s",
					 used ? ", " : "", lost->entries[i], of[i]);
	}
	if (used)
		sw_warn("%s was removed, or cannot be read: its lists that were in force (%s) are so "
			"no more, but for what was ordered since",
			a->instance->state_dir, text);
	return used;
}
