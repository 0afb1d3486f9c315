// SPDX-License-Identifier: GPL-2.0
#include "top/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/names.h"
#include "base/text.h"
#include "top/bars.h"

const char *sw_top_page_name(enum sw_top_page page)
{
	static const char *const name[SW_PAGES] = {
		"all", "reasons", "interfaces", "feeds", "classes", "hot", "new", "suspects"
	};

	return page < SW_PAGES ? name[page] : "unknown";
}

const char *sw_top_sort_name(enum sw_top_sort sort)
{
	static const char *const name[SW_SORTS] = { "rate", "total", "name" };

	return sort < SW_SORTS ? name[sort] : "unknown";
}

char *sw_top_number(double value, char out[16])
{
	if (value > 0 && value < 9.95)
		snprintf(out, 16, "%.1f", value);
	else
		sw_format_count(value + 0.5, out, 16);
	return out;
}

/* The next line; NULL: there is no room for more. Columns are bytes but for bars, which
 * are cut to fit. */
static struct sw_top_line *next(struct sw_top_view *view, enum sw_top_style style)
{
	struct sw_top_line *line;

	if (view->lines == SW_TOP_LINES || (view->height && view->lines >= view->height))
		return NULL;
	line = &view->line[view->lines++];
	line->style = style;
	line->text[0] = line->subject[0] = '\0';
	return line;
}

__attribute__((format(printf, 3, 4))) static struct sw_top_line *
put(struct sw_top_view *view, enum sw_top_style style, const char *format, ...)
{
	struct sw_top_line *line = next(view, style);
	char text[SW_TOP_WIDEST + 1], safe[SW_TOP_WIDEST + 1];
	va_list list;

	if (!line)
		return NULL;
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	sw_printable(safe, sizeof(safe), text);
	snprintf(line->text, view->width + 1, "%s", safe);
	return line;
}

static void put_bars(struct sw_top_view *view, struct sw_top_line *line, const struct sw_top *top,
		     const struct sw_top_row *row)
{
	int used = line ? (int)strlen(line->text) : 0, room = view->width - used - 1;
	float history[SW_TOP_HISTORY];
	unsigned count;

	if (!line || room < 4)
		return;
	count = sw_top_history(top, row, room < SW_TOP_HISTORY ? room : SW_TOP_HISTORY, history);
	line->text[used++] = ' ';
	sw_top_bars(history, count, view->utf8, line->text + used, sizeof(line->text) - used);
}

static void put_head(struct sw_top_view *view, const struct sw_top *top)
{
	const struct sw_snapshot *s = top->now;
	char clock[16], rate[16], cut[16], bits[16], mode[64] = "";
	struct sw_top_line *line;
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	if (!s) {
		put(view, SW_STYLE_HEAD, "spamweir top  %s%s", clock,
		    view->frozen ? "  FROZEN" : "");
		put(view, SW_STYLE_WRONG, "%s", top->error.text);
		return;
	}
	snprintf(mode, sizeof(mode), "%s",
		 s->generation.policy->settings.monitor ? "MONITOR: nothing is dropped"
							: "enforcing");
	put(view, SW_STYLE_HEAD, "spamweir top  %s  %s, generation %llu%s", clock, mode,
	    s->generation.policy->settings.generation, view->frozen ? "  FROZEN" : "");
	line = put(view, SW_STYLE_PLAIN, "%s packets/s  %s cut/s  %sbit/s",
		   sw_top_number(top->all.rate, rate), sw_top_number(top->all.cut_rate, cut),
		   sw_top_number(top->bits, bits));
	put_bars(view, line, top, &top->all);
	put(view, SW_STYLE_PLAIN,
	    "%llu live zombies  %llu+%llu hosts in the ledger  %llu events lost",
	    s->entries[SW_TABLE_LIVE], s->entries[SW_TABLE_LEDGER_SUBSCRIBERS],
	    s->entries[SW_TABLE_LEDGER_REMOTES], s->events_lost);
}

