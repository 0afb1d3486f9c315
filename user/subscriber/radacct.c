// SPDX-License-Identifier: GPL-2.0
/* A dump of FreeRADIUS' table radacct as CSV with a header: a row a session. Times are
 * UTC, or Unix time; no stop time is a session that goes on. */
#include "subscriber/format.h"

#include <string.h>

#include "base/clock.h"
#include "feed/times.h"
#include "base/array.h"
#include "subscriber/table.h"

enum column {
	START,
	ADDRESS,
	ACCOUNT,
	STOP,
	SESSION,
	UNIQUE,
	PREFIX,
	ADDRESS6,
	DELEGATED,
	COLUMNS,
};

/* What MySQL and PostgreSQL write where there is nothing. */
static struct sw_span value(const struct sw_table_row *row, int column)
{
	struct sw_span field = sw_table_get(row, column);

	if (sw_span_is(field, "NULL") || sw_span_is(field, "\\N") ||
	    (field.size >= 10 && !memcmp(field.at, "0000-00-00", 10)))
		return (struct sw_span){ "", 0 };
	return field;
}

/* PostgreSQL's "2026-11-29 10:00:00+00". */
static bool read_time(struct sw_span text, __s64 *out)
{
	char whole[48];
	__u64 seconds;
	size_t size = text.size;

	if (!size || size + 3 >= sizeof(whole))
		return false;
	memcpy(whole, text.at, size);
	if (size > 13 && (whole[size - 3] == '+' || whole[size - 3] == '-')) {
		memcpy(whole + size, ":00", 3);
		size += 3;
	}
	if (!sw_time_parse((struct sw_span){ whole, size }, &seconds))
		return false;
	*out = seconds * 1000;
	return true;
}

static const char *read_prefixes(const struct sw_table_row *row, struct sw_held *held,
				 sw_held_emit emit, void *ctx, int *err)
{
	static const int column[] = { ADDRESS, PREFIX, ADDRESS6, DELEGATED };
	struct sw_span text;
	size_t i;

	for (i = 0; i < SW_COUNT(column) && !*err; i++) {
		text = value(row, column[i]);
		if (!text.size)
			continue;
		if (sw_span_prefix(text, &held->prefix))
			return "an address or prefix";
		if (held->prefix.address)
			*err = sw_held_tell(held, emit, ctx, row->report);
	}
	return NULL;
}

static const char *take(const struct sw_table_row *row, sw_held_emit emit, void *ctx, int *err)
{
	struct sw_held held = { .port_last = SW_PORTS_LAST, .until_ms = SW_FOREVER_MS };
	struct sw_span stop = value(row, STOP), session = value(row, UNIQUE);

	if (!read_time(value(row, START), &held.since_ms))
		return "a time such as 2026-11-29 10:00:00 in the column acctstarttime";
	if (stop.size && !read_time(stop, &held.until_ms))
		return "a time such as 2026-11-29 10:00:00 in the column acctstoptime";
	held.at_ms = held.since_ms;
	sw_name_copy(session.size ? session : value(row, SESSION), held.session,
		     sizeof(held.session));
	if (!sw_name_copy(value(row, ACCOUNT), held.account, sizeof(held.account))) {
		row->report->nameless++;
		return NULL;
	}
	return read_prefixes(row, &held, emit, ctx, err);
}

static int parse(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report, struct sw_error *error)
{
	const char *const names[COLUMNS] = {
		[START] = "acctstarttime",
		[ADDRESS] = "framedipaddress",
		[ACCOUNT] = text->account ?: "username",
		[STOP] = "acctstoptime",
		[SESSION] = "acctsessionid",
		[UNIQUE] = "acctuniqueid",
		[PREFIX] = "framedipv6prefix",
		[ADDRESS6] = "framedipv6address",
		[DELEGATED] = "delegatedipv6prefix",
	};
	const struct sw_table table = {
		.names = names,
		.count = COLUMNS,
		.must = ACCOUNT + 1,
		.take = take,
	};

	return sw_table_parse(&table, text, emit, ctx, report, error);
}

const struct sw_subscriber_format sw_subscriber_radacct = { .parse = parse };
