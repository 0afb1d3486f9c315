// SPDX-License-Identifier: GPL-2.0
#include "metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"

static const char *const family_label[SW_FAMILIES] = { "none", "ipv4", "ipv6" };

static void head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP spamweir_%s %s\n# TYPE spamweir_%s %s\n", name, help, name, type);
}

static void gauge(FILE *out, const char *name, const char *help, __u64 value)
{
	head(out, name, "gauge", help);
	fprintf(out, "spamweir_%s %llu\n", name, value);
}

/* Every series exists from the start, so that rates see the first packet. */
static void interface_counters(const struct sw_snapshot *s, FILE *out, const char *name,
			       const char *help, bool bytes)
{
	int i, mode, family, reason;

	head(out, name, "counter", help);
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];

		for (mode = 0; slot->used && mode < 2; mode++) {
			for (family = 0; family < SW_FAMILIES; family++) {
				for (reason = 0; reason < SW_REASON_COUNT; reason++) {
					const struct sw_counter *cell =
						&s->counters[i].cell[mode][family][reason];
					enum sw_verdict verdict = sw_reason_verdict(reason);

					if (mode && verdict == SW_PASS)
						continue;
					fprintf(out,
						"spamweir_%s{interface=\"%s\",role=\"%s\",family=\"%s\","
						"verdict=\"%s\",reason=\"%s\"} %llu\n",
						name, slot->name, sw_role_name(slot->role),
						family_label[family],
						sw_verdict_name(mode ? SW_WOULD_DROP : verdict),
						sw_reason_name(reason),
						bytes ? cell->bytes : cell->packets);
				}
			}
		}
	}
}

enum feed_metric {
	FEED_PACKETS,
	FEED_ENTRIES,
	FEED_AGE,
	FEED_ERRORS,
	FEED_BAD_LINES,
	FEED_REFUSED,
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
	}
	return 0;
}

/* A feed that is no longer in force has counters only, and what has no file
 * does not age. */
static bool has_metric(const struct sw_feed_slot *slot, enum feed_metric metric)
{
	switch (metric) {
	case FEED_PACKETS:
	case FEED_ERRORS:
		return slot->name[0];
	case FEED_AGE:
		return slot->active && slot->modified_s;
	case FEED_ENTRIES:
	case FEED_BAD_LINES:
	case FEED_REFUSED:
		return slot->active;
	}
	return false;
}

static void feed_metric(const struct sw_snapshot *s, FILE *out, const char *name, const char *type,
			const char *help, enum feed_metric metric)
{
	int i;

	head(out, name, type, help);
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (!has_metric(slot, metric))
			continue;
		fprintf(out, "spamweir_%s{feed=\"%s\"} %llu\n", name, slot->name,
			feed_value(s, i, metric));
	}
}

static void tables(const struct sw_snapshot *s, FILE *out)
{
	int i;

	head(out, "table_entries", "gauge", "Entries in use, by table.");
	for (i = 0; i < SW_TABLES; i++)
		fprintf(out, "spamweir_table_entries{table=\"%s\"} %llu\n", sw_table_name(i),
			s->entries[i]);
	head(out, "table_capacity", "gauge", "Entries there is room for, by table.");
	for (i = 0; i < SW_TABLES; i++)
		fprintf(out, "spamweir_table_capacity{table=\"%s\"} %llu\n", sw_table_name(i),
			s->capacity[i]);
}

static void attached(const struct sw_snapshot *s, FILE *out)
{
	int i;

	head(out, "interface_attached", "gauge",
	     "1 if the program is on the interface, by mode; 0 if it should be and is not.");
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];

		if (slot->used && slot->attached)
			fprintf(out,
				"spamweir_interface_attached{interface=\"%s\",role=\"%s\",mode=\"%s\"} %d\n",
				slot->name, sw_role_name(slot->role),
				slot->generic ? "generic" : "native", s->attachment[i] != SW_DETACHED);
	}
}

int sw_metrics_print(const struct sw_snapshot *s, FILE *out)
{
	const struct sw_settings *settings = &s->generation.policy->settings;

	interface_counters(s, out, "packets_total", "Packets judged.", false);
	interface_counters(s, out, "bytes_total", "Bytes of the frames judged.", true);
	feed_metric(s, out, "feed_packets_total", "counter",
		    "Packets that an entry of the feed decided.", FEED_PACKETS);
	feed_metric(s, out, "feed_entries", "gauge", "Entries of the feed in force.", FEED_ENTRIES);
	feed_metric(s, out, "feed_age_seconds", "gauge",
		    "Time since the file in force of the feed last changed.", FEED_AGE);
	feed_metric(s, out, "feed_errors_total", "counter",
		    "Publishes that failed because of the feed.", FEED_ERRORS);
	feed_metric(s, out, "feed_bad_lines", "gauge",
		    "Lines of the feed in force that are no entry.", FEED_BAD_LINES);
	feed_metric(s, out, "feed_refused_entries", "gauge",
		    "Entries of the feed refused as too wide or within own space.", FEED_REFUSED);
	gauge(out, "generation", "Number of the generation in force.", settings->generation);
	gauge(out, "last_publish_timestamp_seconds", "Unix time of the last publish.",
	      settings->published_s);
	gauge(out, "monitor_mode", "1 if nothing is dropped, only counted.", settings->monitor);
	tables(s, out);
	gauge(out, "live_zombies", "Live zombies that have not ended.", s->entries[SW_TABLE_LIVE]);
	attached(s, out);
	head(out, "events_lost_total", "counter", "Events over the rate cap, or with no room left.");
	fprintf(out, "spamweir_events_lost_total %llu\n", s->events_lost);
	head(out, "build_info", "gauge", "1; what is running, by label.");
	fprintf(out, "spamweir_build_info{version=\"%s\",state_version=\"%d\"} 1\n", SW_VERSION,
		SW_ABI_VERSION);
	return ferror(out) ? -EIO : 0;
}

static int write_file(const struct sw_snapshot *s, const char *path, struct sw_error *error)
{
	char *temporary;
	FILE *out = NULL;
	int fd, err;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkstemp(temporary);
	if (fd < 0) {
		err = sw_fail(error, -errno, "%s: %s", temporary, strerror(errno));
		free(temporary);
		return err;
	}
	out = fdopen(fd, "w");
	err = out ? sw_metrics_print(s, out) : -ENOMEM;
	if (!err && fchmod(fd, 0644)) /* another user's exporter reads it */
		err = -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err) {
		unlink(temporary);
		sw_fail(error, err, "%s: %s", path, strerror(-err));
	}
	free(temporary);
	return err;
}

int sw_metrics_write(const char *pin_dir, const char *path, struct sw_error *error)
{
	struct sw_snapshot *snapshot;
	int err;

	err = sw_snapshot_take(pin_dir, &snapshot, error);
	if (err)
		return err;
	err = write_file(snapshot, path, error);
	sw_snapshot_free(snapshot);
	return err;
}
