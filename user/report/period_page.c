// SPDX-License-Identifier: GPL-2.0
#include "report/period_page.h"

#include <errno.h>
#include <stdio.h>

#include "base/names.h"
#include "base/text.h"
#include "report/html.h"
#include "report/period_chart.h"
#include "report/period_style.h"
#include "report/period_tables.h"
#include "report/textfile.h"

static void tile(FILE *out, const char *key, __u64 value, const char *text)
{
	fputs("<div>", out);
	sw_html_number(out, key, value);
	fprintf(out, "%s</div>\n", text);
}

static void head(FILE *out, const struct sw_period *period)
{
	char watched[32], all[32], monitored[32];

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'\">\n<title>spamweir report</title>\n<style>",
	      out);
	fputs(sw_period_style, out);
	fputs("</style>\n</head>\n<body>\n<h1>spamweir report</h1>\n<p>", out);
	sw_html_time(out, period->from_ms);
	fputs(" to ", out);
	sw_html_time(out, period->to_ms);
	fprintf(out, " UTC</p>\n<p class=\"dim\">Looked on for %s of %s, %s in monitor mode.</p>\n",
		sw_format_age(period->watched_s, watched, sizeof(watched)),
		sw_format_age((period->to_ms - period->from_ms) / 1000, all, sizeof(all)),
		sw_format_age(period->monitored_s, monitored, sizeof(monitored)));
}

static void tiles(FILE *out, const struct sw_period *period)
{
	fputs("<div class=\"tiles\">\n", out);
	tile(out, "dropped", period->held.dropped, "packets held back");
	tile(out, "monitored", period->held.monitored, "more would have been (monitor mode)");
	tile(out, "passed", period->passed, "packets passed");
	tile(out, "subscribers.affected", period->affected, "customers affected");
	tile(out, "cases.opened", period->opened, "cases opened");
	tile(out, "mail.delayed", period->syns_limited, "mail connections delayed");
	fputs("</div>\n", out);
}

static __u64 held_of(const struct sw_period_bucket *bucket, int layer)
{
	return bucket->held[layer];
}

static __u64 customers_of(const struct sw_period_bucket *bucket, int layer)
{
	return layer ? bucket->slowed : bucket->blocked;
}

static void charts(FILE *out, const struct sw_period *period)
{
	static const struct sw_chart held = {
		.title = "Packets held back over time",
		.layers = SW_HELDS,
		.layer = { "cnc", "zombie", "limit", "other" },
		.caption = { "C&amp;C", "zombies' mail", "over a limit", "other" },
		.value = held_of,
	};
	static const struct sw_chart customers = {
		.title = "Customers affected over time",
		.layers = 2,
		.layer = { "blocked", "slowed" },
		.caption = { "blocked", "slowed" },
		.value = customers_of,
	};

	fputs("<h2>Held back over time</h2>\n<p class=\"dim\">Packets, those of monitor mode "
	      "too.</p>\n",
	      out);
	sw_chart_print(out, period, &held);
	fputs("<h2>Customers affected over time</h2>\n<p class=\"dim\">In the hour with the most."
	      "</p>\n",
	      out);
	sw_chart_print(out, period, &customers);
	fputs("<div class=\"tiles\">\n", out);
	tile(out, "subscribers.blocked", period->affected_blocked, "blocked");
	tile(out, "subscribers.slowed", period->affected_slowed, "slowed");
	tile(out, "subscribers.dropped", period->affected_dropped,
	     "of all, something was dropped and not only counted");
	fputs("</div>\n", out);
}

static void mail(FILE *out, const struct sw_period *period)
{
	fputs("<h2>Mail delayed, and what became of it</h2>\n<p class=\"dim\">SMTP connections "
	      "that were asked for. One over the limit is asked for again by whoever wants it; "
	      "what is not seen again was given up, or waits still.</p>\n<div class=\"tiles\">\n",
	      out);
	tile(out, "mail.passed", period->syns_passed, "at once");
	tile(out, "mail.delivered_later", period->syns_admitted, "delayed, and let through later");
	tile(out, "mail.not_seen_again", sw_period_lost(period), "delayed, and not seen again");
	tile(out, "mail.monitored", period->syns_monitored,
	     "would have been delayed (monitor mode)");
	fputs("</div>\n", out);
}

static int print(void *ctx, FILE *out)
{
	const struct sw_period *period = ctx;

	head(out, period);
	tiles(out, period);
	charts(out, period);
	sw_period_tables_reasons(out, period);
	sw_period_tables_feeds(out, period);
	mail(out, period);
	sw_period_tables_cases(out, period);
	sw_period_tables_listed(out, period);
	fputs("<p><small>Sums are by the hour, times in UTC. `spamweir report --json` has the same "
	      "numbers.</small></p>\n</body>\n</html>\n",
	      out);
	return ferror(out) ? -EIO : 0;
}

int sw_period_page_write(const struct sw_period *period, const char *path, struct sw_error *error)
{
	return sw_textfile_write_private(path, print, (void *)period, error);
}
