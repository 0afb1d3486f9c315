// SPDX-License-Identifier: GPL-2.0
/* Which metrics there are. How they are written is metrics_text.c's and metrics_json.c's. */
#include "report/metrics.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/names.h"
#include "kernel/health.h"
#include "kernel/subject.h"
#include "base/version.h"

static const char *const family_label[SW_FAMILIES] = { "none", "ipv4", "ipv6" };

static void head(const struct sw_metrics_sink *out, const char *name, const char *type,
		 const char *help)
{
	out->head(out->ctx, name, type, help);
}

static void sample(const struct sw_metrics_sink *out, __u64 value, const struct sw_label *label,
		   size_t labels)
{
	out->sample(out->ctx, label, labels, value);
}

#define SAMPLE(out, value, ...)                                                                    \
	sample(out, value, (const struct sw_label[]){ __VA_ARGS__ },                               \
	       sizeof((struct sw_label[]){ __VA_ARGS__ }) / sizeof(struct sw_label))

static void gauge(const struct sw_metrics_sink *out, const char *name, const char *help,
		  __u64 value)
{
	head(out, name, "gauge", help);
	sample(out, value, NULL, 0);
}

/* Every series exists from the start, so that rates see the first packet. */
static void row(const struct sw_metrics_sink *out, const struct sw_interface_slot *slot,
		const struct sw_counters *counters, enum sw_family family, bool monitored,
		bool bytes)
{
	const struct sw_counter *cell;
	enum sw_verdict verdict;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		cell = &counters->cell[monitored][reason][family];
		verdict = sw_reason_verdict_as(reason, monitored);
		if (monitored && verdict == SW_PASS)
			continue;
		SAMPLE(out, bytes ? cell->bytes : cell->packets, { "interface", slot->name },
		       { "role", sw_role_name(slot->role) }, { "family", family_label[family] },
		       { "verdict", sw_verdict_name(verdict) },
		       { "reason", sw_reason_name(reason) });
	}
}

static void interface_counters(const struct sw_snapshot *s, const struct sw_metrics_sink *out,
			       const char *name, const char *help, bool bytes)
{
	int i, mode, family;

	head(out, name, "counter", help);
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (mode = 0; s->registry.interface[i].used && mode < 2; mode++) {
			for (family = 0; family < SW_FAMILIES; family++)
				row(out, &s->registry.interface[i], &s->counters[i], family, mode,
				    bytes);
		}
	}
}

/* The SYNs that came to the limit: the first two are attempts, the others were sent
 * again. */
static const char *const attempt_name[SW_ATTEMPT_KINDS] = {
	[SW_ATTEMPT_PASSED] = "passed",		[SW_ATTEMPT_LIMITED] = "limited",
	[SW_AGAIN_PASSED] = "again_passed",	[SW_AGAIN_REFUSED] = "again_limited",
	[SW_AGAIN_ADMITTED] = "again_admitted",
};

static void attempts(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i, kind;

	head(out, "smtp_syns_total", "counter",
	     "SYNs held against the limit, by what became of them: first ones, and those sent again.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (kind = 0; s->registry.interface[i].used && kind < SW_ATTEMPT_KINDS; kind++)
			SAMPLE(out, s->attempts[i].syns[kind],
			       { "interface", s->registry.interface[i].name },
			       { "role", sw_role_name(s->registry.interface[i].role) },
			       { "result", attempt_name[kind] });
	}
}

static void tunnels(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i, kind;

	head(out, "tunnelled_packets_total", "counter",
	     "Packets of tunnels that were seen and not opened; none unless `tunnels` is configured.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (kind = 1; s->registry.interface[i].used && kind < SW_TUNNEL_KINDS; kind++)
			SAMPLE(out, s->tunnelled[i].packets[kind],
			       { "interface", s->registry.interface[i].name },
			       { "role", sw_role_name(s->registry.interface[i].role) },
			       { "kind", sw_tunnel_name(kind) });
	}
}

