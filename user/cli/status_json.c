// SPDX-License-Identifier: GPL-2.0
#include "cli/status_json.h"

#include "base/json.h"
#include "base/names.h"
#include "base/version.h"
#include "cli/announce_output.h"
#include "cli/brakes.h"
#include "cli/troubles.h"
#include "cli/unfit.h"

static json_t *reasons_json(const struct sw_counters *counters, int mode)
{
	json_t *object = json_object();
	struct sw_counter sum;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		sum = sw_counted(counters, mode, reason);
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
					  sw_attachment_name(s->attachment[i]), "shared",
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
				json_pack("{s:s s:s s:I s:o s:I s:I s:I s:I s:b s:b s:s s:o}",
					  "name", slot->name, "kind", sw_kind_name(slot->kind),
					  "entries",
					  (json_int_t)s->generation.policy->settings.entries[i],
					  "age_seconds", sw_feed_age_json(s, i), "packets",
					  (json_int_t)s->feed_counter[i].packets, "bad_lines",
					  (json_int_t)slot->bad_lines, "refused",
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

/* Suspects that the datapath has listed. */
static json_t *detected_json(const struct sw_snapshot *s)
{
	const struct sw_detected_view *detected = &s->detected;

	return json_pack("{s:I s:I s:b s:I s:I}", "listed", (json_int_t)detected->in_force,
			 "max_listed", (json_int_t)detected->most, "full", (int)detected->full,
			 "listed_total", (json_int_t)detected->listed, "refused_total",
			 (json_int_t)detected->refused);
}

/* What a rollback holds, and what is on trial: null if nothing is. */
static void add_history(json_t **object, const struct sw_status *status)
{
	const struct sw_trial *trial = &status->trial;

	sw_json_set(object, "held", status->held ? json_integer(status->held) : json_null());
	if (!trial->back)
		sw_json_set(object, "trial", json_null());
	else
		sw_json_set(object, "trial",
			    json_pack("{s:I s:I}", "back", (json_int_t)trial->back, "seconds_left",
				      (json_int_t)((trial->left_ms + 999) / 1000)));
}

static json_t *daemon_json(const struct sw_daemon_look *daemon)
{
	json_t *object = json_pack("{s:s}", "state", sw_alive_name(daemon->alive));

	sw_json_set(&object, "pid", daemon->pid ? json_integer(daemon->pid) : json_null());
	sw_json_set(&object, "heartbeat",
		    daemon->beat_s ? json_integer(daemon->beat_s) : json_null());
	return object;
}

static json_t *snapshot_json(const struct sw_snapshot *s)
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

json_t *sw_status_json(const struct sw_status *status)
{
	json_t *object = snapshot_json(status->snapshot);
	struct sw_troubles troubles;

	add_history(&object, status);
	sw_json_set(&object, "bounces", sw_brakes_json(status->store));
	sw_json_set(&object, "announce", sw_announce_json(status->options));
	sw_json_set(&object, "subscribers", json_incref(status->sources));
	sw_json_set(&object, "daemon", daemon_json(&status->daemon));
	sw_json_set(&object, "kernel_bytes",
		    status->kernel_bytes ? json_integer((json_int_t)status->kernel_bytes)
					 : json_null());
	sw_troubles_find(status, &troubles);
	sw_json_set(&object, "troubles", sw_troubles_json(&troubles));
	return object;
}
