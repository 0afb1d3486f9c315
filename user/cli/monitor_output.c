// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/monitor_answer.h"
#include "config/words.h"
#include "kernel/subject.h"

#define SHOWN 20  /* as text; */
#define TOLD 1000 /* as JSON */

static void print_reasons(const struct sw_monitor_report *report)
{
	int reason;

	printf("\n%-20s %12s %12s %12s\n", "by reason", "packets", "subscribers", "others");
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (report->packets[reason])
			printf("%-20s %12llu %12llu %12llu\n", sw_reason_name(reason),
			       report->packets[reason],
			       report->sum[SW_SIDE_SUBSCRIBER].by_reason[reason],
			       report->sum[SW_SIDE_REMOTE].by_reason[reason]);
	}
}

static void print_limiter(const struct sw_monitor_report *report)
{
	const struct sw_snapshot *s = report->snapshot;

	printf("\nsenders seen in the last half hour: %llu subscribers, %llu others; with fewer "
	       "tokens than their bucket holds now: %llu\n",
	       report->sum[SW_SIDE_SUBSCRIBER].senders, report->sum[SW_SIDE_REMOTE].senders,
	       s->entries[SW_TABLE_LIMITER]);
}

static void print_feeds(const struct sw_monitor_report *report)
{
	const struct sw_snapshot *s = report->snapshot;
	int i;

	printf("\n%-20s %12s %12s %12s\n", "by feed", "packets", "subscribers", "others");
	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (s->registry.feed[i].active && s->feed_counter[i].packets)
			printf("%-20s %12llu %12llu %12llu  %s\n", s->registry.feed[i].name,
			       s->feed_counter[i].packets,
			       report->sum[SW_SIDE_SUBSCRIBER].by_feed[i],
			       report->sum[SW_SIDE_REMOTE].by_feed[i],
			       sw_kind_name(s->registry.feed[i].kind));
	}
}

static void print_suspects(const struct sw_monitor_report *report)
{
	int rule;

	puts("\nsuspects by rule now, and what follows");
	for (rule = 0; rule < SW_SUSPECT_RULES; rule++)
		printf("%-20s %12llu  %s\n", sw_rule_name(rule), report->known.by_rule[rule],
		       sw_action_name(report->action[rule]));
}

static void print_hit(const struct sw_monitor_report *report, const struct sw_monitor_hit *hit,
		      __u64 now_s)
{
	const char *feed = report->snapshot->registry.feed[hit->feed].name;
	char text[SW_PREFIX_TEXT], peer[SW_PREFIX_TEXT], age[32];

	printf("%s%s: %llu blocked, %llu slowed, mostly %s%s%s, last %s ago with %s%s%s\n",
	       sw_prefix_format(&hit->subject, text),
	       hit->side == SW_SIDE_REMOTE ? " (no subscriber)" : "", hit->blocked, hit->slowed,
	       sw_reason_name(hit->reason), *feed ? ", feed " : "", feed,
	       sw_format_age(now_s - hit->last_s, age, sizeof(age)),
	       sw_prefix_format(&hit->peer, peer), hit->serves ? "; a probable mail server" : "",
	       hit->suspect ? "; behaves like a zombie" : "");
}

static void print_hits(const struct sw_monitor_report *report)
{
	char line[SW_MONITOR_TEXT];
	size_t i;

	if (report->hits && report->hit[0].serves)
		puts("\nmail servers among them, as lines of an allow feed");
	for (i = 0; i < report->hits && report->hit[i].serves; i++)
		puts(sw_monitor_allow_line(&report->hit[i], line));
	if (report->hits)
		puts("\nwho would have been hit, the mail servers and then the most packets first");
	for (i = 0; i < report->hits && i < SHOWN; i++)
		print_hit(report, &report->hit[i], report->snapshot->now_s);
	if (report->hits > SHOWN)
		printf("and %zu more (--json has up to %d)\n", report->hits - SHOWN, TOLD);
}

void sw_print_monitor(const struct sw_monitor_report *report)
{
	struct sw_monitor_steps steps;
	char answer[SW_MONITOR_TEXT];
	int i;

	printf("Is it safe to switch? %s\n", sw_monitor_answer(report, answer));
	print_reasons(report);
	print_feeds(report);
	print_limiter(report);
	print_suspects(report);
	print_hits(report);
	sw_monitor_steps(report, &steps);
	if (steps.count)
		puts("\nbefore enforcing");
	for (i = 0; i < steps.count; i++)
		printf("%d. %s\n", i + 1, steps.text[i]);
}

