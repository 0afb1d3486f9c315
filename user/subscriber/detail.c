// SPDX-License-Identifier: GPL-2.0
/*
 * Detail files of FreeRADIUS (rlm_detail): a record is a line with a date, then a line
 * "\tAttribute = value" each, then an empty one. A Start often has no address yet, and a
 * Stop may be written behind the next one's Start (RFC 2866): what ends a session is told
 * by its Acct-Session-Id; all sessions of an access server end when that begins or stops
 * accounting, for it was started anew. `Timestamp` is the server's Unix time.
 */
#include "subscriber/format.h"

#include <string.h>

#include "base/clock.h"
#include "subscriber/lines.h"

#define PREFIXES 8 /* of a record */

enum status {
	SAYS_NOTHING, /* of an address: an authentication */
	HOLDS,
	ENDS,
	ENDS_ALL,
};

struct record {
	enum status status;
	struct sw_prefix prefix[PREFIXES];
	size_t prefixes;
	__u32 timestamp, lasted, delay;
	char account[SW_ACCOUNT_MAX];
	char session[SW_SESSION_MAX];
	char unique[SW_SESSION_MAX];
	char nas[SW_NAS_MAX], nas_name[SW_NAS_MAX]; /* by its address, and by its own name */
	const char *expected;			    /* what a value should be, and is not */
	char wrong[64];
	size_t wrong_size;
};

/* Strings are in quotes, and a quote within one has a backslash before it. */
static struct sw_span unquote(struct sw_span text, char *out, size_t room)
{
	size_t i, used = 0;

	if (text.size < 2 || text.at[0] != '"' || text.at[text.size - 1] != '"')
		return text;
	for (i = 1; i + 1 < text.size && used < room; i++) {
		if (text.at[i] == '\\' && i + 2 < text.size)
			i++;
		out[used++] = text.at[i];
	}
	return (struct sw_span){ out, used };
}

static void wrong(struct record *record, struct sw_span value, const char *expected)
{
	size_t size = value.size < sizeof(record->wrong) ? value.size : sizeof(record->wrong);

	memcpy(record->wrong, value.at, size);
	record->wrong_size = size;
	record->expected = expected;
}

static void take_prefix(struct record *record, struct sw_span value)
{
	struct sw_prefix prefix;

	if (sw_prefix_parse(value.at, value.size, &prefix))
		wrong(record, value, "an address or prefix");
	else if (record->prefixes < PREFIXES && prefix.length && prefix.address)
		record->prefix[record->prefixes++] = prefix; /* 0.0.0.0 is none yet */
}

static void take_number(struct record *record, struct sw_span value, __u32 *out)
{
	if (!sw_span_number(value, out))
		wrong(record, value, "a number of seconds");
}

/* "Alive" is what Interim-Update was called once. */
static enum status status_of(struct sw_span value)
{
	if (sw_span_is(value, "Stop"))
		return ENDS;
	if (sw_span_is(value, "Accounting-On") || sw_span_is(value, "Accounting-Off"))
		return ENDS_ALL;
	return sw_span_is(value, "Start") || sw_span_is(value, "Interim-Update") ||
			       sw_span_is(value, "Alive")
		       ? HOLDS
		       : SAYS_NOTHING;
}

static void take(struct record *record, struct sw_span name, struct sw_span value,
		 const char *account)
{
	if (sw_span_is(name, account))
		sw_name_copy(value, record->account, sizeof(record->account));
	if (sw_span_is(name, "Acct-Status-Type"))
		record->status = status_of(value);
	else if (sw_span_is(name, "Framed-IP-Address") || sw_span_is(name, "Framed-IPv6-Prefix") ||
		 sw_span_is(name, "Delegated-IPv6-Prefix") ||
		 sw_span_is(name, "Framed-IPv6-Address"))
		take_prefix(record, value);
	else if (sw_span_is(name, "Timestamp"))
		take_number(record, value, &record->timestamp);
	else if (sw_span_is(name, "Acct-Session-Time"))
		take_number(record, value, &record->lasted);
	else if (sw_span_is(name, "Acct-Delay-Time"))
		take_number(record, value, &record->delay);
	else if (sw_span_is(name, "NAS-IP-Address") ||
		 (sw_span_is(name, "NAS-IPv6-Address") && !record->nas[0]))
		sw_name_copy(value, record->nas, sizeof(record->nas));
	else if (sw_span_is(name, "NAS-Identifier"))
		sw_name_copy(value, record->nas_name, sizeof(record->nas_name));
	else if (sw_span_is(name, "Acct-Session-Id"))
		sw_name_copy(value, record->session, sizeof(record->session));
	else if (sw_span_is(name, "Acct-Unique-Session-Id"))
		sw_name_copy(value, record->unique, sizeof(record->unique));
}

