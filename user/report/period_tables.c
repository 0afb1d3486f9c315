// SPDX-License-Identifier: GPL-2.0
#include "report/period_tables.h"

#include "base/names.h"
#include "base/text.h"
#include "report/html.h"

#define KEY 160

/* A title, and the names of columns with bars between; those of numbers begin with '#'. */
static void begin(FILE *out, const char *title, const char *about, const char *columns)
{
	const char *at = columns;
	bool number;

	fprintf(out, "<h2>%s</h2>\n%s%s%s<div class=\"wide\"><table>\n<tr>", title,
		*about ? "<p class=\"dim\">" : "", about, *about ? "</p>\n" : "");
	while (*at) {
		number = *at == '#';
		at += number;
		fputs(number ? "<th class=\"r\">" : "<th>", out);
		while (*at && *at != '|')
			putc(*at++, out);
		fputs("</th>", out);
		at += *at == '|';
	}
	fputs("</tr>\n", out);
}

static void end(FILE *out)
{
	fputs("</table></div>\n", out);
}

static void text(FILE *out, const char *value)
{
	fputs("<td>", out);
	sw_html_text(out, value);
	fputs("</td>", out);
}

static void long_text(FILE *out, const char *value)
{
	fputs("<td class=\"t\">", out);
	sw_html_text(out, value);
	fputs("</td>", out);
}

/* `of` and `which` make its key: "reasons.cnc_dst.dropped". */
static void number(FILE *out, const char *of, const char *which, const char *what, __u64 value)
{
	char key[KEY];

	snprintf(key, sizeof(key), "%s.%s.%s", of, which, what);
	fputs("<td class=\"r\">", out);
	sw_html_number(out, key, value);
	fputs("</td>", out);
}

static void time_cell(FILE *out, __s64 ms)
{
	fputs("<td>", out);
	if (ms)
		sw_html_time(out, ms);
	fputs("</td>", out);
}

void sw_period_tables_reasons(FILE *out, const struct sw_period *period)
{
	size_t i;
	int reason;

	begin(out, "By reason", "", "reason|what it is|#dropped|#monitor mode");
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		const struct sw_period_sum *sum = &period->by_reason[reason];

		if (!sum->dropped && !sum->monitored)
			continue;
		fputs("<tr>", out);
		text(out, sw_reason_name(reason));
		long_text(out, sw_reason_help(reason));
		number(out, "reasons", sw_reason_name(reason), "dropped", sum->dropped);
		number(out, "reasons", sw_reason_name(reason), "monitored", sum->monitored);
		fputs("</tr>\n", out);
	}
	end(out);
	begin(out, "By interface", "", "interface|role|#dropped|#monitor mode|#passed");
	for (i = 0; i < period->nics; i++) {
		const struct sw_period_nic *nic = &period->nic[i];
		char which[KEY];

		snprintf(which, sizeof(which), "%s/%s", nic->name, nic->role);
		fputs("<tr>", out);
		text(out, nic->name);
		text(out, nic->role);
		number(out, "interfaces", which, "dropped", nic->held.dropped);
		number(out, "interfaces", which, "monitored", nic->held.monitored);
		number(out, "interfaces", which, "passed", nic->passed);
		fputs("</tr>\n", out);
	}
	end(out);
}

void sw_period_tables_feeds(FILE *out, const struct sw_period *period)
{
	size_t i;

	begin(out, "Lists and their yield",
	      "Addresses: those of its entries that anybody dealt with, or that sent mail. Alone: of "
	      "these, that no other list that drops has. A list without packets blocked nobody.",
	      "list|kind|#entries|#packets|#addresses|#alone|#hosts");
	for (i = 0; i < period->feeds; i++) {
		const struct sw_period_feed *feed = &period->feed[i];

		fputs("<tr><td>", out);
		sw_html_text(out, feed->name);
		fputs(feed->packets ? "</td>" : "<small>blocked nobody</small></td>", out);
		text(out, feed->kind);
		number(out, "feeds", feed->name, "entries", feed->entries);
		number(out, "feeds", feed->name, "packets", feed->packets);
		number(out, "feeds", feed->name, "addresses", feed->addresses);
		number(out, "feeds", feed->name, "alone", feed->alone);
		number(out, "feeds", feed->name, "subjects", feed->subjects);
		fputs("</tr>\n", out);
	}
	end(out);
}

/* "Time to detect: 3 min for half of 12, 2 h 5 min for nine in ten". */
static void times(FILE *out, const char *of, const char *what, const struct sw_period_times *times)
{
	char key[KEY], median[32], most[32];

	fprintf(out, "<p>%s: ", what);
	if (!times->count) {
		fputs("none to tell of</p>\n", out);
		return;
	}
	snprintf(key, sizeof(key), "cases.%s.count", of);
	fprintf(out,
		"<b data-key=\"cases.%s.median_seconds\" data-value=\"%llu\">%s</b> for half of ",
		of, times->median, sw_format_age(times->median, median, sizeof(median)));
	sw_html_number(out, key, times->count);
	fprintf(out,
		", <b data-key=\"cases.%s.nine_in_ten_seconds\" data-value=\"%llu\">%s</b> for nine "
		"in ten</p>\n",
		of, times->nine_in_ten, sw_format_age(times->nine_in_ten, most, sizeof(most)));
}

static void tile(FILE *out, const char *key, __u64 value, const char *what)
{
	fputs("<div>", out);
	sw_html_number(out, key, value);
	fprintf(out, "%s</div>\n", what);
}

void sw_period_tables_cases(FILE *out, const struct sw_period *period)
{
	size_t i;

	fputs("<h2>Cases</h2>\n<div class=\"tiles\">\n", out);
	tile(out, "cases.relapsed", period->relapsed, "opened again");
	tile(out, "cases.closed_by_hand", period->closed_by_hand, "closed by hand");
	tile(out, "cases.closed_by_silence", period->closed_by_silence, "closed by silence");
	tile(out, "cases.open_now", period->open_now, "open now");
	tile(out, "cases.quiet_now", period->quiet_now, "quiet now");
	fputs("</div>\n", out);
	times(out, "detect", "From the first packet to the case", &period->detect);
	times(out, "recover", "From the case to the last packet, of those closed",
	      &period->recover);
	if (!period->case_count)
		return;
	begin(out, "Cases opened or closed", "The gravest first, 100 at most.",
	      "#case|who|severity|state|opened|closed|why it is open|why it was closed");
	for (i = 0; i < period->case_count; i++) {
		const struct sw_period_case *found = &period->cases[i];

		fprintf(out, "<tr><td class=\"r\">%lld</td>", found->id);
		long_text(out, found->who);
		text(out, found->severity);
		text(out, found->state);
		time_cell(out, found->opened_ms);
		time_cell(out, found->closed_ms);
		long_text(out, found->sentence);
		long_text(out, found->why);
		fputs("</tr>\n", out);
	}
	end(out);
}

void sw_period_tables_listed(FILE *out, const struct sw_period *period)
{
	size_t i;

	if (!period->listed_count)
		return;
	begin(out, "Listed by hand, and in force", "100 at most.", "list|address|since|by|why");
	for (i = 0; i < period->listed_count; i++) {
		const struct sw_period_listed *entry = &period->listed[i];

		fputs("<tr>", out);
		text(out, entry->list);
		text(out, entry->prefix);
		time_cell(out, entry->since_ms);
		long_text(out, entry->by);
		long_text(out, entry->why);
		fputs("</tr>\n", out);
	}
	end(out);
}
