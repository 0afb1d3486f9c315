// SPDX-License-Identifier: GPL-2.0
#include "cli/live_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"

#define NS 1000000000 /* in a second */

__u64 sw_live_age(const struct sw_live *live, __u64 now)
{
	__s64 age = now - live->since_ns;

	return age > 0 ? age / NS : 0;
}

static __u64 seconds_left(const struct sw_live *live, __u64 now)
{
	return live->until_ns > now ? (live->until_ns - now) / NS : 0;
}

char *sw_live_since(const struct sw_live *live, __u64 now, char *out)
{
	return sw_format_time(sw_wall_ms() / 1000 - sw_live_age(live, now), out, SW_LIVE_TEXT);
}

char *sw_live_end(const struct sw_live *live, __u64 now, char *out)
{
	__u64 left = seconds_left(live, now);
	char when[32], in[32];

	if (live->until_ns == SW_LIVE_FOREVER)
		snprintf(out, SW_LIVE_TEXT, "without end");
	else
		snprintf(out, SW_LIVE_TEXT, "until %s, in %s",
			 sw_format_time(sw_wall_ms() / 1000 + left, when, sizeof(when)),
			 sw_format_age(left, in, sizeof(in)));
	return out;
}

json_t *sw_live_json(const struct sw_prefix *prefix, const struct sw_live *live, __u64 now)
{
	bool forever = live->until_ns == SW_LIVE_FOREVER;
	char text[SW_PREFIX_TEXT], lift[SW_PREFIX_TEXT + 32];
	__s64 wall_s = sw_wall_ms() / 1000;
	json_t *object;

	sw_prefix_format(prefix, text);
	snprintf(lift, sizeof(lift), "spamweir zombie del %s", text);
	object = json_pack("{s:s s:I s:s s:s}", "prefix", text, "age_seconds",
			   (json_int_t)sw_live_age(live, now), "origin",
			   sw_origin_name(live->origin), "why", live->why);
	sw_json_set(&object, "seconds_left",
		    forever ? json_null() : json_integer(seconds_left(live, now)));
	sw_json_set(&object, "since", json_integer(wall_s - sw_live_age(live, now)));
	sw_json_set(&object, "until",
		    forever ? json_null() : json_integer(wall_s + seconds_left(live, now)));
	sw_json_set(&object, "lift", json_string(lift));
	return object;
}
