// SPDX-License-Identifier: GPL-2.0
#include "report/period.h"

#include <stdlib.h>

const char *sw_held_name(enum sw_held_by held)
{
	static const char *const name[SW_HELDS] = { "cnc", "zombie", "limit", "other" };

	return held < SW_HELDS ? name[held] : "unknown";
}

enum sw_held_by sw_held_of(enum sw_reason reason)
{
	switch (reason) {
	case SW_CNC_SRC:
	case SW_CNC_DST:
		return SW_HELD_CNC;
	case SW_ZOMBIE_FEED:
	case SW_ZOMBIE_LIVE:
	case SW_ZOMBIE_FRAGMENT:
		return SW_HELD_ZOMBIE;
	case SW_RATE_LIMIT:
	case SW_SMTP_CLOSED:
	case SW_PROTECT_LIMIT:
	case SW_BOUNCE:
		return SW_HELD_LIMIT;
	default:
		return SW_HELD_OTHER;
	}
}

__u64 sw_period_lost(const struct sw_period *period)
{
	return period->syns_limited > period->syns_admitted
		       ? period->syns_limited - period->syns_admitted
		       : 0;
}

void sw_period_release(struct sw_period *period)
{
	free(period->bucket);
	free(period->nic);
	free(period->feed);
	free(period->cases);
	free(period->listed);
	*period = (struct sw_period){ 0 };
}
