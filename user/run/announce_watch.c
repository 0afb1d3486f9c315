// SPDX-License-Identifier: GPL-2.0
#include "run/announce_watch.h"

#include <errno.h>

bool sw_announce_watch_due(const struct sw_announce_watch *watch, __u64 listed)
{
	return watch->all || watch->listed != listed;
}

void sw_announce_watch_begin(struct sw_announce_watch *watch, __u64 listed)
{
	watch->seen = listed;
	watch->doing = watch->all;
	watch->all = false;
}

__u64 sw_announce_watch_end(struct sw_announce_watch *watch, int err, __u64 cpu, __u64 now)
{
	__u64 pause = cpu * SW_ANNOUNCE_SHARE;

	if (err == -EAGAIN)
		watch->all |= watch->doing;
	else
		watch->listed = watch->seen;
	watch->free = now + pause;
	return pause > SW_ANNOUNCE_LOOK ? pause : SW_ANNOUNCE_LOOK;
}
