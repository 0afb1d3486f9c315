// SPDX-License-Identifier: GPL-2.0
#include "cli/unfit.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

const char *sw_feed_source_name(__u8 source)
{
	switch ((enum sw_feed_source)source) {
	case SW_SOURCE_FILE:
		return "file";
	case SW_SOURCE_COPY:
		return "copy";
	case SW_SOURCE_NONE:
		return "none";
	}
	return "unknown";
}

json_t *sw_unfit_json(const struct sw_feed_slot *slot)
{
	if (!slot->unfit_s)
		return json_null();
	return json_pack("{s:I s:o s:I}", "since", (json_int_t)slot->unfit_s, "why",
			 sw_json_text(slot->why), "checked", (json_int_t)slot->checked_s);
}

json_t *sw_unfit_list_json(const struct sw_registry *registry)
{
	json_t *list = json_array(), *item;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &registry->feed[i];

		if (!slot->unfit_s)
			continue;
		item = sw_unfit_json(slot);
		sw_json_set(&item, "name", json_string(slot->name));
		sw_json_set(&item, "source", json_string(sw_feed_source_name(slot->source)));
		sw_json_append(&list, item);
	}
	return list;
}

json_t *sw_feed_age_json(const struct sw_snapshot *snapshot, int feed)
{
	return sw_snapshot_feed_has_age(snapshot, feed)
		       ? json_integer((json_int_t)sw_snapshot_feed_age(snapshot, feed))
		       : json_null();
}

static const char *instead(const struct sw_feed_slot *slot)
{
	if (!slot->active)
		return "and nothing was published for it";
	return slot->source == SW_SOURCE_COPY ? "its good copy is in force" : "it is LEFT OUT";
}

/* There is little room for it in the kernel. */
static bool ends_in_dots(const char *why)
{
	size_t size = strlen(why);

	return size >= 3 && !strcmp(why + size - 3, "...");
}

char *sw_unfit_text(const struct sw_feed_slot *slot, char *out, size_t room)
{
	char since[32], why[4 * sizeof(slot->why)];

	snprintf(out, room, "feed %s is UNFIT since %s, %s: %s%s", slot->name,
		 sw_format_time(slot->unfit_s, since, sizeof(since)), instead(slot),
		 sw_printable(why, sizeof(why), slot->why),
		 ends_in_dots(slot->why) ? " (`spamweir check` says all)" : "");
	return out;
}

void sw_print_unfit(const struct sw_registry *registry, const char *first)
{
	char text[1024];
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!registry->feed[i].unfit_s)
			continue;
		printf("%s%s\n", first, sw_unfit_text(&registry->feed[i], text, sizeof(text)));
		first += strspn(first, "\n");
	}
}
