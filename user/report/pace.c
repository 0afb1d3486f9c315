// SPDX-License-Identifier: GPL-2.0
#include "report/pace.h"

#include <string.h>

#include "base/clock.h"
#include "kernel/counters.h"

void sw_look_note(const struct sw_snapshot *snapshot, struct sw_look *out)
{
	out->at_ms = sw_monotonic_ms();
	memcpy(out->counters, snapshot->counters, sizeof(out->counters));
}

int sw_look_again(struct sw_snapshot *snapshot)
{
	int i, err = 0;

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		if (snapshot->registry.interface[i].used)
			err = sw_counters_read(snapshot->state, i, &snapshot->counters[i]);
	}
	return err;
}

struct sw_counter sw_counted(const struct sw_counters *counters, int mode, int reason)
{
	struct sw_counter sum = {};
	int family;

	for (family = 0; family < SW_FAMILIES; family++) {
		sum.packets += counters->cell[mode][reason][family].packets;
		sum.bytes += counters->cell[mode][reason][family].bytes;
	}
	return sum;
}

struct sw_counter sw_counted_all(const struct sw_counters *counters)
{
	struct sw_counter sum = {}, each;
	int mode, reason;

	for (mode = 0; mode < 2; mode++) {
		for (reason = 0; reason < SW_REASON_COUNT; reason++) {
			each = sw_counted(counters, mode, reason);
			sum.packets += each.packets;
			sum.bytes += each.bytes;
		}
	}
	return sum;
}

__u64 sw_stopped(const struct sw_counters *counters, int mode)
{
	__u64 packets = 0;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (sw_reason_verdict(reason) != SW_PASS)
			packets += sw_counted(counters, mode, reason).packets;
	}
	return packets;
}

/* Counters that are behind were begun anew. */
static double a_second(__u64 before, __u64 now, __u64 ms)
{
	return now > before ? (double)(now - before) * 1000 / (double)ms : 0;
}

struct sw_pace sw_look_pace(const struct sw_look *before, const struct sw_look *now, int nic)
{
	struct sw_counter was = sw_counted_all(&before->counters[nic]);
	struct sw_counter is = sw_counted_all(&now->counters[nic]);
	__u64 ms = now->at_ms > before->at_ms ? now->at_ms - before->at_ms : 1;
	struct sw_pace pace = {
		.packets = a_second(was.packets, is.packets, ms),
		.bits = 8 * a_second(was.bytes, is.bytes, ms),
	};
	int mode;

	for (mode = 0; mode < 2; mode++)
		pace.stopped[mode] = a_second(sw_stopped(&before->counters[nic], mode),
					      sw_stopped(&now->counters[nic], mode), ms);
	return pace;
}
