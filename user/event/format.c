// SPDX-License-Identifier: GPL-2.0
#include "event/format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/names.h"
#include "base/prefix.h"
#include "base/text.h"
#include "kernel/live.h"

/* Events carry boot time, the only clock that the datapath reads. */
static __u64 unix_ns(__u64 boottime_ns)
{
	return sw_wall_ns() - (sw_boottime_ns() - boottime_ns);
}

static const char *format_time(__u64 boottime_ns, char *out, size_t room)
{
	__u64 ns = unix_ns(boottime_ns);
	char seconds[32];

	sw_format_time(ns / 1000000000, seconds, sizeof(seconds));
	seconds[strlen(seconds) - 1] = '\0'; /* the Z goes behind the fraction */
	snprintf(out, room, "%s.%03lluZ", seconds, ns / 1000000 % 1000);
	return out;
}

/* What is said of an event, in both forms. */
struct words {
	const char *time, *interface, *verdict, *reason, *src, *dst;
	const char *feed; /* "" if none decided */
	int dport;	  /* 0: unknown */
};

struct buffers {
	char time[48], src[SW_PREFIX_TEXT], dst[SW_PREFIX_TEXT];
};

static void find_words(const struct sw_event *event, const struct sw_registry *registry,
		       struct buffers *into, struct words *words)
{
	*words = (struct words){
		.time = format_time(event->time_ns, into->time, sizeof(into->time)),
		.interface = registry->interface[event->interface % SW_MAX_INTERFACES].name,
		.verdict = sw_verdict_name(event->verdict),
		.reason = sw_reason_name(event->reason),
		.src = sw_format_address(event->family, event->src, into->src),
		.dst = sw_format_address(event->family, event->dst, into->dst),
		.feed = event->feed ? registry->feed[event->feed].name : "",
		.dport = event->dport,
	};
}

/* Takes the object. NULL: no memory. */
static char *dump(json_t *object)
{
	char *line = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;

	json_decref(object);
	return line;
}

static char *verdict_line(const struct sw_event *event, const struct sw_registry *registry)
{
	struct buffers buffers;
	struct words words;
	json_t *object;

	find_words(event, registry, &buffers, &words);
	object = json_pack("{s:s s:s s:s s:s s:s s:i s:s s:s s:i}", "time", words.time, "interface",
			   words.interface, "role", sw_role_name(event->role), "verdict",
			   words.verdict, "reason", words.reason, "family",
			   event->family == SW_IPV4 ? 4 : 6, "src", words.src, "dst", words.dst,
			   "proto", (int)event->protocol);
	if (event->dport) {
		sw_json_set(&object, "sport", json_integer(event->sport));
		sw_json_set(&object, "dport", json_integer(event->dport));
	}
	if (event->feed)
		sw_json_set(&object, "feed", json_string(words.feed));
	sw_json_set(&object, "length", json_integer(event->length));
	return dump(object);
}

/* What is said of somebody who was listed. */
struct listing {
	const char *time, *event, *prefix, *why, *lift;
};

struct listing_buffers {
	char time[48], prefix[SW_PREFIX_TEXT], lift[SW_PREFIX_TEXT + 32];
	char why[sizeof(((struct sw_live *)0)->why)];
};

static struct sw_prefix listed_prefix(const struct sw_event_listed *event)
{
	return sw_live_prefix(&event->key, &event->entry);
}

static void find_listing(const struct sw_event_listed *event, struct listing_buffers *into,
			 struct listing *out)
{
	struct sw_prefix prefix = listed_prefix(event);

	memcpy(into->why, event->entry.why, sizeof(into->why));
	into->why[sizeof(into->why) - 1] = '\0';
	sw_prefix_format(&prefix, into->prefix);
	snprintf(into->lift, sizeof(into->lift), "spamweir zombie del %s", into->prefix);
	*out = (struct listing){
		.time = format_time(event->entry.since_ns, into->time, sizeof(into->time)),
		.event = sw_live_is_slowed(&event->entry) ? "slowed" : "listed",
		.prefix = into->prefix,
		.why = into->why,
		.lift = into->lift,
	};
}

static char *listing_line(const struct sw_event_listed *event)
{
	struct listing_buffers buffers;
	struct listing words;

	find_listing(event, &buffers, &words);
	return dump(json_pack("{s:s s:s s:s s:i s:s s:s s:I s:s}", "time", words.time, "event",
			      words.event, "prefix", words.prefix, "family",
			      listed_prefix(event).family == SW_IPV4 ? 4 : 6, "origin",
			      sw_origin_name(event->entry.origin), "why", words.why, "until",
			      (json_int_t)(unix_ns(event->entry.until_ns) / 1000000000), "lift",
			      words.lift));
}

char *sw_event_line(const struct sw_record *record, const struct sw_registry *registry)
{
	if (record->type == SW_RECORD_LISTED)
		return listing_line((const struct sw_event_listed *)record);
	return verdict_line((const struct sw_event *)record, registry);
}

__u8 sw_event_feed(const struct sw_record *record)
{
	return record->type == SW_RECORD_VERDICT ? ((const struct sw_event *)record)->feed : 0;
}

static char *print_listing(const struct listing *words, char *out)
{
	char text[SW_EVENT_TEXT];

	snprintf(text, sizeof(text), "%s %s %s, %s (lift it: %s)", words->time, words->prefix,
		 words->event, words->why, words->lift);
	return sw_printable(out, SW_EVENT_TEXT, text);
}

static char *print_words(const struct words *words, char *out)
{
	char port[32] = "", text[SW_EVENT_TEXT];

	if (words->dport)
		snprintf(port, sizeof(port), " port %d", words->dport);
	snprintf(text, sizeof(text), "%s %s %s %s %s > %s%s%s%s", words->time, words->interface,
		 words->verdict, words->reason, words->src, words->dst, port,
		 *words->feed ? " feed " : "", words->feed);
	return sw_printable(out, SW_EVENT_TEXT, text); /* JSON can spell what a terminal obeys */
}

char *sw_event_text(const struct sw_record *record, const struct sw_registry *registry, char *out)
{
	struct listing_buffers listed;
	struct listing listing;
	struct buffers buffers;
	struct words words;

	if (record->type == SW_RECORD_LISTED) {
		find_listing((const struct sw_event_listed *)record, &listed, &listing);
		return print_listing(&listing, out);
	}
	find_words((const struct sw_event *)record, registry, &buffers, &words);
	return print_words(&words, out);
}

int sw_event_line_text(const char *line, size_t size, char *out)
{
	struct words words = { .feed = "" };
	struct listing listing;
	json_t *event;
	int err;

	err = sw_json_parse(line, size, &event);
	if (err)
		return err;
	if (!json_unpack(event, "{s:s s:s s:s s:s s:s}", "time", &listing.time, "event",
			 &listing.event, "prefix", &listing.prefix, "why", &listing.why, "lift",
			 &listing.lift))
		print_listing(&listing, out);
	else if (json_unpack(event, "{s:s s:s s:s s:s s:s s:s s?i s?s}", "time", &words.time,
			     "interface", &words.interface, "verdict", &words.verdict, "reason",
			     &words.reason, "src", &words.src, "dst", &words.dst, "dport",
			     &words.dport, "feed", &words.feed))
		err = -EINVAL;
	else
		print_words(&words, out);
	json_decref(event);
	return err;
}
