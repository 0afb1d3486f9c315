// SPDX-License-Identifier: GPL-2.0
#include "kernel/jiffies.h"

#include <errno.h>
#include <stdio.h>

#include "contract.h"
#include "policy/settings.h"

int sw_jiffies_now(__u64 *now)
{
	unsigned long long jiffies = 0;
	char line[256];
	int err = -ENODATA;
	FILE *file;

	file = fopen("/proc/timer_list", "re");
	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "jiffies: %llu", &jiffies) == 1) {
			*now = jiffies;
			err = 0;
		}
	}
	fclose(file);
	return err;
}

int sw_slow_now(__u32 *now)
{
	__u64 jiffies = 0;
	int err = sw_jiffies_now(&jiffies);

	*now = jiffies / SW_SLOW_JIFFIES;
	return err;
}

__u64 sw_slow_unit_ns(void)
{
	return 1e9 * SW_SLOW_JIFFIES * SW_TICKS_PER_JIFFY / sw_ticks_per_second();
}
