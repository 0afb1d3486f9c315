// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <sys/timex.h>

#include "base/clock.h"
#include "base/text.h"

#define TOO_EARLY 1764547200 /* 2025-12-01: before this was written */

#define SLACK 60 /* seconds that a clock is put right by */

void sw_judge_clock(__s64 unix_seconds, __s64 seen, bool synchronized, struct sw_findings *out)
{
	char when[32], before[32];

	if (unix_seconds < TOO_EARLY)
		sw_find(out, SW_FOUND_FAILURE, "timedatectl set-ntp true",
			"the clock says %s, so that ages of feeds and ends of entries are wrong",
			sw_format_time(unix_seconds, when, sizeof(when)));
	else if (seen > unix_seconds + SLACK)
		sw_find(out, SW_FOUND_WARNING, "timedatectl set-ntp true",
			"the clock says %s, and spamweir was at work at %s, later than that: it was set "
			"back, and ages of feeds, ends of entries and the audit go by it",
			sw_format_time(unix_seconds, when, sizeof(when)),
			sw_format_time(seen, before, sizeof(before)));
	else if (!synchronized)
		sw_find(out, SW_FOUND_WARNING, "timedatectl set-ntp true",
			"nothing keeps the clock right (the kernel says that it is not synchronized), and "
			"ages of feeds, ends of entries and the audit go by it");
	else
		sw_find(out, SW_FOUND_OK, NULL, "the clock is synchronized");
}

void sw_check_clock(const struct sw_patient *patient, struct sw_findings *out)
{
	struct timex timex = {};
	int state = adjtimex(&timex);

	sw_judge_clock(sw_wall_ms() / 1000, patient->seen_s,
		       state >= 0 && !(timex.status & STA_UNSYNC), out);
}
