// SPDX-License-Identifier: GPL-2.0
#include "top/look.h"

#include "base/clock.h"

int sw_top_look(struct sw_top_live *live)
{
	int err = sw_top_read(&live->top);
	struct sw_top_hosts *hosts = &live->hosts;
	const struct sw_snapshot *s = live->top.now;
	__u64 now = sw_monotonic_ms();

	if (err)
		return err;
	if (!hosts->looked_ms || now - hosts->looked_ms >= SW_TOP_LEDGER_EVERY_MS)
		sw_top_hosts_read(hosts, s->state, &s->generation.policy->settings);
	if (!hosts->suspects_ms || now - hosts->suspects_ms >= SW_TOP_SUSPECTS_EVERY_MS)
		sw_top_suspects_read(hosts, s->state, live->config);
	if (live->find_wrong &&
	    (!live->wrong_ms || now - live->wrong_ms >= SW_TOP_WRONG_EVERY_MS)) {
		live->find_wrong(live->ctx, live->top.now, &live->top.wrong);
		live->wrong_ms = now;
	}
	return 0;
}
