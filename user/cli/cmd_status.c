// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/announce_output.h"
#include "cli/brakes.h"
#include "cli/output.h"
#include "cli/sources_output.h"
#include "cli/unfit.h"
#include "cli/verbs.h"
#include "report/snapshot.h"
#include "run/rollout.h"

static const char *attachment_name(enum sw_attachment attachment)
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

/* All families of an interface taken together. */
static struct sw_counter total(const struct sw_counters *counters, int mode, int reason)
{
	struct sw_counter sum = {};
	int family;

	for (family = 0; family < SW_FAMILIES; family++) {
		sum.packets += counters->cell[mode][reason][family].packets;
		sum.bytes += counters->cell[mode][reason][family].bytes;
	}
	return sum;
}

static json_t *reasons_json(const struct sw_counters *counters, int mode)
{
	json_t *object = json_object();
	struct sw_counter sum;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		sum = total(counters, mode, reason);
		if (sum.packets)
			sw_json_set(&object, sw_reason_name(reason),
				    json_pack("{s:I s:I}", "packets", (json_int_t)sum.packets,
					      "bytes", (json_int_t)sum.bytes));
	}
	return object;
}

static json_t *kernel_name_json(const char *name)
{
	return name[0] ? sw_json_text(name) : json_null();
}

static json_t *interfaces_json(const struct sw_snapshot *s)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	json_t *list = json_array();
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];

		if (slot->used)
			sw_json_append(
				&list,
				json_pack("{s:s s:s s:b s:s s:b s:i s:b s:o s:s? s:o s:o s:b}",
					  "name", slot->name, "role", sw_role_name(slot->role),
					  "configured", slot->attached, "mode",
					  attachment_name(s->attachment[i]), "shared",
					  s->share[i].ours != 0, "other_programs",
					  (int)s->share[i].others, "large_frames",
					  !(s->share[i].ours && s->share[i].small), "kernel_name",
					  kernel_name_json(s->kernel_name[i]), "problem",
					  sw_nic_problem_name(s->problem[i]), "reasons",
					  reasons_json(&s->counters[i], 0), "monitored",
					  reasons_json(&s->counters[i], 1), "monitor",
					  (int)(settings->monitor_interfaces >> i & 1)));
	}
	return list;
}

static json_t *feeds_json(const struct sw_snapshot *s)
{
	json_t *list = json_array();
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (slot->active)
			sw_json_append(
				&list,
				json_pack("{s:s s:s s:I s:I s:I s:I s:I s:I s:b s:b s:s s:o}",
					  "name", slot->name, "kind", sw_kind_name(slot->kind),
					  "entries",
					  (json_int_t)s->generation.policy->settings.entries[i],
					  "age_seconds", (json_int_t)sw_snapshot_feed_age(s, i),
					  "packets", (json_int_t)s->feed_counter[i].packets,
					  "bad_lines", (json_int_t)slot->bad_lines, "refused",
					  (json_int_t)slot->refused, "errors",
					  (json_int_t)slot->errors, "monitor",
					  s->generation.policy->settings.feed[i].monitor != 0, "ok",
					  !slot->unfit_s, "source",
					  sw_feed_source_name(slot->source), "unfit",
					  sw_unfit_json(slot)));
	}
	return list;
}

static json_t *tables_json(const struct sw_snapshot *s)
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < SW_TABLES; i++)
		sw_json_set(&object, sw_table_name(i),
			    json_pack("{s:I s:I}", "entries", (json_int_t)s->entries[i], "capacity",
				      (json_int_t)s->capacity[i]));
	return object;
}

/* What a rollback holds, and what is on trial: null if nothing is. */
static void add_history(json_t **object, struct sw_store *store)
{
	struct sw_trial trial;
	__u64 held;

	sw_rollout_look(store, &held, &trial);
	sw_json_set(object, "held", held ? json_integer(held) : json_null());
	if (!trial.back)
		sw_json_set(object, "trial", json_null());
	else
		sw_json_set(object, "trial",
			    json_pack("{s:I s:I}", "back", (json_int_t)trial.back, "seconds_left",
				      (json_int_t)((trial.left_ms + 999) / 1000)));
}

static void print_history(struct sw_store *store)
{
	struct sw_trial trial;
	__u64 held;

	sw_rollout_look(store, &held, &trial);
	if (held)
		printf("HELD: made of generation %llu, not of the configuration, until `spamweir "
		       "reload` or `spamweir load`\n",
		       held);
	if (trial.back)
		printf("ON TRIAL: generation %llu comes back in %llu s unless you type `spamweir "
		       "confirm`\n",
		       trial.back, (trial.left_ms + 999) / 1000);
}

/* Suspects that the datapath has listed. */
static json_t *detected_json(const struct sw_snapshot *s)
{
	const struct sw_detected_view *detected = &s->detected;

	return json_pack("{s:I s:I s:b s:I s:I}", "listed", (json_int_t)detected->in_force,
			 "max_listed", (json_int_t)detected->most, "full", (int)detected->full,
			 "listed_total", (json_int_t)detected->listed, "refused_total",
			 (json_int_t)detected->refused);
}

