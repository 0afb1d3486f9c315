// SPDX-License-Identifier: GPL-2.0
#include "top/report.h"

#include "base/json.h"
#include "base/names.h"

static json_t *rows_json(const struct sw_top_row *row)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < SW_TOP_ROOM; i++) {
		if (row[i].used)
			sw_json_append(&list,
				       json_pack("{s:s s:s s:f s:f s:I}", "name", row[i].name,
						 "what", row[i].note, "packets_per_second",
						 row[i].rate, "cut_per_second", row[i].cut_rate,
						 "packets", (json_int_t)row[i].packets));
	}
	return list;
}

static json_t *hosts_json(const struct sw_top *top, const struct sw_top_host *host, size_t count)
{
	char subject[SW_PREFIX_TEXT], peer[SW_PREFIX_TEXT];
	json_t *list = json_array(), *one;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct sw_ledger_view *seen = &host[i].view;

		sw_prefix_format(&seen->subject, subject);
		sw_prefix_format(&seen->peer, peer);
		one = json_pack("{s:s s:I s:I s:I s:I s:s s:s}", "host", subject, "drops",
				(json_int_t)seen->drops, "drops_monitored",
				(json_int_t)seen->spared, "first_seconds_ago",
				(json_int_t)seen->first_age_s, "last_seconds_ago",
				(json_int_t)seen->last_age_s, "reason",
				sw_reason_name(seen->reason), "peer", peer);
		if (host[i].rate >= 0)
			sw_json_set(&one, "cut_per_second", json_real(host[i].rate));
		if (seen->feed)
			sw_json_set(&one, "feed",
				    sw_json_text(top->now->registry.feed[seen->feed].name));
		sw_json_append(&list, one);
	}
	return list;
}

static json_t *suspects_json(const struct sw_top_hosts *hosts)
{
	char subject[SW_PREFIX_TEXT], sentence[SW_SENTENCE];
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < hosts->suspects; i++) {
		const struct sw_suspect *suspect = &hosts->suspect[i];

		sw_json_append(&list, json_pack("{s:s s:s s:b s:s}", "host",
						sw_prefix_format(&suspect->subject, subject),
						"severity", sw_severity_name(suspect->severity),
						"listed", suspect->listed, "why",
						sw_suspect_sentence(suspect, sentence)));
	}
	return list;
}

json_t *sw_top_json(const struct sw_top *top, const struct sw_top_hosts *hosts)
{
	const struct sw_snapshot *s = top->now;
	json_t *object;
	int kind;

	object = json_pack("{s:I s:b s:f s:f s:f s:I s:I}", "generation",
			   (json_int_t)s->generation.policy->settings.generation, "monitor",
			   s->generation.policy->settings.monitor != 0, "packets_per_second",
			   top->all.rate, "cut_per_second", top->all.cut_rate, "bits_per_second",
			   top->bits, "live_zombies", (json_int_t)s->entries[SW_TABLE_LIVE],
			   "events_lost", (json_int_t)s->events_lost);
	for (kind = 0; kind < SW_TOP_KINDS; kind++)
		sw_json_set(&object, sw_top_kind_name(kind), rows_json(top->row[kind]));
	sw_json_set(&object, "hot", hosts_json(top, hosts->hot, hosts->hots));
	sw_json_set(&object, "new", hosts_json(top, hosts->fresh, hosts->freshes));
	sw_json_set(&object, "suspects", suspects_json(hosts));
	sw_json_set(&object, "troubles", sw_top_wrong_json(&top->wrong));
	return object;
}