static bool is_shown(const struct sw_top_view *view, const char *text)
{
	return !view->filter[0] || strcasestr(text, view->filter);
}

/* What qsort(3) cannot be told otherwise. */
static enum sw_top_sort sorted_by;

static int compare_rows(const void *a, const void *b)
{
	const struct sw_top_row *left = *(const struct sw_top_row *const *)a;
	const struct sw_top_row *right = *(const struct sw_top_row *const *)b;

	if (sorted_by == SW_SORT_RATE && left->rate != right->rate)
		return left->rate > right->rate ? -1 : 1;
	if (sorted_by != SW_SORT_NAME && left->packets != right->packets)
		return left->packets > right->packets ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void put_rows(struct sw_top_view *view, const struct sw_top *top, enum sw_top_kind kind,
		     int most)
{
	const struct sw_top_row *row[SW_TOP_ROOM] = { NULL };
	char rate[16], cut[16], total[16];
	struct sw_top_line *line;
	int count = 0, i;

	for (i = 0; i < SW_TOP_ROOM; i++) {
		if (top->row[kind][i].used && (is_shown(view, top->row[kind][i].name) ||
					       is_shown(view, top->row[kind][i].note)))
			row[count++] = &top->row[kind][i];
	}
	sorted_by = view->sort;
	if (count)
		qsort(row, count, sizeof(row[0]), compare_rows);
	put(view, SW_STYLE_TITLE, "%-18s %7s %7s %7s  %s", sw_top_kind_name(kind), "per s", "cut/s",
	    "total", "what");
	for (i = 0; i < count && i < most; i++) {
		line = put(view, row[i]->cut_rate > 0 ? SW_STYLE_CUT : SW_STYLE_PLAIN,
			   "%-18.18s %7s %7s %7s  %-16.16s", row[i]->name,
			   sw_top_number(row[i]->rate, rate), sw_top_number(row[i]->cut_rate, cut),
			   sw_format_count(row[i]->packets, total, sizeof(total)), row[i]->note);
		put_bars(view, line, top, row[i]);
	}
}

static void put_host(struct sw_top_view *view, const struct sw_top *top,
		     const struct sw_top_host *host)
{
	const struct sw_ledger_view *seen = &host->view;
	const char *feed = seen->feed ? top->now->registry.feed[seen->feed].name : "";
	char subject[SW_PREFIX_TEXT], peer[SW_PREFIX_TEXT], rate[16], total[16], age[32];
	struct sw_top_line *line;

	sw_prefix_format(&seen->subject, subject);
	sw_prefix_format(&seen->peer, peer);
	line = put(view, host->rate > 0 ? SW_STYLE_CUT : SW_STYLE_PLAIN,
		   "%-20s %7s %7s %9s  %s %s%s%s", subject,
		   host->rate < 0 ? "-" : sw_top_number(host->rate, rate),
		   sw_format_count(seen->drops, total, sizeof(total)),
		   sw_format_age(seen->first_age_s, age, sizeof(age)), sw_reason_name(seen->reason),
		   peer, *feed ? " " : "", feed);
	if (line)
		memcpy(line->subject, subject, sizeof(subject));
}

static void put_hosts(struct sw_top_view *view, const struct sw_top *top,
		      const struct sw_top_host *host, size_t count, const char *title, int most)
{
	char subject[SW_PREFIX_TEXT];
	size_t i;

	put(view, SW_STYLE_TITLE, "%-20s %7s %7s %9s  %s", title, "cut/s", "total", "since",
	    "last for, with");
	for (i = 0; i < count && most; i++) {
		sw_prefix_format(&host[i].view.subject, subject);
		if (!is_shown(view, subject) &&
		    !is_shown(view, sw_reason_name(host[i].view.reason)))
			continue;
		put_host(view, top, &host[i]);
		most--;
	}
}

static void put_suspects(struct sw_top_view *view, const struct sw_top_hosts *hosts, int most)
{
	char subject[SW_PREFIX_TEXT], sentence[SW_SENTENCE];
	struct sw_top_line *line;
	size_t i;

	put(view, SW_STYLE_TITLE, "%-20s %-8s %s", "suspects", "how bad", "why");
	for (i = 0; i < hosts->suspects && most; i++) {
		const struct sw_suspect *suspect = &hosts->suspect[i];

		sw_prefix_format(&suspect->subject, subject);
		sw_suspect_sentence(suspect, sentence);
		if (!is_shown(view, subject) && !is_shown(view, sentence))
			continue;
		line = put(view, SW_STYLE_PLAIN, "%-20s %-8s %s%s", subject,
			   sw_severity_name(suspect->severity), suspect->listed ? "(listed) " : "",
			   sentence);
		if (line)
			memcpy(line->subject, subject, sizeof(subject));
		most--;
	}
}

#define SECTIONS (SW_TOP_KINDS + 3)
#define ROWS_ELSE 12 /* where there is room for all */

/* How many rows the next of `left` sections may have, each of which has a title: what one
 * does not need is for those behind it. */
static int share(const struct sw_top_view *view, int left)
{
	int room = view->height - view->lines - left;

	if (!view->height)
		return ROWS_ELSE;
	return room < left ? 1 : (room + left - 1) / left;
}

static void put_all(struct sw_top_view *view, const struct sw_top *top,
		    const struct sw_top_hosts *hosts)
{
	int left = SECTIONS, kind;

	for (kind = 0; kind < SW_TOP_KINDS; kind++, left--)
		put_rows(view, top, kind, share(view, left));
	put_hosts(view, top, hosts->hot, hosts->hots, "hot sources", share(view, left--));
	put_hosts(view, top, hosts->fresh, hosts->freshes, "new sources", share(view, left--));
	put_suspects(view, hosts, share(view, left));
}

/* On at most `most` lines, the last of which says how many more there are. */
static void put_wrong(struct sw_top_view *view, const struct sw_top_wrong *wrong, int most)
{
	size_t all = wrong->count + wrong->more, i;
	struct sw_top_wrong_lines shown;
	int j;

	for (i = 0; i < wrong->count; i++) {
		sw_top_wrong_show(wrong, i, view->width, &shown);
		if (shown.count + (i + 1 < all) > most)
			break;
		for (j = 0; j < shown.count; j++)
			put(view, SW_STYLE_WRONG, "%s", shown.line[j]);
		most -= shown.count;
	}
	if (i < all)
		put(view, SW_STYLE_WRONG, "%zu %s wrong: `spamweir status` names them all", all - i,
		    i ? "more things are" : "things are");
}

void sw_top_draw(struct sw_top_view *view, const struct sw_top *top,
		 const struct sw_top_hosts *hosts)
{
	view->lines = 0;
	if (view->width > SW_TOP_WIDEST)
		view->width = SW_TOP_WIDEST;
	put_head(view, top);
	if (!top->now)
		return;
	put_wrong(view, &top->wrong, view->page == SW_PAGE_ALL ? 4 : 3);
	if (view->page == SW_PAGE_ALL)
		put_all(view, top, hosts);
	else if (view->page < SW_PAGE_HOT)
		put_rows(view, top, view->page - SW_PAGE_REASONS, SW_TOP_ROOM);
	else if (view->page == SW_PAGE_HOT)
		put_hosts(view, top, hosts->hot, hosts->hots, "hot sources", SW_TOP_HOSTS);
	else if (view->page == SW_PAGE_NEW)
		put_hosts(view, top, hosts->fresh, hosts->freshes, "new sources", SW_TOP_HOSTS);
	else
		put_suspects(view, hosts, SW_TOP_HOSTS);
}