/* Whoever has both names is known by the address, which FreeRADIUS adds if need be. */
static const char *nas_of(const struct record *record)
{
	return record->nas[0] ? record->nas : record->nas_name;
}

static int tell_all(const struct record *record, sw_held_emit emit, void *ctx,
		    struct sw_subscriber_report *report)
{
	__s64 at = (record->timestamp - (__s64)record->delay) * 1000;
	struct sw_held held = { .port_last = SW_PORTS_LAST,
				.ends = true,
				.all = true,
				.since_ms = at,
				.at_ms = at,
				.until_ms = SW_FOREVER_MS };

	if (!*nas_of(record))
		return 0;
	memcpy(held.nas, nas_of(record), sizeof(held.nas));
	report->records++;
	return emit(ctx, &held);
}

/* How long a session lasts by now says when it began, where its Start was without an
 * address. */
static int tell(const struct record *record, sw_held_emit emit, void *ctx,
		struct sw_subscriber_report *report)
{
	__s64 at = (record->timestamp - (__s64)record->delay) * 1000;
	struct sw_held held = { .port_last = SW_PORTS_LAST,
				.at_ms = at,
				.until_ms = SW_FOREVER_MS };
	size_t i;
	int err = 0;

	held.ends = record->status != HOLDS;
	held.since_ms = at - record->lasted * 1000LL;
	memcpy(held.account, record->account, sizeof(held.account));
	memcpy(held.session, record->unique[0] ? record->unique : record->session,
	       sizeof(held.session));
	memcpy(held.nas, nas_of(record), sizeof(held.nas));
	for (i = 0; i < record->prefixes && !err; i++) {
		held.prefix = record->prefix[i];
		err = sw_held_tell(&held, emit, ctx, report);
	}
	return err;
}

static int end_record(struct record *record, __u32 line, sw_held_emit emit, void *ctx,
		      struct sw_subscriber_report *report)
{
	if (record->status == SAYS_NOTHING)
		return 0;
	if (!record->expected && !record->timestamp)
		wrong(record, (struct sw_span){ record->session, strlen(record->session) },
		      "a record with a line Timestamp");
	if (record->expected) {
		sw_subscriber_bad(report, line,
				  (struct sw_span){ record->wrong, record->wrong_size },
				  record->expected);
		return 0;
	}
	if (record->status == ENDS_ALL)
		return tell_all(record, emit, ctx, report);
	if (record->prefixes && !record->account[0]) {
		report->nameless++;
		return 0;
	}
	return tell(record, emit, ctx, report);
}

static void read_line(struct record *record, struct sw_span line, const char *account)
{
	const char *equals = memchr(line.at, '=', line.size);
	char text[SW_ACCOUNT_MAX * 2];
	struct sw_span name, value;

	if (!equals)
		return; /* the date */
	name = sw_before(line, equals);
	value = unquote(sw_behind(line, equals), text, sizeof(text));
	take(record, name, value, account);
}

static int parse(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report, struct sw_error *error)
{
	const char *account = text->account ?: "User-Name";
	struct sw_span rest = text->text, line;
	struct record record = { 0 };
	__u32 number = 0;
	int err = 0;

	(void)error;
	while (!err && sw_line_next(&rest, &line)) {
		number++;
		if (sw_trim(line).size) {
			read_line(&record, line, account);
			continue;
		}
		err = end_record(&record, number, emit, ctx, report);
		record = (struct record){ 0 };
		if (!err)
			report->used = rest.at - text->text.at;
	}
	return err;
}

const struct sw_subscriber_format sw_subscriber_detail = { .journal = true, .parse = parse };
