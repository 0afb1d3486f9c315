// SPDX-License-Identifier: GPL-2.0
#include "cli/rows_output.h"

#include <stdio.h>

#include "base/json.h"
#include "cli/conduct_output.h"
#include "cli/ledger_output.h"
#include "cli/output.h"
#include "kernel/subject.h"

static int print_json(const char *table, enum sw_side side, json_t *row)
{
	json_t *object = json_object();

	sw_json_set(&row, "side", json_string(sw_side_name(side)));
	sw_json_set(&object, table, row);
	return sw_print_json(object);
}

static void print_prefix(const struct sw_prefix *prefix)
{
	char text[SW_PREFIX_TEXT];

	puts(sw_prefix_format(prefix, text));
}

static int print_ledger(void *is_json, const struct sw_ledger_view *view, const char *feed,
			__u64 now_s)
{
	if (*(const bool *)is_json)
		return print_json("ledger", view->side, sw_ledger_view_json(view, feed, now_s));
	print_prefix(&view->subject);
	sw_print_ledger_view(view, feed, now_s);
	return 0;
}

static int print_conduct(void *is_json, const struct sw_conduct_view *view)
{
	if (*(const bool *)is_json)
		return print_json("conduct", view->side, sw_conduct_view_json(view));
	print_prefix(&view->subject);
	sw_print_conduct_view(view);
	return 0;
}

int sw_print_rows(const struct sw_replay *replay, bool is_json)
{
	const struct sw_replay_rows visit = {
		.ledger = print_ledger,
		.conduct = print_conduct,
		.context = &is_json,
	};

	return sw_replay_rows(replay, &visit);
}