enum feed_metric {
	FEED_PACKETS,
	FEED_ENTRIES,
	FEED_AGE,
	FEED_ERRORS,
	FEED_BAD_LINES,
	FEED_REFUSED,
	FEED_OK,
	FEED_CHECKED,
	FEED_REFRESHED,
	FEED_CHANGED,
	FEED_MONITOR,
};

static __u64 feed_value(const struct sw_snapshot *s, int feed, enum feed_metric metric)
{
	const struct sw_feed_slot *slot = &s->registry.feed[feed];

	switch (metric) {
	case FEED_PACKETS:
		return s->feed_counter[feed].packets;
	case FEED_ENTRIES:
		return s->generation.policy->settings.entries[feed];
	case FEED_AGE:
		return sw_snapshot_feed_age(s, feed);
	case FEED_ERRORS:
		return slot->errors;
	case FEED_BAD_LINES:
		return slot->bad_lines;
	case FEED_REFUSED:
		return slot->refused;
	case FEED_OK:
		return !slot->unfit_s;
	case FEED_CHECKED:
		return slot->checked_s;
	case FEED_REFRESHED:
		return slot->loaded_s;
	case FEED_CHANGED:
		return s->rollout.changed_s[feed];
	case FEED_MONITOR:
		return s->generation.policy->settings.feed[feed].monitor;
	}
	return 0;
}

/* A feed that is no longer in force has counters only, and one without a file has no
 * age. */
static bool has_metric(const struct sw_snapshot *s, int feed, enum feed_metric metric)
{
	const struct sw_feed_slot *slot = &s->registry.feed[feed];

	switch (metric) {
	case FEED_PACKETS:
	case FEED_ERRORS:
		return slot->name[0];
	case FEED_AGE:
		return slot->active && slot->modified_s;
	case FEED_REFRESHED:
		return slot->active && slot->checked_s && slot->loaded_s;
	case FEED_OK: /* one that made a publish fail may never have been in force */
		return slot->active || slot->unfit_s;
	case FEED_CHECKED:
		return (slot->active || slot->unfit_s) && slot->checked_s;
	case FEED_CHANGED:
		return slot->active && s->rollout.changed_s[feed];
	case FEED_ENTRIES:
	case FEED_BAD_LINES:
	case FEED_REFUSED:
	case FEED_MONITOR:
		return slot->active;
	}
	return false;
}

static void feed_metric(const struct sw_snapshot *s, const struct sw_metrics_sink *out,
			const char *name, const char *type, const char *help,
			enum feed_metric metric)
{
	int i;

	head(out, name, type, help);
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (has_metric(s, i, metric))
			SAMPLE(out, feed_value(s, i, metric), { "feed", slot->name });
	}
}

static void tables(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i;

	head(out, "table_entries", "gauge", "Entries in use, by table.");
	for (i = 0; i < SW_TABLES; i++)
		SAMPLE(out, s->entries[i], { "table", sw_table_name(i) });
	head(out, "table_capacity", "gauge", "Entries there is room for, by table.");
	for (i = 0; i < SW_TABLES; i++)
		SAMPLE(out, s->capacity[i], { "table", sw_table_name(i) });
}

static void by_side(const struct sw_metrics_sink *out, const char *name, const char *help,
		    const __u64 value[SW_SIDES])
{
	enum sw_side side;

	head(out, name, "counter", help);
	for (side = 0; side < SW_SIDES; side++)
		SAMPLE(out, value[side], { "side", sw_side_name(side) });
}

void sw_metrics_head_attached(const struct sw_metrics_sink *out)
{
	head(out, "interface_attached", "gauge",
	     "1 if the program is on the interface, by mode; 0 if it should be and is not.");
}

void sw_metrics_attached(const struct sw_metrics_sink *out, const char *interface,
			 enum sw_role role, bool generic, bool attached)
{
	SAMPLE(out, attached, { "interface", interface }, { "role", sw_role_name(role) },
	       { "mode", generic ? "generic" : "native" });
}

