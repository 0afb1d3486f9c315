// SPDX-License-Identifier: GPL-2.0
/* Which metrics there are; those of feeds are metrics_feeds.c's. How they are written is
 * metrics_text.c's and metrics_json.c's. */
#include "report/metrics.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/names.h"
#include "config/words.h"
#include "kernel/health.h"
#include "kernel/subject.h"
#include "base/version.h"
#include "report/metrics_feeds.h"

static const char *const family_label[SW_FAMILIES] = { "none", "ipv4", "ipv6" };

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
		SW_METRIC(out, bytes ? cell->bytes : cell->packets, { "interface", slot->name },
			  { "role", sw_role_name(slot->role) }, { "family", family_label[family] },
			  { "verdict", sw_verdict_name(verdict) },
			  { "reason", sw_reason_name(reason) });
	}
}

static void interface_counters(const struct sw_snapshot *s, const struct sw_metrics_sink *out,
			       const char *name, const char *help, bool bytes)
{
	int i, mode, family;

	sw_metric_head(out, name, "counter", help);
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (mode = 0; s->registry.interface[i].used && mode < 2; mode++) {
			for (family = 0; family < SW_FAMILIES; family++)
				row(out, &s->registry.interface[i], &s->counters[i], family, mode,
				    bytes);
		}
	}
}

static void attempts(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i, kind;

	sw_metric_head(
		out, "smtp_syns_total", "counter",
		"SYNs held against the limit, by what became of them: first ones, and those sent again.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (kind = 0; s->registry.interface[i].used && kind < SW_ATTEMPT_KINDS; kind++)
			SW_METRIC(out, s->attempts[i].syns[kind],
				  { "interface", s->registry.interface[i].name },
				  { "role", sw_role_name(s->registry.interface[i].role) },
				  { "result", sw_attempt_name(kind) });
	}
}

static void tunnels(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i, kind;

	sw_metric_head(
		out, "tunnelled_packets_total", "counter",
		"Packets of tunnels that were seen and not opened; none unless `tunnels` is configured.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		for (kind = 1; s->registry.interface[i].used && kind < SW_TUNNEL_KINDS; kind++)
			SW_METRIC(out, s->tunnelled[i].packets[kind],
				  { "interface", s->registry.interface[i].name },
				  { "role", sw_role_name(s->registry.interface[i].role) },
				  { "kind", sw_tunnel_name(kind) });
	}
}

static void tables(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int i;

	sw_metric_head(out, "table_entries", "gauge", "Entries in use, by table.");
	for (i = 0; i < SW_TABLES; i++)
		SW_METRIC(out, s->entries[i], { "table", sw_table_name(i) });
	sw_metric_head(out, "table_capacity", "gauge", "Entries there is room for, by table.");
	for (i = 0; i < SW_TABLES; i++)
		SW_METRIC(out, s->capacity[i], { "table", sw_table_name(i) });
}

static void by_side(const struct sw_metrics_sink *out, const char *name, const char *help,
		    const __u64 value[SW_SIDES])
{
	enum sw_side side;

	sw_metric_head(out, name, "counter", help);
	for (side = 0; side < SW_SIDES; side++)
		SW_METRIC(out, value[side], { "side", sw_side_name(side) });
}

void sw_metrics_head_attached(const struct sw_metrics_sink *out)
{
	sw_metric_head(
		out, "interface_attached", "gauge",
		"1 if the program is on the interface, by mode; 0 if it should be and is not.");
}