static json_t *status_json(const struct sw_snapshot *s)
{
	const struct sw_settings *settings = &s->generation.policy->settings;

	return json_pack("{s:s s:s s:I s:I s:b s:o s:o s:I s:o s:I s:o}", "version", sw_version,
			 "mode", settings->monitor ? "monitor" : "enforce", "generation",
			 (json_int_t)settings->generation, "published",
			 (json_int_t)settings->published_s, "load_interrupted",
			 s->state->abi.loading != 0, "interfaces", interfaces_json(s), "feeds",
			 feeds_json(s), "live_zombies", (json_int_t)s->entries[SW_TABLE_LIVE],
			 "tables", tables_json(s), "events_lost", (json_int_t)s->events_lost,
			 "suspects", detected_json(s));
}

static void print_interface(const struct sw_snapshot *s, int i)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	const struct sw_interface_slot *slot = &s->registry.interface[i];
	struct sw_counter sum;
	int mode, reason;

	printf("\n%s", slot->name);
	if (s->kernel_name[i][0] && strcmp(s->kernel_name[i], slot->name))
		printf(" (%s)", s->kernel_name[i]);
	printf(", %s, %s", sw_role_name(slot->role),
	       slot->attached ? attachment_name(s->attachment[i]) : "no longer configured");
	if (settings->monitor_interfaces >> i & 1)
		fputs(", MONITOR", stdout);
	if (s->share[i].ours)
		printf(", shared with %u other XDP programs", s->share[i].others);
	if (s->share[i].ours && s->share[i].small)
		fputs(", which hold its MTU down", stdout);
	if (sw_nic_problem_text(s->problem[i]))
		printf(": %s", sw_nic_problem_text(s->problem[i]));
	putchar('\n');
	for (mode = 0; mode < 2; mode++) {
		for (reason = 0; reason < SW_REASON_COUNT; reason++) {
			enum sw_verdict verdict = sw_reason_verdict_as(reason, mode);

			sum = total(&s->counters[i], mode, reason);
			if (sum.packets)
				printf("  %-10s %-17s %14llu packets %17llu bytes\n",
				       sw_verdict_name(verdict), sw_reason_name(reason),
				       sum.packets, sum.bytes);
		}
	}
}

static void print_status(const struct sw_snapshot *s, const struct sw_options *options,
			 struct sw_store *store)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	char when[32], age[32];
	int i;

	printf("%s, generation %llu of %s\n",
	       settings->monitor ? "MONITOR: nothing is dropped" : "enforcing",
	       settings->generation, sw_format_time(settings->published_s, when, sizeof(when)));
	if (s->state->abi.loading)
		puts("a load was INTERRUPTED: run `spamweir load` to mend it");
	print_history(store);
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (s->registry.interface[i].used)
			print_interface(s, i);
	}
	printf("\n%-20s %-7s %10s %14s  %s\n", "feed", "kind", "entries", "age", "packets");
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (slot->active)
			printf("%-20s %-7s %10u %14s  %llu%s\n", slot->name,
			       sw_kind_name(slot->kind), settings->entries[i],
			       sw_format_age(sw_snapshot_feed_age(s, i), age, sizeof(age)),
			       s->feed_counter[i].packets,
			       settings->feed[i].monitor ? "  MONITOR" : "");
	}
	sw_print_unfit(&s->registry, "\n");
	sw_print_brakes(store);
	sw_print_announce(options);
	sw_print_sources(options);
	printf("\n%-20s %10s %14s\n", "table", "entries", "capacity");
	for (i = 0; i < SW_TABLES; i++)
		printf("%-20s %10llu %14llu\n", sw_table_name(i), s->entries[i], s->capacity[i]);
	if (s->detected.full)
		printf("\nFULL: %llu suspects are listed, as many as `suspects.max_listed` lets; "
		       "others are not (`spamweir zombie list` shows them, `spamweir zombie del` "
		       "lifts)\n",
		       s->detected.in_force);
	if (s->events_lost)
		printf("\n%llu events lost to the rate cap, a full ring or a log that cannot be "
		       "written\n",
		       s->events_lost);
}

static int print_json(const struct sw_snapshot *s, const struct sw_options *options,
		      struct sw_store *store)
{
	json_t *object = status_json(s);

	add_history(&object, store);
	sw_json_set(&object, "bounces", sw_brakes_json(store));
	sw_json_set(&object, "announce", sw_announce_json(options));
	sw_json_set(&object, "subscribers", sw_sources_json(options));
	return sw_print_json(object);
}

/* One store, opened once: that is a good part of what a look costs. NULL: nothing that it
 * would tell is shown, with a warning unless there never was one. */
static struct sw_store *open_store(const struct sw_options *options)
{
	struct sw_error error = {};
	struct sw_store *store;
	int err = sw_store_open(options->instance.state_dir, 0, &store, &error);

	if (err && err != -ENOENT)
		sw_warn("%s; so what is held, on trial or braked by hand is not shown", error.text);
	return err ? NULL : store;
}

int cmd_status(const struct sw_options *options)
{
	struct sw_snapshot *snapshot;
	struct sw_error error = {};
	struct sw_store *store;
	int err;

	err = sw_snapshot_take(options->instance.pin_dir, &snapshot, &error);
	if (err)
		return sw_print_error(&error, err);
	store = open_store(options);
	if (options->json)
		err = print_json(snapshot, options, store);
	else
		print_status(snapshot, options, store);
	sw_store_close(store);
	sw_snapshot_free(snapshot);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
