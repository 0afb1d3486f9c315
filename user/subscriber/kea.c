// SPDX-License-Identifier: GPL-2.0
/*
 * Lease files of ISC Kea (memfile, lease_cmds): a journal of CSV without quotes, whose
 * first line names the columns. The last row of an address counts; a lifetime of 0 is a
 * release. Commas within a field are written as "&#x2c" (Kea's CSVRow). A row has no time
 * but the one at which it ends and how long it is valid: the difference is when the client
 * was last seen.
 */
#include "subscriber/format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "subscriber/lines.h"

#define FIELDS 64
#define INFINITE 0xffffffffU
#define DECLINED 1 /* nobody has it */
#define PREFIX_DELEGATION 2

enum column {
	ADDRESS,
	LIFETIME,
	EXPIRE,
	STATE,
	TYPE,
	PREFIX_LEN,
	ACCOUNT,
	OTHERWISE, /* where the usual column of the account is empty */
	COLUMNS,
};

struct reading {
	const struct sw_subscriber_text *text;
	struct sw_subscriber_report *report;
	int column[COLUMNS]; /* -1: there is none */
	struct sw_span field[FIELDS];
	size_t fields;
	__u32 line;
};

static size_t split(struct sw_span line, struct sw_span *field)
{
	const char *comma;
	size_t fields = 0;

	for (; fields < FIELDS; fields++) {
		comma = line.size ? memchr(line.at, ',', line.size) : NULL;
		if (!comma) {
			field[fields] = sw_trim(line);
			return fields + 1;
		}
		field[fields] = sw_before(line, comma);
		line = (struct sw_span){ comma + 1, line.at + line.size - (comma + 1) };
	}
	return fields;
}

static int read_header(struct reading *r, struct sw_error *error)
{
	static const char *const name[COLUMNS] = {
		[ADDRESS] = "address", [LIFETIME] = "valid_lifetime", [EXPIRE] = "expire",
		[STATE] = "state",     [TYPE] = "lease_type",	      [PREFIX_LEN] = "prefix_len",
	};
	const char *account = r->text->account;
	int i;

	r->fields = split(r->text->head, r->field);
	for (i = 0; i < ACCOUNT; i++)
		r->column[i] = sw_column_find(r->field, r->fields, name[i]);
	r->column[OTHERWISE] = -1;
	if (!account) {
		account = sw_column_find(r->field, r->fields, "duid") < 0 ? "hwaddr" : "duid";
		r->column[OTHERWISE] = sw_column_find(r->field, r->fields, "client_id");
	}
	r->column[ACCOUNT] = sw_column_find(r->field, r->fields, account);
	if (r->column[ADDRESS] < 0 || r->column[LIFETIME] < 0 || r->column[EXPIRE] < 0)
		return sw_fail(error, -EINVAL,
			       "expected a first line with the columns address, valid_lifetime "
			       "and expire, as Kea writes it");
	if (r->column[ACCOUNT] < 0)
		return sw_fail(error, -EINVAL, "there is no column \"%s\"", account);
	return 0;
}

static struct sw_span get(const struct reading *r, enum column column)
{
	int at = r->column[column];

	return at >= 0 && (size_t)at < r->fields ? r->field[at] : (struct sw_span){ "", 0 };
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "&#x2c", two digits and no semicolon. */
static struct sw_span unescape(struct sw_span text, char *out, size_t room)
{
	size_t i = 0, used = 0;
	int high, low;

	while (i < text.size && used < room) {
		high = low = -1;
		if (text.size - i >= 5 && !memcmp(text.at + i, "&#x", 3)) {
			high = digit(text.at[i + 3]);
			low = digit(text.at[i + 4]);
		}
		if (high >= 0 && low >= 0) {
			out[used++] = high << 4 | low;
			i += 5;
		} else {
			out[used++] = text.at[i++];
		}
	}
	return (struct sw_span){ out, used };
}

static const char *read_prefix(const struct reading *r, struct sw_prefix *out)
{
	struct sw_span address = get(r, ADDRESS);
	__u32 type = 0, length;

	if (sw_address_parse(address.at, address.size, out))
		return "an address in the column address";
	if (get(r, TYPE).size && !sw_span_number(get(r, TYPE), &type))
		return "a number in the column lease_type";
	if (type != PREFIX_DELEGATION || out->family != SW_IPV6)
		return NULL;
	if (!sw_span_number(get(r, PREFIX_LEN), &length) || !length || length > 128)
		return "a length from 1 to 128 in the column prefix_len";
	out->length = length;
	return NULL;
}

/* Who released it was still known then; a row of what was declined or has expired names
 * nobody, or somebody to whom it was given long ago. */
static const char *read_times(const struct reading *r, struct sw_held *held)
{
	__u32 lifetime, expire, state = 0;
	__s64 end;

	if (!sw_span_number(get(r, LIFETIME), &lifetime))
		return "seconds in the column valid_lifetime";
	if (!sw_span_number(get(r, EXPIRE), &expire))
		return "Unix time in the column expire";
	if (get(r, STATE).size && !sw_span_number(get(r, STATE), &state))
		return "a number in the column state";
	end = expire * 1000LL;
	held->until_ms = lifetime == INFINITE ? SW_FOREVER_MS : end;
	held->at_ms = end - (lifetime == INFINITE ? 0 : lifetime * 1000LL);
	held->since_ms = held->at_ms;
	held->ends = !lifetime || state;
	if (!held->ends)
		return NULL;
	held->at_ms = r->text->modified_ms;
	if (state > DECLINED && end < held->at_ms)
		held->at_ms = end;
	return NULL;
}

static int read_row(struct reading *r, struct sw_span line, sw_held_emit emit, void *ctx)
{
	struct sw_held held = { .port_last = SW_PORTS_LAST };
	char name[SW_ACCOUNT_MAX * 2];
	struct sw_span account;
	const char *expected;

	r->fields = split(line, r->field);
	expected = read_prefix(r, &held.prefix);
	if (!expected)
		expected = read_times(r, &held);
	if (expected) {
		sw_subscriber_bad(r->report, r->line, line, expected);
		return 0;
	}
	account = get(r, ACCOUNT);
	if (!account.size)
		account = get(r, OTHERWISE);
	account = unescape(account, name, sizeof(name));
	if (!sw_name_copy(account, held.account, sizeof(held.account)) && !held.ends) {
		r->report->nameless++;
		return 0;
	}
	return sw_held_tell(&held, emit, ctx, r->report);
}

static int parse(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report, struct sw_error *error)
{
	struct reading r = { .text = text, .report = report };
	struct sw_span rest = text->text, line;
	int err = read_header(&r, error);

	while (!err && sw_line_next(&rest, &line)) {
		r.line++;
		if (sw_trim(line).size && (r.line > 1 || text->grown))
			err = read_row(&r, line, emit, ctx);
		if (!err)
			report->used = rest.at - text->text.at;
	}
	return err;
}

const struct sw_subscriber_format sw_subscriber_kea = { .journal = true, .parse = parse };