static json_t *reasons_json(const struct sw_monitor_report *report)
{
	json_t *list = json_array();
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (!report->packets[reason])
			continue;
		sw_json_append(
			&list,
			json_pack("{s:s s:I s:I s:I s:b}", "reason", sw_reason_name(reason),
				  "packets", (json_int_t)report->packets[reason], "subscribers",
				  (json_int_t)report->sum[SW_SIDE_SUBSCRIBER].by_reason[reason],
				  "others",
				  (json_int_t)report->sum[SW_SIDE_REMOTE].by_reason[reason],
				  "slows", (int)sw_monitor_slows(reason)));
	}
	return list;
}

static json_t *feeds_json(const struct sw_monitor_report *report)
{
	const struct sw_snapshot *s = report->snapshot;
	json_t *list = json_array(), *item;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!s->registry.feed[i].active)
			continue;
		item = json_pack("{s:s s:I s:I s:I s:b}", "kind",
				 sw_kind_name(s->registry.feed[i].kind), "packets",
				 (json_int_t)s->feed_counter[i].packets, "subscribers",
				 (json_int_t)report->sum[SW_SIDE_SUBSCRIBER].by_feed[i], "others",
				 (json_int_t)report->sum[SW_SIDE_REMOTE].by_feed[i], "monitor",
				 s->generation.policy->settings.feed[i].monitor != 0);
		sw_json_set(&item, "name", sw_json_text(s->registry.feed[i].name));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *suspects_json(const struct sw_monitor_report *report)
{
	json_t *object = json_object();
	int rule;

	for (rule = 0; rule < SW_SUSPECT_RULES; rule++)
		sw_json_set(&object, sw_rule_name(rule),
			    json_pack("{s:I s:s}", "suspects",
				      (json_int_t)report->known.by_rule[rule], "action",
				      sw_action_name(report->action[rule])));
	return object;
}

static json_t *hit_json(const struct sw_monitor_report *report, const struct sw_monitor_hit *hit)
{
	const char *feed = report->snapshot->registry.feed[hit->feed].name;
	char text[SW_PREFIX_TEXT], peer[SW_PREFIX_TEXT], line[SW_MONITOR_TEXT];
	json_t *object;

	object = json_pack("{s:s s:s s:I s:I s:s s:s s:I s:I s:b s:b}", "prefix",
			   sw_prefix_format(&hit->subject, text), "side", sw_side_name(hit->side),
			   "blocked", (json_int_t)hit->blocked, "slowed", (json_int_t)hit->slowed,
			   "reason", sw_reason_name(hit->reason), "peer",
			   sw_prefix_format(&hit->peer, peer), "since", (json_int_t)hit->first_s,
			   "last", (json_int_t)hit->last_s, "suspect", (int)hit->suspect,
			   "mail_server", (int)hit->serves);
	sw_json_set(&object, "feed", *feed ? sw_json_text(feed) : json_null());
	sw_json_set(&object, "allow",
		    hit->serves ? json_string(sw_monitor_allow_line(hit, line)) : json_null());
	return object;
}

static json_t *sum_json(const struct sw_monitor_sum *sum)
{
	return json_pack("{s:I s:I s:I s:I s:I s:I}", "blocked", (json_int_t)sum->blocked, "slowed",
			 (json_int_t)sum->slowed, "packets", (json_int_t)sum->packets,
			 "mail_servers", (json_int_t)sum->serving, "unclear",
			 (json_int_t)sum->unclear, "senders", (json_int_t)sum->senders);
}

json_t *sw_monitor_json(const struct sw_monitor_report *report)
{
	json_t *object, *hits = json_array(), *todo = json_array();
	struct sw_monitor_steps steps;
	char answer[SW_MONITOR_TEXT];
	size_t i;

	object = json_pack("{s:s s:s s:I s:I}", "safe", sw_safety_name(report->safety), "answer",
			   sw_monitor_answer(report, answer), "watched_seconds",
			   (json_int_t)report->watched_s, "hits_total", (json_int_t)report->hits);
	sw_json_set(&object, "subscribers", sum_json(&report->sum[SW_SIDE_SUBSCRIBER]));
	sw_json_set(&object, "others", sum_json(&report->sum[SW_SIDE_REMOTE]));
	sw_json_set(&object, "limiter_sources",
		    json_integer(report->snapshot->entries[SW_TABLE_LIMITER]));
	sw_json_set(&object, "reasons", reasons_json(report));
	sw_json_set(&object, "feeds", feeds_json(report));
	sw_json_set(&object, "suspects", suspects_json(report));
	for (i = 0; i < report->hits && i < TOLD; i++)
		sw_json_append(&hits, hit_json(report, &report->hit[i]));
	sw_json_set(&object, "hits", hits);
	sw_monitor_steps(report, &steps);
	for (i = 0; i < (size_t)steps.count; i++)
		sw_json_append(&todo, json_string(steps.text[i]));
	sw_json_set(&object, "todo", todo);
	return object;
}
