// SPDX-License-Identifier: GPL-2.0
#include "cli/status_output.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "cli/announce_output.h"
#include "cli/brakes.h"
#include "cli/screen.h"
#include "cli/sources_output.h"
#include "cli/troubles.h"

#define COUNT_TEXT 16
#define FEED_WIDTH 20 /* of names, or more if one is longer */
#define MAX_COLUMNS 4 /* of NICs, in the table of reasons */

static void print_head(const struct sw_status *status)
{
	const struct sw_settings *settings = &status->snapshot->generation.policy->settings;
	const struct sw_daemon_look *daemon = &status->daemon;
	char when[32], age[32], bytes[32];

	printf("%s%s%s, generation %llu of %s\n",
	       sw_ink(settings->monitor ? SW_INK_WARNING : SW_INK_GOOD),
	       settings->monitor ? "MONITOR: nothing is dropped" : "enforcing",
	       sw_ink(SW_INK_PLAIN), settings->generation,
	       sw_format_time(settings->published_s, when, sizeof(when)));
	if (daemon->alive == SW_ALIVE_LIVES)
		printf("daemon lives, process %d, its heart beat %s ago%s", daemon->pid,
		       sw_format_age(daemon->beat_age, age, sizeof(age)),
		       status->kernel_bytes ? "; " : "\n");
	if (status->kernel_bytes)
		printf("%s of kernel memory\n",
		       sw_format_bytes(status->kernel_bytes, bytes, sizeof(bytes)));
}

static void print_troubles(const struct sw_status *status)
{
	struct sw_troubles troubles;
	size_t i;

	sw_troubles_find(status, &troubles);
	for (i = 0; i < troubles.count; i++) {
		const struct sw_trouble *each = &troubles.trouble[i];

		printf("%s%s%s %s\n", sw_ink(each->grave ? SW_INK_BAD : SW_INK_WARNING),
		       each->grave ? "WRONG" : "look ", sw_ink(SW_INK_PLAIN), each->text);
		if (each->next[0])
			printf("      > %s\n", each->next);
	}
	if (troubles.more)
		printf("      and %zu more: `spamweir status --json`\n", troubles.more);
}

/* "acc0", "enp5s0f0np0 (veth7)" */
static void name_nic(const struct sw_snapshot *s, int i, char *out, size_t room)
{
	const char *name = s->registry.interface[i].name, *kernel = s->kernel_name[i];

	if (kernel[0] && strcmp(kernel, name))
		snprintf(out, room, "%s (%s)", name, kernel);
	else
		snprintf(out, room, "%s", name);
}

/* "native, MONITOR" */
static void describe_nic(const struct sw_snapshot *s, int i, char *out, size_t room)
{
	bool monitor = s->generation.policy->settings.monitor_interfaces >> i & 1;
	char shared[64] = "";

	if (s->share[i].ours)
		snprintf(shared, sizeof(shared), ", shared with %u other XDP programs%s",
			 s->share[i].others, s->share[i].small ? ", which hold its MTU down" : "");
	snprintf(out, room, "%s%s%s", sw_attachment_name(s->attachment[i]),
		 monitor ? ", MONITOR" : "", shared);
}

/* Those that are configured. One that was so once keeps its counters, and no row. */
static bool has_row(const struct sw_snapshot *s, int i)
{
	return s->registry.interface[i].used && s->registry.interface[i].attached;
}

static int widest_nic(const struct sw_snapshot *s, int width)
{
	char name[64];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (!has_row(s, i))
			continue;
		name_nic(s, i, name, sizeof(name));
		width = (int)strlen(name) > width ? (int)strlen(name) : width;
	}
	return width;
}

static const char *const stopped_as[] = { "dropped", "would drop" };

static bool any_stopped(const struct sw_snapshot *s, int mode)
{
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (has_row(s, i) && sw_stopped(&s->counters[i], mode))
			return true;
	}
	return false;
}

/* What was stopped in the other mode, be it of then or of a feed, is told apart, if there is
 * any. */
static void print_nic(const struct sw_status *status, int i, int width, int mode, bool both)
{
	const struct sw_snapshot *s = status->snapshot;
	struct sw_pace pace = sw_look_pace(&status->before, &status->now, i);
	char name[64], as[128], packets[COUNT_TEXT], rate[COUNT_TEXT], bits[COUNT_TEXT];
	char stopped[COUNT_TEXT], stopping[COUNT_TEXT], otherwise[COUNT_TEXT];

	name_nic(s, i, name, sizeof(name));
	describe_nic(s, i, as, sizeof(as));
	printf("%-*s  %-8s %9s %9s %9s %10s %9s  ", width, name,
	       sw_role_name(s->registry.interface[i].role),
	       sw_format_count(sw_counted_all(&s->counters[i]).packets, packets, sizeof(packets)),
	       sw_format_count(pace.packets + .5, rate, sizeof(rate)),
	       sw_format_count(pace.bits + .5, bits, sizeof(bits)),
	       sw_format_count(sw_stopped(&s->counters[i], mode), stopped, sizeof(stopped)),
	       sw_format_count(pace.stopped[mode] + .5, stopping, sizeof(stopping)));
	if (both)
		printf("%10s  ", sw_format_count(sw_stopped(&s->counters[i], !mode), otherwise,
						 sizeof(otherwise)));
	puts(as);
}

/* What the sums by reason hold of NICs without a row. */
static void print_former(const struct sw_snapshot *s)
{
	char text[COUNT_TEXT];
	__u64 packets = 0;
	int nics = 0, i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (!s->registry.interface[i].used || has_row(s, i))
			continue;
		packets += sw_counted_all(&s->counters[i]).packets;
		nics++;
	}
	if (packets)
		printf("no longer configured: %d, which had %s packets (`spamweir status --json`)\n",
		       nics, sw_format_count(packets, text, sizeof(text)));
}

