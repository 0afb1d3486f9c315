// SPDX-License-Identifier: GPL-2.0
#include "run/samples_counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "kernel/counters.h"

#define NAME 96

/* Packets of a NIC, by verdict and reason: "eth0/access/drop/cnc_dst". */
static int count_packets(const struct sw_samples_from *from, const struct sw_interface_slot *slot,
			 const struct sw_counters *counters, struct sw_error *error)
{
	int mode, reason, family, err = 0;
	char name[NAME];
	__u64 packets;

	for (mode = 0; mode < 2; mode++) {
		for (reason = 0; reason < SW_REASON_COUNT && !err; reason++) {
			packets = 0;
			for (family = 0; family < SW_FAMILIES; family++)
				packets += counters->cell[mode][reason][family].packets;
			if (!packets)
				continue;
			snprintf(name, sizeof(name), "%s/%s/%s/%s", slot->name,
				 sw_role_name(slot->role),
				 sw_verdict_name(sw_reason_verdict_as(reason, mode)),
				 sw_reason_name(reason));
			err = sw_hours_counter(from->hours, "packets", name, packets, error);
		}
	}
	return err;
}

/* What the limit held back, or would have in monitor mode, which the kernel counts alike. */
static bool is_limited(int kind)
{
	return kind == SW_ATTEMPT_LIMITED || kind == SW_AGAIN_REFUSED || kind == SW_AGAIN_ADMITTED;
}

/* SMTP connections asked for on a NIC: "eth0/access/limited", "eth0/access/would_limited". */
static int count_syns(const struct sw_samples_from *from, int index,
		      const struct sw_attempts *attempts, struct sw_error *error)
{
	const struct sw_interface_slot *slot = &from->registry->interface[index];
	bool monitored = sw_is_monitored(from->settings, index, 0);
	const char *would;
	char name[NAME], as[NAME];
	int kind, err = 0;

	for (kind = 0; kind < SW_ATTEMPT_KINDS && !err; kind++) {
		snprintf(name, sizeof(name), "%s/%s/%s", slot->name, sw_role_name(slot->role),
			 sw_attempt_name(kind));
		would = monitored && is_limited(kind) ? "would_" : "";
		snprintf(as, sizeof(as), "%s/%s/%s%s", slot->name, sw_role_name(slot->role), would,
			 sw_attempt_name(kind));
		err = sw_hours_counter_as(from->hours, "syns", name, as, attempts->syns[kind],
					  error);
	}
	return err;
}

static int count_interfaces(const struct sw_samples_from *from, struct sw_counters *counters,
			    struct sw_error *error)
{
	struct sw_attempts attempts;
	int i, err = 0;

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		const struct sw_interface_slot *slot = &from->registry->interface[i];

		if (!slot->used)
			continue;
		err = sw_counters_read(from->state, i, counters);
		if (!err)
			err = sw_attempts_read(from->state, i, &attempts);
		if (err)
			return sw_fail(error, err, "cannot read counters: %s", strerror(-err));
		err = count_packets(from, slot, counters, error);
		if (!err)
			err = count_syns(from, i, &attempts, error);
	}
	return err;
}

static int count_feeds(const struct sw_samples_from *from, struct sw_error *error)
{
	struct sw_counter counter[SW_MAX_FEEDS];
	int i, err = sw_feed_counters_read(from->state, from->registry, counter);

	if (err)
		return sw_fail(error, err, "cannot read counters: %s", strerror(-err));
	for (i = 1; i < SW_MAX_FEEDS && !err; i++) {
		const struct sw_feed_slot *slot = &from->registry->feed[i];

		if (slot->name[0])
			err = sw_hours_counter(from->hours, "feed", slot->name, counter[i].packets,
					       error);
	}
	return err;
}

int sw_samples_of_counters(const struct sw_samples_from *from, struct sw_error *error)
{
	struct sw_counters *counters = malloc(sizeof(*counters));
	int err = counters ? count_interfaces(from, counters, error) : -ENOMEM;

	free(counters);
	return err ? err : count_feeds(from, error);
}