static void attached(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i;

	sw_metrics_head_attached(out);
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];

		if (slot->used && slot->attached)
			sw_metrics_attached(out, slot->name, slot->role, slot->generic,
					    s->problem[i] == SW_NIC_FINE);
	}
}

void sw_metrics_reload(const struct sw_metrics_sink *out, bool success)
{
	gauge(out, "last_reload_success", "1 if the last load or reload went well.", success);
}

void sw_metrics_heartbeat(const struct sw_metrics_sink *out, __u64 unix_s)
{
	head(out, "daemon_heartbeat_timestamp_seconds", "gauge",
	     "Unix time at which a daemon was last seen at work.");
	if (unix_s)
		sample(out, unix_s, NULL, 0);
}

static void monitored(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	int i;

	gauge(out, "monitor_mode", "1 if nothing is dropped, only counted.", settings->monitor);
	head(out, "interface_monitor", "gauge", "1 if nothing is dropped on the interface.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (s->registry.interface[i].used && s->registry.interface[i].attached)
			SAMPLE(out, settings->monitor_interfaces >> i & 1,
			       { "interface", s->registry.interface[i].name });
	}
	feed_metric(s, out, "feed_monitor", "gauge", "1 if no entry of the feed drops anything.",
		    FEED_MONITOR);
}

/* What is not known has no sample. */
static void rollout(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	head(out, "held_generation", "gauge",
	     "Generation that a rollback holds in force instead of the configuration; 0: none.");
	if (s->rollout.known)
		sample(out, s->rollout.held, NULL, 0);
	head(out, "confirm_pending", "gauge",
	     "1 if what is in force goes back unless somebody confirms.");
	if (s->rollout.known)
		sample(out, s->rollout.pending, NULL, 0);
}

static void sources(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	size_t i;

	head(out, "subscribers_ok", "gauge",
	     "1 if the list of subscribers was fit when it was looked at last, else 0.");
	for (i = 0; i < s->sources.count; i++)
		SAMPLE(out, s->sources.source[i].ok, { "source", s->sources.source[i].name });
	head(out, "subscribers_checked_timestamp_seconds", "gauge",
	     "Unix time when the list of subscribers was looked at last.");
	for (i = 0; i < s->sources.count; i++)
		SAMPLE(out, s->sources.source[i].checked_s,
		       { "source", s->sources.source[i].name });
}

static void cases(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	head(out, "cases", "gauge", "Cases of subscribers, by state.");
	if (!s->cases.known)
		return;
	SAMPLE(out, s->cases.open, { "state", "open" });
	SAMPLE(out, s->cases.quiet, { "state", "quiet" });
	SAMPLE(out, s->cases.closed, { "state", "closed" });
}

static void health(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	sw_metrics_reload(out, !sw_health_get(s->state, SW_HEALTH_RELOAD_FAILED));
	gauge(out, "load_interrupted", "1 if a load began and did not end.",
	      s->state->abi.loading != 0);
	sw_metrics_heartbeat(out, sw_health_get(s->state, SW_HEALTH_HEARTBEAT));
	head(out, "daemon_lock_held_total", "counter",
	     "Reloads and sweeps of the daemon that found the lock held, and came later.");
	sample(out, sw_health_get(s->state, SW_HEALTH_LOCK_HELD), NULL, 0);
}

static void detected(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	head(out, "detected_total", "counter",
	     "Suspects that the datapath has listed as live zombies.");
	sample(out, s->detected.listed, NULL, 0);
	head(out, "detected_refused_total", "counter",
	     "SYNs of suspects that were not listed, for `max_listed` were.");
	sample(out, s->detected.refused, NULL, 0);
	gauge(out, "suspects_listed",
	      "Suspects that the datapath has listed and whose time is not "
	      "over.",
	      s->detected.in_force);
	gauge(out, "suspects_listed_full", "1 if as many suspects are listed as may be.",
	      s->detected.full);
}

