// SPDX-License-Identifier: GPL-2.0
#include "cli/brakes.h"

#include <stdio.h>

#include "base/json.h"
#include "cli/lists.h"
#include "config/smtp.h"

static void each_brake(struct sw_store *store, sw_lists_visit visit, void *ctx)
{
	struct sw_error error = {};

	if (store && sw_lists_each(store, sw_wall_ms(), visit, ctx, &error))
		sw_warn("%s; so what is braked by hand is not shown", error.text);
}

static char *lift_command(const struct sw_ordered *entry, char out[SW_LIFT_TEXT])
{
	char text[SW_PREFIX_TEXT];

	snprintf(out, SW_LIFT_TEXT, "spamweir bounces on --to %s",
		 sw_prefix_format(&entry->prefix, text));
	return out;
}

static int print_brake(void *ctx, const struct sw_ordered *entry)
{
	char prefix[SW_PREFIX_TEXT], rate[SW_RATE_TEXT] = "none", text[512], lift[SW_LIFT_TEXT];
	bool *first = ctx;

	if (entry->list != SW_LIST_BOUNCES)
		return 0;
	if (entry->interval_ns)
		sw_config_format_rate(entry->interval_ns, "/", rate);
	if (*first)
		puts("\nbounces that are taken, by hand");
	*first = false;
	printf("%-39s %-10s %s; lift: %s\n", sw_prefix_format(&entry->prefix, prefix), rate,
	       sw_listed_text(entry, text, sizeof(text)), lift_command(entry, lift));
	return 0;
}

void sw_print_brakes(struct sw_store *store)
{
	bool first = true;

	each_brake(store, print_brake, &first);
}

static int add_brake(void *ctx, const struct sw_ordered *entry)
{
	char text[SW_PREFIX_TEXT], rate[SW_RATE_TEXT], lift[SW_LIFT_TEXT];
	json_t **list = ctx, *object;

	if (entry->list != SW_LIST_BOUNCES)
		return 0;
	object = json_pack("{s:s s:o}", "to", sw_prefix_format(&entry->prefix, text), "rate",
			   entry->interval_ns
				   ? json_string(
					     sw_config_format_rate(entry->interval_ns, "/", rate))
				   : json_null());
	sw_listed_json(&object, entry);
	sw_json_set(&object, "lift", json_string(lift_command(entry, lift)));
	sw_json_append(list, object);
	return 0;
}

json_t *sw_brakes_json(struct sw_store *store)
{
	json_t *list = json_array();

	each_brake(store, add_brake, &list);
	return list;
}
