// SPDX-License-Identifier: GPL-2.0
#include "event/format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/names.h"
#include "base/text.h"
#include "kernel/live.h"

/* Events carry boot time, for the datapath knows no other. */
static __u64 unix_ns(__u64 boottime_ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec - (sw_boottime_ns() - boottime_ns);
}

static const char *time_text(__u64 boottime_ns, char *out, size_t room)
{
	__u64 ns = unix_ns(boottime_ns);
	char seconds[32];

	sw_format_time(ns / 1000000000, seconds, sizeof(seconds));
	seconds[strlen(seconds) - 1] = '\0'; /* the Z goes behind the fraction */
	snprintf(out, room, "%s.%03lluZ", seconds, ns / 1000000 % 1000);
	return out;
}

json_t *sw_event_json(const struct sw_event *event, const struct sw_registry *registry)
{
	char when[48], src[64], dst[64];
	json_t *object;

	object = json_pack("{s:s s:s s:s s:s s:s s:i s:s s:s s:i}", "time",
			   time_text(event->time_ns, when, sizeof(when)), "interface",
			   registry->interface[event->interface % SW_MAX_INTERFACES].name, "role",
			   sw_role_name(event->role), "verdict", sw_verdict_name(event->verdict),
			   "reason", sw_reason_name(event->reason), "family",
			   event->family == SW_IPV4 ? 4 : 6, "src",
			   sw_format_address(event->family, event->src, src), "dst",
			   sw_format_address(event->family, event->dst, dst), "proto",
			   (int)event->protocol);
	if (event->dport) {
		json_object_set_new(object, "sport", json_integer(event->sport));
		json_object_set_new(object, "dport", json_integer(event->dport));
	}
	if (event->feed)
		json_object_set_new(object, "feed", json_string(registry->feed[event->feed].name));
	json_object_set_new(object, "length", json_integer(event->length));
	return object;
}

int sw_event_text(const json_t *event, char *out)
{
	const char *when, *interface, *verdict, *reason, *src, *dst, *feed = "";
	char port[32] = "";
	int dport = 0;

	if (json_unpack((json_t *)event, "{s:s s:s s:s s:s s:s s:s s?i s?s}", "time", &when,
			"interface", &interface, "verdict", &verdict, "reason", &reason, "src",
			&src, "dst", &dst, "dport", &dport, "feed", &feed))
		return -EINVAL;
	if (dport)
		snprintf(port, sizeof(port), " port %d", dport);
	snprintf(out, SW_EVENT_TEXT, "%s %s %s %s %s > %s%s%s%s", when, interface, verdict, reason,
		 src, dst, port, *feed ? " feed " : "", feed);
	return 0;
}
