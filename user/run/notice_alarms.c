// SPDX-License-Identifier: GPL-2.0
#include "run/notice_alarms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "feed/fetched.h"
#include "kernel/detected.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/registry.h"

#define FAILURES 3 /* of fetching, in a row: one alone is no trouble */

static void look_at_detected(const struct sw_detected_view *view, struct sw_alarm *out)
{
	*out = (struct sw_alarm){
		.name = "max_listed",
		.on = view->full,
		.event = SW_NOTICE_MAX_LISTED,
		.severity = SW_SEVERITY_HIGH,
	};
	if (out->on)
		snprintf(out->text, sizeof(out->text),
			 "as many are listed by the rules of suspects as may be, %llu of %llu "
			 "(max_listed): either many are infected, or a rule is too strict",
			 view->in_force, view->most);
}

static const struct sw_feed_slot *slot_of(const struct sw_registry *registry, const char *name)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!strcmp(registry->feed[i].name, name))
			return &registry->feed[i];
	}
	return NULL;
}

static void look_at_feed(const struct sw_instance *instance, const struct sw_feed_config *feed,
			 const struct sw_registry *registry, struct sw_alarm *out)
{
	const struct sw_feed_slot *slot = slot_of(registry, feed->name);
	struct sw_fetch_state fetched = { 0 };
	char why[384];

	*out = (struct sw_alarm){ .event = SW_NOTICE_FEED, .severity = SW_SEVERITY_MEDIUM };
	snprintf(out->name, sizeof(out->name), "feed %s", feed->name);
	if (feed->url)
		sw_fetch_state_read(instance->state_dir, feed, &fetched);
	if (feed->url && fetched.failures >= FAILURES) {
		out->on = true;
		snprintf(out->text, sizeof(out->text), "feed %s: %s", feed->name,
			 sw_printable(why, sizeof(why), fetched.error));
	} else if (slot && slot->unfit_s) {
		out->on = true;
		snprintf(out->text, sizeof(out->text), "feed %s: its list is unfit: %s", feed->name,
			 sw_printable(why, sizeof(why), slot->why));
	}
}

static int read_kernel(const struct sw_instance *instance, struct sw_registry *registry,
		       struct sw_detected_view *view, struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_READ, &state, NULL);

	if (err)
		return -ENOENT;
	err = sw_generation_glance(state->map[SW_MAP_policy], &running, error);
	if (!err)
		err = sw_registry_read(state, registry, error);
	if (!err)
		err = sw_detected_look(state, &running.policy->settings, view);
	sw_generation_close(&running);
	sw_state_close(state);
	return err;
}

int sw_alarms_look(const struct sw_instance *instance, const struct sw_config *config,
		   struct sw_alarms *out, struct sw_error *error)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	struct sw_detected_view view = { 0 };
	size_t i;
	int err = registry ? read_kernel(instance, registry, &view, error) : -ENOMEM;

	*out = (struct sw_alarms){ 0 };
	if (!err) {
		out->alarm = calloc(config->feeds + 1, sizeof(*out->alarm));
		err = out->alarm ? 0 : -ENOMEM;
	}
	if (!err) {
		look_at_detected(&view, &out->alarm[out->count++]);
		for (i = 0; i < config->feeds; i++)
			look_at_feed(instance, &config->feed[i], registry,
				     &out->alarm[out->count++]);
	}
	free(registry);
	return err == -ENOENT ? 0 : err; /* nothing is loaded, which others say */
}