void sw_metrics_build(const struct sw_metrics_sink *out)
{
	char state_version[16];

	head(out, "build_info", "gauge", "1; what is running, by label.");
	snprintf(state_version, sizeof(state_version), "%d", SW_ABI_VERSION);
	SAMPLE(out, 1, { "version", sw_version }, { "state_version", state_version });
}

static void announcing(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	if (!s->announcing.configured)
		return;
	gauge(out, "announced_routes", "Routes by which others learn of zombies and blocks.",
	      s->announcing.routes);
	gauge(out, "announce_missing_routes",
	      "Routes that are not announced: more than max_routes, or others' are in their place.",
	      s->announcing.missing);
	gauge(out, "announce_ok", "1 if the routing table that is announced is as it should be.",
	      s->announcing.ok);
}

void sw_metrics_tell(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	const struct sw_settings *settings = &s->generation.policy->settings;

	interface_counters(s, out, "packets_total", "Packets judged.", false);
	interface_counters(s, out, "bytes_total", "Bytes of the frames judged.", true);
	attempts(s, out);
	tunnels(s, out);
	feed_metric(s, out, "feed_packets_total", "counter",
		    "Packets that an entry of the feed decided.", FEED_PACKETS);
	feed_metric(s, out, "feed_entries", "gauge", "Entries of the feed in force.", FEED_ENTRIES);
	feed_metric(s, out, "feed_age_seconds", "gauge",
		    "Time since the file in force of the feed last changed.", FEED_AGE);
	feed_metric(s, out, "feed_errors_total", "counter",
		    "Publishes for which the feed's file was unfit.", FEED_ERRORS);
	feed_metric(s, out, "feed_bad_lines", "gauge",
		    "Lines of the feed in force that are no entry.", FEED_BAD_LINES);
	feed_metric(s, out, "feed_refused_entries", "gauge",
		    "Entries of the feed refused as too wide, or in space that it may not list.",
		    FEED_REFUSED);
	feed_metric(s, out, "feed_ok", "gauge",
		    "1 if the feed's file was fit when it was looked at last, else 0.", FEED_OK);
	feed_metric(s, out, "feed_checked_timestamp_seconds", "gauge",
		    "Unix time when the feed's file was looked at last.", FEED_CHECKED);
	feed_metric(s, out, "feed_refreshed_timestamp_seconds", "gauge",
		    "Unix time when the list in force was last known to be what its source has.",
		    FEED_REFRESHED);
	feed_metric(s, out, "feed_changed_timestamp_seconds", "gauge",
		    "Unix time of the publish in which the feed's entries last changed.",
		    FEED_CHANGED);
	gauge(out, "generation", "Number of the generation in force.", settings->generation);
	gauge(out, "last_publish_timestamp_seconds", "Unix time of the last publish.",
	      settings->published_s);
	rollout(s, out);
	announcing(s, out);
	sources(s, out);
	cases(s, out);
	monitored(s, out);
	tables(s, out);
	by_side(out, "ledger_evictions_total",
		"Addresses that the ledger forgot for others, in a full bucket.",
		(const __u64[]){ s->ledger[0].evicted, s->ledger[1].evicted });
	by_side(out, "ledger_missed_total",
		"Drops not in the ledger: other CPUs took the place too often in a row.",
		(const __u64[]){ s->ledger[0].missed, s->ledger[1].missed });
	by_side(out, "conduct_evictions_total",
		"Sources that the conduct table forgot for others, in a full bucket.",
		(const __u64[]){ s->conduct[0].evicted, s->conduct[1].evicted });
	by_side(out, "conduct_missed_total",
		"SYNs not in the conduct table: other CPUs took the place too often in a row.",
		(const __u64[]){ s->conduct[0].missed, s->conduct[1].missed });
	gauge(out, "live_zombies", "Live zombies that have not ended.", s->entries[SW_TABLE_LIVE]);
	detected(s, out);
	attached(s, out);
	health(s, out);
	head(out, "events_lost_total", "counter",
	     "Events over the rate cap, with no room left, or that could not be logged.");
	sample(out, s->events_lost, NULL, 0);
	sw_metrics_build(out);
}
