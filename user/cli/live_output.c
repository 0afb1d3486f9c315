// SPDX-License-Identifier: GPL-2.0
#include "cli/live_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"

#define NS 1000000000 /* in a second */

__u64 sw_live_age(const struct sw_live *live, __u64 now)
{
	return (now - live->since_ns) / NS;
}

char *sw_live_end(const struct sw_live *live, __u64 now, char *out)
{
	char left[32];

	if (live->until_ns == SW_LIVE_FOREVER)
		snprintf(out, SW_LIVE_TEXT, "without end");
	else
		snprintf(out, SW_LIVE_TEXT, "ends in %s",
			 sw_format_age((live->until_ns - now) / NS, left, sizeof(left)));
	return out;
}

json_t *sw_live_json(const struct sw_prefix *prefix, const struct sw_live *live, __u64 now)
{
	char text[SW_PREFIX_TEXT];
	json_t *object, *left;

	object = json_pack("{s:s s:I s:s s:s}", "prefix", sw_prefix_format(prefix, text),
			   "age_seconds", (json_int_t)sw_live_age(live, now), "origin",
			   sw_origin_name(live->origin), "why", live->why);
	left = live->until_ns == SW_LIVE_FOREVER ? json_null()
						 : json_integer((live->until_ns - now) / NS);
	sw_json_set(&object, "seconds_left", left);
	return object;
}
