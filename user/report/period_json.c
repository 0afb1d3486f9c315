// SPDX-License-Identifier: GPL-2.0
#include "report/period_json.h"

#include "base/json.h"
#include "base/names.h"

static json_t *sum_json(const struct sw_period_sum *sum)
{
	return json_pack("{s:I s:I}", "dropped", (json_int_t)sum->dropped, "monitored",
			 (json_int_t)sum->monitored);
}

static json_t *reasons_json(const struct sw_period *period)
{
	json_t *object = json_object();
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (period->by_reason[reason].dropped || period->by_reason[reason].monitored)
			sw_json_set(&object, sw_reason_name(reason),
				    sum_json(&period->by_reason[reason]));
	}
	return object;
}

static json_t *buckets_json(const struct sw_period *period)
{
	json_t *list = json_array(), *item;
	enum sw_held_by held;
	size_t i;

	for (i = 0; i < period->buckets; i++) {
		const struct sw_period_bucket *bucket = &period->bucket[i];

		item = json_pack("{s:I s:I s:I s:I}", "at", (json_int_t)(bucket->at_ms / 1000),
				 "watched_seconds", (json_int_t)bucket->watched_s, "blocked",
				 (json_int_t)bucket->blocked, "slowed", (json_int_t)bucket->slowed);
		for (held = 0; held < SW_HELDS; held++)
			sw_json_set(&item, sw_held_name(held), json_integer(bucket->held[held]));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *nics_json(const struct sw_period *period)
{
	json_t *list = json_array(), *item;
	size_t i;

	for (i = 0; i < period->nics; i++) {
		const struct sw_period_nic *nic = &period->nic[i];

		item = json_pack("{s:s s:I s:I s:I}", "role", nic->role, "dropped",
				 (json_int_t)nic->held.dropped, "monitored",
				 (json_int_t)nic->held.monitored, "passed",
				 (json_int_t)nic->passed);
		sw_json_set(&item, "name", sw_json_text(nic->name));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *feeds_json(const struct sw_period *period)
{
	json_t *list = json_array(), *item;
	size_t i;

	for (i = 0; i < period->feeds; i++) {
		const struct sw_period_feed *feed = &period->feed[i];

		item = json_pack("{s:s s:I s:I s:I s:I s:I}", "kind", feed->kind, "entries",
				 (json_int_t)feed->entries, "packets", (json_int_t)feed->packets,
				 "addresses", (json_int_t)feed->addresses, "alone",
				 (json_int_t)feed->alone, "subjects", (json_int_t)feed->subjects);
		sw_json_set(&item, "name", sw_json_text(feed->name));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *times_json(const struct sw_period_times *times)
{
	return json_pack("{s:I s:I s:I}", "count", (json_int_t)times->count, "median_seconds",
			 (json_int_t)times->median, "nine_in_ten_seconds",
			 (json_int_t)times->nine_in_ten);
}

static json_t *cases_json(const struct sw_period *period)
{
	json_t *object, *list = json_array(), *item;
	size_t i;

	object = json_pack("{s:I s:I s:I s:I s:I s:I s:I}", "opened", (json_int_t)period->opened,
			   "relapsed", (json_int_t)period->relapsed, "closed_by_hand",
			   (json_int_t)period->closed_by_hand, "closed_by_silence",
			   (json_int_t)period->closed_by_silence, "open_now",
			   (json_int_t)period->open_now, "quiet_now", (json_int_t)period->quiet_now,
			   "total", (json_int_t)period->case_total);
	sw_json_set(&object, "detect", times_json(&period->detect));
	sw_json_set(&object, "recover", times_json(&period->recover));
	for (i = 0; i < period->case_count; i++) {
		const struct sw_period_case *found = &period->cases[i];

		item = json_pack("{s:I s:s s:s s:I}", "id", (json_int_t)found->id, "state",
				 found->state, "severity", found->severity, "opened",
				 (json_int_t)(found->opened_ms / 1000));
		sw_json_set(&item, "closed",
			    found->closed_ms ? json_integer(found->closed_ms / 1000) : json_null());
		sw_json_set(&item, "who", sw_json_text(found->who));
		sw_json_set(&item, "sentence", sw_json_text(found->sentence));
		sw_json_set(&item, "why", sw_json_text(found->why));
		sw_json_append(&list, item);
	}
	sw_json_set(&object, "cases", list);
	return object;
}

static json_t *listed_json(const struct sw_period *period)
{
	json_t *list = json_array(), *item;
	size_t i;

	for (i = 0; i < period->listed_count; i++) {
		const struct sw_period_listed *entry = &period->listed[i];

		item = json_pack("{s:s s:s s:I}", "list", entry->list, "prefix", entry->prefix,
				 "since", (json_int_t)(entry->since_ms / 1000));
		sw_json_set(&item, "by", sw_json_text(entry->by));
		sw_json_set(&item, "why", sw_json_text(entry->why));
		sw_json_append(&list, item);
	}
	return list;
}

json_t *sw_period_json(const struct sw_period *period)
{
	json_t *object;

	object = json_pack("{s:I s:I s:I s:I s:I s:I s:I s:I}", "from",
			   (json_int_t)(period->from_ms / 1000), "to",
			   (json_int_t)(period->to_ms / 1000), "step_seconds",
			   (json_int_t)(period->step_ms / 1000), "watched_seconds",
			   (json_int_t)period->watched_s, "monitored_seconds",
			   (json_int_t)period->monitored_s, "dropped",
			   (json_int_t)period->held.dropped, "monitored",
			   (json_int_t)period->held.monitored, "passed",
			   (json_int_t)period->passed);
	sw_json_set(&object, "reasons", reasons_json(period));
	sw_json_set(&object, "interfaces", nics_json(period));
	sw_json_set(&object, "feeds", feeds_json(period));
	sw_json_set(&object, "mail",
		    json_pack("{s:I s:I s:I s:I s:I}", "passed", (json_int_t)period->syns_passed,
			      "delayed", (json_int_t)period->syns_limited, "delivered_later",
			      (json_int_t)period->syns_admitted, "not_seen_again",
			      (json_int_t)sw_period_lost(period), "monitored",
			      (json_int_t)period->syns_monitored));
	sw_json_set(&object, "subscribers",
		    json_pack("{s:I s:I s:I s:I}", "affected", (json_int_t)period->affected,
			      "blocked", (json_int_t)period->affected_blocked, "slowed",
			      (json_int_t)period->affected_slowed, "dropped",
			      (json_int_t)period->affected_dropped));
	sw_json_set(&object, "cases", cases_json(period));
	sw_json_set(&object, "listed", listed_json(period));
	sw_json_set(&object, "series", buckets_json(period));
	return object;
}