void sw_metrics_attached(const struct sw_metrics_sink *out, const char *interface,
			 enum sw_role role, bool generic, bool attached)
{
	SW_METRIC(out, attached, { "interface", interface }, { "role", sw_role_name(role) },
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
	sw_metric_gauge(out, "last_reload_success", "1 if the last load or reload went well.",
			success);
}

void sw_metrics_heartbeat(const struct sw_metrics_sink *out, __u64 unix_s)
{
	sw_metric_head(out, "daemon_heartbeat_timestamp_seconds", "gauge",
		       "Unix time at which a daemon was last seen at work.");
	if (unix_s)
		sw_metric_sample(out, unix_s, NULL, 0);
}

static void monitored(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	int i;

	sw_metric_gauge(out, "monitor_mode", "1 if nothing is dropped, only counted.",
			settings->monitor);
	sw_metric_head(out, "interface_monitor", "gauge",
		       "1 if nothing is dropped on the interface.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (s->registry.interface[i].used && s->registry.interface[i].attached)
			SW_METRIC(out, settings->monitor_interfaces >> i & 1,
				  { "interface", s->registry.interface[i].name });
	}
}

/* What is not known has no sample. */
static void rollout(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	sw_metric_head(
		out, "held_generation", "gauge",
		"Generation that a rollback holds in force instead of the configuration; 0: none.");
	if (s->rollout.known)
		sw_metric_sample(out, s->rollout.held, NULL, 0);
	sw_metric_head(out, "confirm_pending", "gauge",
		       "1 if what is in force goes back unless somebody confirms.");
	if (s->rollout.known)
		sw_metric_sample(out, s->rollout.pending, NULL, 0);
}

static void sources(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	size_t i;

	sw_metric_head(out, "subscribers_ok", "gauge",
		       "1 if the list of subscribers was fit when it was looked at last, else 0.");
	for (i = 0; i < s->sources.count; i++)
		SW_METRIC(out, s->sources.source[i].ok, { "source", s->sources.source[i].name });
	sw_metric_head(out, "subscribers_checked_timestamp_seconds", "gauge",
		       "Unix time when the list of subscribers was looked at last.");
	for (i = 0; i < s->sources.count; i++)
		SW_METRIC(out, s->sources.source[i].checked_s,
			  { "source", s->sources.source[i].name });
}

static void cases(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	sw_metric_head(out, "cases", "gauge", "Cases of subscribers, by state.");
	if (!s->cases.known)
		return;
	SW_METRIC(out, s->cases.open, { "state", "open" });
	SW_METRIC(out, s->cases.quiet, { "state", "quiet" });
	SW_METRIC(out, s->cases.closed, { "state", "closed" });
}

static void told(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	size_t i;

	sw_metric_head(out, "notices_ok", "gauge",
		       "1 if the last notice reached its receiver, 0 if it is tried again.");
	for (i = 0; i < s->told.count; i++)
		SW_METRIC(out, s->told.receiver[i].ok, { "receiver", s->told.receiver[i].name });
	sw_metric_head(out, "notices_waiting", "gauge", "Notices that wait for their receiver.");
	for (i = 0; i < s->told.count; i++)
		SW_METRIC(out, s->told.receiver[i].waiting,
			  { "receiver", s->told.receiver[i].name });
}

static void health(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	sw_metrics_reload(out, !s->reload_failed);
	sw_metric_gauge(out, "load_interrupted", "1 if a load began and did not end.",
			s->state->abi.loading != 0);
	sw_metrics_heartbeat(out, sw_health_get(s->state, SW_HEALTH_HEARTBEAT));
	sw_metric_head(out, "daemon_lock_held_total", "counter",
		       "Reloads and sweeps of the daemon that found the lock held, and came later.");
	sw_metric_sample(out, sw_health_get(s->state, SW_HEALTH_LOCK_HELD), NULL, 0);
}

static void suspects(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	int rule;

	sw_metric_head(out, "suspects", "gauge",
		       "Suspects that `run` found last, by the gravest rule that each breaks.");
	for (rule = 0; rule < SW_SUSPECT_RULES && s->cases.known; rule++)
		SW_METRIC(out, s->suspects[rule], { "rule", sw_rule_name(rule) });
}

static void detected(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	sw_metric_head(out, "detected_total", "counter",
		       "Suspects that the datapath has listed as live zombies, or slowed.");
	sw_metric_sample(out, s->detected.listed, NULL, 0);
	sw_metric_head(out, "detected_refused_total", "counter",
		       "SYNs of suspects that were not listed, for `max_listed` were.");
	sw_metric_sample(out, s->detected.refused, NULL, 0);
	sw_metric_gauge(out, "suspects_listed",
			"Suspects that the datapath has listed or slowed and whose time is not "
			"over.",
			s->detected.in_force);
	sw_metric_gauge(out, "suspects_listed_full", "1 if as many suspects are listed as may be.",
			s->detected.full);
}

void sw_metrics_build(const struct sw_metrics_sink *out)
{
	char state_version[16];

	sw_metric_head(out, "build_info", "gauge", "1; what is running, by label.");
	snprintf(state_version, sizeof(state_version), "%d", SW_ABI_VERSION);
	SW_METRIC(out, 1, { "version", sw_version }, { "state_version", state_version });
}

static void announcing(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	if (!s->announcing.configured)
		return;
	sw_metric_gauge(out, "announced_routes",
			"Routes by which others learn of zombies and blocks.",
			s->announcing.routes);
	sw_metric_gauge(
		out, "announce_missing_routes",
		"Routes that are not announced: more than max_routes, or others' are in their place.",
		s->announcing.missing);
	sw_metric_gauge(out, "announce_ok",
			"1 if the routing table that is announced is as it should be.",
			s->announcing.ok);
}

void sw_metrics_tell(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
	const struct sw_settings *settings = &s->generation.policy->settings;

	interface_counters(s, out, "packets_total", "Packets judged.", false);
	interface_counters(s, out, "bytes_total", "Bytes of the frames judged.", true);
	attempts(s, out);
	tunnels(s, out);
	sw_metrics_feeds(s, out);
	sw_metric_gauge(out, "generation", "Number of the generation in force.",
			settings->generation);
	sw_metric_gauge(out, "last_publish_timestamp_seconds", "Unix time of the last publish.",
			settings->published_s);
	rollout(s, out);
	announcing(s, out);
	sources(s, out);
	cases(s, out);
	told(s, out);
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
	sw_metric_gauge(out, "live_zombies", "Live zombies that have not ended.",
			s->entries[SW_TABLE_LIVE]);
	suspects(s, out);
	detected(s, out);
	attached(s, out);
	health(s, out);
	sw_metric_head(out, "events_lost_total", "counter",
		       "Events over the rate cap, with no room left, or that could not be logged.");
	sw_metric_sample(out, s->events_lost, NULL, 0);
	sw_metrics_build(out);
}
