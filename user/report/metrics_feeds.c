// SPDX-License-Identifier: GPL-2.0
#include "report/metrics_feeds.h"

#include <stdbool.h>

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

	sw_metric_head(out, name, type, help);
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (has_metric(s, i, metric))
			SW_METRIC(out, feed_value(s, i, metric), { "feed", slot->name });
	}
}

void sw_metrics_feeds(const struct sw_snapshot *s, const struct sw_metrics_sink *out)
{
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
	feed_metric(s, out, "feed_monitor", "gauge", "1 if no entry of the feed drops anything.",
		    FEED_MONITOR);
}
