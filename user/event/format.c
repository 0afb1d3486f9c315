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

char *sw_event_line(const struct sw_event *event, const struct sw_registry *registry)
{
	struct buffers buffers;
	struct words words;
	json_t *object;
	char *line;

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
	line = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
	json_decref(object);
	return line;
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

char *sw_event_text(const struct sw_event *event, const struct sw_registry *registry, char *out)
{
	struct buffers buffers;
	struct words words;

	find_words(event, registry, &buffers, &words);
	return print_words(&words, out);
}

int sw_event_line_text(const char *line, size_t size, char *out)
{
	struct words words = { .feed = "" };
	json_t *event;
	int err;

	err = sw_json_parse(line, size, &event);
	if (err)
		return err;
	if (json_unpack(event, "{s:s s:s s:s s:s s:s s:s s?i s?s}", "time", &words.time,
			"interface", &words.interface, "verdict", &words.verdict, "reason",
			&words.reason, "src", &words.src, "dst", &words.dst, "dport", &words.dport,
			"feed", &words.feed))
		err = -EINVAL;
	else
		print_words(&words, out);
	json_decref(event);
	return err;
}
