// SPDX-License-Identifier: GPL-2.0
#include "feed/remarks.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/mapped.h"

static const char *effect_of(const char *key)
{
	if (!strcmp(key, "until"))
		return "no entry ends";
	return !strcmp(key, "where") ? "it counts as empty" : "nothing is listed by it";
}

void sw_feed_remark(const struct sw_feed_config *feed, const struct sw_feed_report *report)
{
	__u16 unnamed = report->unnamed;
	char quoted[80], when[32];
	struct sw_span name;
	const char *key;

	while (feed->fields && sw_mapped_unnamed(feed->fields, &unnamed, &name, &key))
		sw_warn("%s: no object has \"%s\", which `%s` names, so that %s (expected a name as "
			"the list has it)",
			sw_feed_source(feed), sw_quote(quoted, sizeof(quoted), name.at, name.size),
			key, effect_of(key));
	if (report->begins_s)
		sw_warn("%s: what is not valid yet is left out; the first of it is from %s on",
			sw_feed_source(feed), sw_format_time(report->begins_s, when, sizeof(when)));
}
