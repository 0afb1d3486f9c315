// SPDX-License-Identifier: GPL-2.0
/* Who has a prefix for good: CSV, "prefix,account". */
#include "subscriber/format.h"

#include "base/clock.h"
#include "base/entry.h"
#include "subscriber/table.h"

enum column {
	PREFIX,
	ACCOUNT,
	COLUMNS,
};

struct telling {
	struct sw_held held;
	const struct sw_table_row *row;
	sw_held_emit emit;
	void *ctx;
};

static int tell(void *ctx, const struct sw_prefix *prefix)
{
	struct telling *telling = ctx;

	telling->held.prefix = *prefix;
	return sw_held_tell(&telling->held, telling->emit, telling->ctx, telling->row->report);
}

static const char *take(const struct sw_table_row *row, sw_held_emit emit, void *ctx, int *err)
{
	struct sw_span text = sw_table_get(row, PREFIX);
	struct telling telling = {
		.held = {
			.port_last = SW_PORTS_LAST,
			.since_ms = row->text->modified_ms,
			.at_ms = row->text->modified_ms,
			.until_ms = SW_FOREVER_MS,
		},
		.row = row,
		.emit = emit,
		.ctx = ctx,
	};
	struct sw_address_range range;
	struct sw_prefix prefix;

	if (!sw_name_copy(sw_table_get(row, ACCOUNT), telling.held.account,
			  sizeof(telling.held.account))) {
		row->report->nameless++;
		return NULL;
	}
	if (!sw_span_prefix(text, &prefix))
		*err = tell(&telling, &prefix);
	else if (sw_range_parse(text, &range))
		*err = sw_range_each(&range, tell, &telling);
	else
		return "a prefix or range, then an account";
	return NULL;
}

static int parse(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report, struct sw_error *error)
{
	const char *const names[COLUMNS] = { "prefix", text->account ?: "account" };
	const struct sw_table table = {
		.names = names,
		.count = COLUMNS,
		.must = COLUMNS,
		.ordered = true,
		.take = take,
	};

	return sw_table_parse(&table, text, emit, ctx, report, error);
}

const struct sw_subscriber_format sw_subscriber_fixed = { .all = true, .parse = parse };
