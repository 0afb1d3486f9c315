// SPDX-License-Identifier: GPL-2.0
#include "cli/sources_output.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "store/holders_source.h"

static int add_source(void *ctx, const struct sw_holders_source *source)
{
	json_t **list = ctx, *item;

	item = json_pack("{s:s s:I s:I s:I}", "name", source->name, "records",
			 (json_int_t)source->records, "bad", (json_int_t)source->bad, "checked",
			 (json_int_t)(source->checked_ms / 1000));
	sw_json_set(&item, "why",
		    source->error.text[0] ? sw_json_text(source->error.text) : json_null());
	sw_json_append(list, item);
	return 0;
}

json_t *sw_sources_json(struct sw_store *store)
{
	struct sw_error error = {};
	json_t *list = json_array();

	if (store && sw_holders_sources(store, add_source, &list, &error))
		sw_warn("%s; so lists of subscribers are not shown", error.text);
	return list;
}

static __u64 number(const json_t *source, const char *key)
{
	return json_integer_value(json_object_get(source, key));
}

void sw_print_sources(const json_t *list)
{
	__s64 now_s = sw_wall_ms() / 1000, checked_s;
	char age[32], records[16], bad[16];
	json_t *source;
	size_t i;

	json_array_foreach(list, i, source)
	{
		if (!i)
			printf("\n%-20s %14s %14s  %s\n", "subscribers", "records", "bad",
			       "looked at");
		checked_s = number(source, "checked");
		printf("%-20s %14s %14s  %s ago\n",
		       json_string_value(json_object_get(source, "name")),
		       sw_format_count(number(source, "records"), records, sizeof(records)),
		       sw_format_count(number(source, "bad"), bad, sizeof(bad)),
		       sw_format_age(now_s > checked_s ? now_s - checked_s : 0, age, sizeof(age)));
	}
}
