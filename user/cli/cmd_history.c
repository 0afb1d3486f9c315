// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/history.h"
#include "store/audit.h"
#include "store/publishes.h"

#define SHOWN 50 /* as text; as JSON all */
#define ALL 1000

struct listing {
	const struct sw_options *options;
	__u64 running; /* 0: none */
	bool any;
};

static __u64 find_running(const struct sw_options *options)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_state *state;
	__u64 number = 0;

	if (sw_state_open(options->instance.pin_dir, SW_READ, &state, NULL))
		return 0;
	if (!sw_generation_running(state->map[SW_MAP_policy], &running, NULL))
		number = running.policy->settings.generation;
	sw_generation_close(&running);
	sw_state_close(state);
	return number;
}

static json_t *person_json(const char *command, const struct sw_person *person, __s64 at_ms)
{
	json_t *object = json_pack("{s:I}", "at", (json_int_t)(at_ms / 1000));

	sw_json_set(&object, "by", sw_json_text(person->name));
	sw_json_set(&object, "login_uid",
		    person->login_uid == SW_NO_UID ? json_null() : json_integer(person->login_uid));
	sw_json_set(&object, "command", sw_json_text(command));
	return object;
}

static json_t *feeds_json(const struct sw_publish *publish)
{
	json_t *list = json_array(), *item;
	size_t i;

	for (i = 0; i < publish->feeds; i++) {
		const struct sw_publish_feed *feed = &publish->feed[i];

		item = json_pack("{s:I s:I s:I}", "entries", (json_int_t)feed->entries, "added",
				 (json_int_t)feed->added, "removed", (json_int_t)feed->removed);
		sw_json_set(&item, "name", sw_json_text(feed->name));
		sw_json_set(&item, "kind", sw_json_text(feed->kind));
		sw_json_append(&list, item);
	}
	return list;
}

static const char *mode_name(int monitor)
{
	return monitor > 0 ? "monitor" : "enforce";
}

static int print_publish(void *ctx, const struct sw_publish *publish)
{
	struct listing *listing = ctx;
	bool kept = sw_archive_kept(&listing->options->instance, publish->generation);
	bool in_force = publish->generation == listing->running;
	char when[32], base[48] = "";
	json_t *object;
	size_t i;

	listing->any = true;
	if (listing->options->json) {
		object = person_json(publish->arguments, &publish->person, publish->at_ms);
		sw_json_set(&object, "generation", json_integer(publish->generation));
		sw_json_set(&object, "base",
			    publish->base ? json_integer(publish->base) : json_null());
		sw_json_set(&object, "mode",
			    publish->monitor < 0 ? json_null()
						 : json_string(mode_name(publish->monitor)));
		sw_json_set(&object, "kept", json_boolean(kept));
		sw_json_set(&object, "in_force", json_boolean(in_force));
		sw_json_set(&object, "feeds", feeds_json(publish));
		return sw_print_json(object);
	}
	if (publish->base)
		snprintf(base, sizeof(base), " (generation %llu again)", publish->base);
	printf("%5llu  %s  %s: %s%s%s\n", publish->generation,
	       sw_format_time(publish->at_ms / 1000, when, sizeof(when)), publish->person.name,
	       publish->arguments, base,
	       in_force ? ", in force"
	       : kept	? ", kept"
			: "");
	if (publish->monitor >= 0 && publish->former >= 0 && publish->monitor != publish->former)
		printf("       mode %s, before it %s\n", mode_name(publish->monitor),
		       mode_name(publish->former));
	for (i = 0; i < publish->feeds; i++) {
		const struct sw_publish_feed *feed = &publish->feed[i];

		if (feed->added || feed->removed)
			printf("       %-7s %-20s %llu entries, +%llu -%llu\n", feed->kind,
			       feed->name, feed->entries, feed->added, feed->removed);
	}
	return 0;
}

static int print_audit(void *ctx, const struct sw_audit *row)
{
	struct listing *listing = ctx;
	char when[32];
	json_t *object;

	listing->any = true;
	if (listing->options->json) {
		object = person_json(row->arguments, &row->person, row->at_ms);
		sw_json_set(&object, "verb", sw_json_text(row->verb));
		sw_json_set(&object, "generation",
			    row->generation ? json_integer(row->generation) : json_null());
		return sw_print_json(object);
	}
	printf("%s  %s: %s\n", sw_format_time(row->at_ms / 1000, when, sizeof(when)),
	       row->person.name, row->arguments);
	return 0;
}

int cmd_history(const struct sw_options *options)
{
	struct listing listing = { .options = options, .running = find_running(options) };
	unsigned count = options->json ? ALL : SHOWN;
	struct sw_error error = {};
	struct sw_store *store;
	int err;

	err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error);
	if (!err && options->audit)
		err = sw_audit_each(store, count, print_audit, &listing, &error);
	else if (!err)
		err = sw_publishes_each(store, count, print_publish, &listing, &error);
	else if (err == -ENOENT)
		err = 0; /* nothing was ever done */
	if (!err && !listing.any && !options->json)
		sw_say_empty("nothing was ever %s", options->audit ? "changed" : "published");
	sw_store_close(store);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
