// SPDX-License-Identifier: GPL-2.0
#include "cli/period_output.h"

#include <stdio.h>

#include "base/names.h"
#include "base/text.h"

static void print_held(const struct sw_period *period)
{
	size_t i;
	int reason;

	printf("\n%-24s %12s %12s\n", "by reason", "dropped", "monitor mode");
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		const struct sw_period_sum *sum = &period->by_reason[reason];

		if (sum->dropped || sum->monitored)
			printf("%-24s %12llu %12llu\n", sw_reason_name(reason), sum->dropped,
			       sum->monitored);
	}
	printf("\n%-24s %12s %12s %12s\n", "by interface", "dropped", "monitor mode", "passed");
	for (i = 0; i < period->nics; i++)
		printf("%-15s %-8s %12llu %12llu %12llu\n", period->nic[i].name,
		       period->nic[i].role, period->nic[i].held.dropped,
		       period->nic[i].held.monitored, period->nic[i].passed);
	printf("\n%-24s %-8s %10s %10s %10s %10s %10s\n", "by feed", "kind", "entries", "packets",
	       "addresses", "alone", "hosts");
	for (i = 0; i < period->feeds; i++) {
		const struct sw_period_feed *feed = &period->feed[i];

		printf("%-24s %-8s %10llu %10llu %10llu %10llu %10llu%s\n", feed->name, feed->kind,
		       feed->entries, feed->packets, feed->addresses, feed->alone, feed->subjects,
		       feed->packets ? "" : "  blocked nobody");
	}
}

static void print_times(const char *what, const struct sw_period_times *times)
{
	char median[32], most[32];

	if (times->count)
		printf("%s: %s for half of %llu, %s for nine in ten\n", what,
		       sw_format_age(times->median, median, sizeof(median)), times->count,
		       sw_format_age(times->nine_in_ten, most, sizeof(most)));
}

void sw_print_period(const struct sw_period *period)
{
	char from[32], to[32], watched[32], all[32];

	printf("%s to %s: %llu packets held back, %llu more would have been in monitor mode; %llu "
	       "customers affected\n",
	       sw_format_time(period->from_ms / 1000, from, sizeof(from)),
	       sw_format_time(period->to_ms / 1000, to, sizeof(to)), period->held.dropped,
	       period->held.monitored, period->affected);
	printf("looked on for %s of %s\n",
	       sw_format_age(period->watched_s, watched, sizeof(watched)),
	       sw_format_age((period->to_ms - period->from_ms) / 1000, all, sizeof(all)));
	print_held(period);
	printf("\nmail: %llu connections at once, %llu delayed, of which %llu were let through later "
	       "and %llu not seen again; %llu more would have been delayed in monitor mode\n",
	       period->syns_passed, period->syns_limited, period->syns_admitted,
	       sw_period_lost(period), period->syns_monitored);
	printf("cases: %llu opened, %llu opened again, %llu closed by hand, %llu by silence; %llu "
	       "open and %llu quiet now\n",
	       period->opened, period->relapsed, period->closed_by_hand, period->closed_by_silence,
	       period->open_now, period->quiet_now);
	print_times("from the first packet to the case", &period->detect);
	print_times("from the case to the last packet, of those closed", &period->recover);
}
