// SPDX-License-Identifier: GPL-2.0
#include "cli/case_output.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "run/case_json.h"

static char *age_text(__s64 then_ms, char *out)
{
	__s64 age_s = (sw_wall_ms() - then_ms) / 1000;

	return sw_format_age(age_s > 0 ? age_s : 0, out, 32);
}

static char *time_text(__s64 ms, char *out)
{
	return sw_format_time(ms / 1000, out, 32);
}

void sw_print_case(const struct sw_case *found, const char *indent)
{
	char opened[32], last[32];

	printf("%scase %lld, %s, %s: %s%s%s, opened %s ago, last heard of %s ago: %s%s%s\n", indent,
	       found->id, sw_case_state_name(found->state), sw_severity_name(found->severity),
	       found->account, found->account[0] ? ", " : "", found->address,
	       age_text(found->opened_ms, opened), age_text(found->last_ms, last), found->sentence,
	       found->why[0] ? "; closed: " : "", found->why);
}

int sw_case_look(const struct sw_options *options, const struct sw_prefix *address,
		 struct sw_case_found *out, struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_case_of_address(store, address, sw_wall_ms(), &out->found, error);
	out->known = err > 0;
	sw_store_close(store);
	return err < 0 ? err : 0;
}

static int print_signal(void *ctx, const struct sw_signal *signal)
{
	char address[SW_PREFIX_TEXT], first[32], last[32];

	(void)ctx;
	printf("  %-7s %-8s %s, %llu times from %s to %s%s%s%s%s\n          %s\n", signal->kind,
	       sw_severity_name(signal->severity), sw_prefix_format(&signal->address, address),
	       signal->count, time_text(signal->first_ms, first), time_text(signal->last_ms, last),
	       signal->peer[0] ? ", last with " : "", signal->peer,
	       signal->feed[0] ? ", feed " : "", signal->feed, signal->sentence);
	return 0;
}

static int print_event(void *ctx, const struct sw_case_event *event)
{
	char at[32];

	(void)ctx;
	printf("  %s  %-8s %s%s%s\n", time_text(event->at_ms, at), event->what, event->name,
	       event->name[0] && event->text[0] ? ": " : "", event->text);
	return 0;
}

int sw_print_story(struct sw_store *store, const struct sw_case *found, struct sw_error *error)
{
	int err;

	sw_print_case(found, "");
	puts("evidence:");
	err = sw_case_signals(store, found->id, print_signal, NULL, error);
	if (!err) {
		puts("time line:");
		err = sw_case_events(store, found->id, print_event, NULL, error);
	}
	if (!err)
		printf(found->state == SW_CASE_CLOSED
			       ? "open it again with: spamweir case reopen %lld\n"
			       : "close it with: spamweir case close %lld --why TEXT\n",
		       found->id);
	return err;
}

static int add_event(void *ctx, const struct sw_case_event *event)
{
	json_t **list = ctx, *item;

	item = json_pack("{s:I s:s}", "at", (json_int_t)(event->at_ms / 1000), "what", event->what);
	sw_json_set(&item, "by", event->name[0] ? sw_json_text(event->name) : json_null());
	sw_json_set(&item, "text", event->text[0] ? sw_json_text(event->text) : json_null());
	sw_json_append(list, item);
	return 0;
}

int sw_story_json(struct sw_store *store, const struct sw_case *found, json_t **out,
		  struct sw_error *error)
{
	json_t *signals, *events = json_array();
	int err = sw_case_signals_json(store, found->id, &signals, error);

	if (!err)
		err = sw_case_events(store, found->id, add_event, &events, error);
	*out = sw_case_json(found);
	sw_json_set(out, "signals", signals);
	sw_json_set(out, "events", events);
	return err;
}