static void print_nics(const struct sw_status *status)
{
	const struct sw_snapshot *s = status->snapshot;
	int mode = s->generation.policy->settings.monitor != 0;
	int width = widest_nic(s, sizeof("interface") - 1), i;
	bool both = any_stopped(s, !mode);

	printf("\n%s%-*s  %-8s %9s %9s %9s %10s %9s  ", sw_ink(SW_INK_BOLD), width, "interface",
	       "role", "packets", "a second", "bit/s", stopped_as[mode], "a second");
	if (both)
		printf("%10s  ", stopped_as[!mode]);
	printf("XDP%s\n", sw_ink(SW_INK_PLAIN));
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (has_row(s, i))
			print_nic(status, i, width, mode, both);
	}
	print_former(s);
}

/* Which NICs have a column of their own: few, or none at all. Returns how many. */
static int choose_columns(const struct sw_snapshot *s, int column[MAX_COLUMNS])
{
	int used = 0, i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (!has_row(s, i))
			continue;
		if (used == MAX_COLUMNS)
			return 0;
		column[used++] = i;
	}
	return used > 1 ? used : 0;
}

static void print_reason(const struct sw_snapshot *s, int mode, int reason, const int *column,
			 int columns)
{
	enum sw_verdict verdict = sw_reason_verdict_as(reason, mode);
	struct sw_counter sum = {}, each;
	char packets[COUNT_TEXT], bytes[32];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		each = sw_counted(&s->counters[i], mode, reason);
		sum.packets += each.packets;
		sum.bytes += each.bytes;
	}
	if (!sum.packets)
		return;
	printf("%s%-10s%s %-17s %9s %10s",
	       sw_ink(verdict == SW_PASS ? SW_INK_PLAIN : SW_INK_WARNING), sw_verdict_name(verdict),
	       sw_ink(SW_INK_PLAIN), sw_reason_name(reason),
	       sw_format_count(sum.packets, packets, sizeof(packets)),
	       sw_format_bytes(sum.bytes, bytes, sizeof(bytes)));
	for (i = 0; i < columns; i++)
		printf(" %9s",
		       sw_format_count(sw_counted(&s->counters[column[i]], mode, reason).packets,
				       packets, sizeof(packets)));
	putchar('\n');
}

static void print_reasons(const struct sw_snapshot *s)
{
	int column[MAX_COLUMNS], columns = choose_columns(s, column), mode, reason, i;

	printf("\n%s%-10s %-17s %9s %10s", sw_ink(SW_INK_BOLD), "verdict", "reason", "packets",
	       "bytes");
	for (i = 0; i < columns; i++)
		printf(" %9.9s", s->registry.interface[column[i]].name);
	printf("%s\n", sw_ink(SW_INK_PLAIN));
	for (mode = 0; mode < 2; mode++) {
		for (reason = 0; reason < SW_REASON_COUNT; reason++)
			print_reason(s, mode, reason, column, columns);
	}
}

static int widest_feed(const struct sw_snapshot *s, int width)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (slot->active && (int)strlen(slot->name) > width)
			width = strlen(slot->name);
	}
	return width;
}

static const char *age_text(const struct sw_snapshot *s, int feed, char out[32])
{
	if (!sw_snapshot_feed_has_age(s, feed))
		return "-";
	return sw_format_age(sw_snapshot_feed_age(s, feed), out, 32);
}

static void print_feeds(const struct sw_snapshot *s)
{
	const struct sw_settings *settings = &s->generation.policy->settings;
	char entries[COUNT_TEXT], age[32], packets[COUNT_TEXT];
	int width = widest_feed(s, FEED_WIDTH), i;

	printf("\n%s%-*s %-7s %10s %14s  %s%s\n", sw_ink(SW_INK_BOLD), width, "feed", "kind",
	       "entries", "age", "packets", sw_ink(SW_INK_PLAIN));
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];

		if (slot->active)
			printf("%-*s %-7s %10s %14s  %s%s\n", width, slot->name,
			       sw_kind_name(slot->kind),
			       sw_format_count(settings->entries[i], entries, sizeof(entries)),
			       age_text(s, i, age),
			       sw_format_count(s->feed_counter[i].packets, packets,
					       sizeof(packets)),
			       settings->feed[i].monitor ? "  MONITOR" : "");
	}
}

/* Two beside each other: there are many, and they are seldom looked at. */
static void print_tables(const struct sw_snapshot *s)
{
	char entries[COUNT_TEXT], capacity[COUNT_TEXT];
	int i;

	printf("\n%s%-20s %7s %8s    %-20s %7s %8s%s\n", sw_ink(SW_INK_BOLD), "table", "entries",
	       "room", "table", "entries", "room", sw_ink(SW_INK_PLAIN));
	for (i = 0; i < SW_TABLES; i++)
		printf("%-20s %7s %8s%s", sw_table_name(i),
		       sw_format_count(s->entries[i], entries, sizeof(entries)),
		       sw_format_count(s->capacity[i], capacity, sizeof(capacity)),
		       i % 2 || i == SW_TABLES - 1 ? "\n" : "    ");
}

void sw_status_print(const struct sw_status *status)
{
	const struct sw_snapshot *s = status->snapshot;

	print_head(status);
	print_troubles(status);
	print_nics(status);
	print_reasons(s);
	print_feeds(s);
	sw_print_brakes(status->store);
	sw_print_announce(status->options);
	sw_print_sources(status->sources);
	print_tables(s);
	if (s->events_lost)
		printf("\n%llu events lost to the rate cap, a full ring or a log that cannot be "
		       "written\n",
		       s->events_lost);
}
