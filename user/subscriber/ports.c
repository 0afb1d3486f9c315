// SPDX-License-Identifier: GPL-2.0
/*
 * Port blocks of a translator (RFC 7422, RFC 7753): CSV, "address,first,last,account". The
 * account may be the inside address, which another list knows whose it is.
 */
#include "subscriber/format.h"

#include "base/clock.h"
#include "subscriber/table.h"

enum column {
	ADDRESS,
	FIRST,
	LAST,
	ACCOUNT,
	COLUMNS,
};

static bool read_port(struct sw_span text, __u16 *out)
{
	__u32 number;

	if (!sw_span_number(text, &number) || number > SW_PORTS_LAST)
		return false;
	*out = number;
	return true;
}

static const char *take(const struct sw_table_row *row, sw_held_emit emit, void *ctx, int *err)
{
	struct sw_span address = sw_table_get(row, ADDRESS);
	struct sw_held held = {
		.since_ms = row->text->modified_ms,
		.at_ms = row->text->modified_ms,
		.until_ms = SW_FOREVER_MS,
	};

	if (sw_address_parse(address.at, address.size, &held.prefix))
		return "an address, then the first and the last port";
	if (!read_port(sw_table_get(row, FIRST), &held.port_first) ||
	    !read_port(sw_table_get(row, LAST), &held.port_last) ||
	    held.port_first > held.port_last)
		return "the first and the last port, from 0 to 65535";
	if (!sw_name_copy(sw_table_get(row, ACCOUNT), held.account, sizeof(held.account))) {
		row->report->nameless++;
		return NULL;
	}
	*err = sw_held_tell(&held, emit, ctx, row->report);
	return NULL;
}

static int parse(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report, struct sw_error *error)
{
	const char *const names[COLUMNS] = { "address", "first", "last",
					     text->account ?: "account" };
	const struct sw_table table = {
		.names = names,
		.count = COLUMNS,
		.must = COLUMNS,
		.ordered = true,
		.take = take,
	};

	return sw_table_parse(&table, text, emit, ctx, report, error);
}

const struct sw_subscriber_format sw_subscriber_ports = { .all = true, .parse = parse };
