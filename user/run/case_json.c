// SPDX-License-Identifier: GPL-2.0
#include "run/case_json.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/json.h"

enum form {
	NUMBER,
	TIME,	    /* milliseconds, which become seconds */
	MAYBE_TIME, /* 0 is null */
	TEXT,
	MAYBE_TEXT, /* "" is null */
	STATE,
	SEVERITY,
};

/* A case, key by key. */
static const struct member {
	const char *name;
	enum form form;
	size_t offset;
} members[] = {
	{ "id", NUMBER, offsetof(struct sw_case, id) },
	{ "state", STATE, offsetof(struct sw_case, state) },
	{ "severity", SEVERITY, offsetof(struct sw_case, severity) },
	{ "address", TEXT, offsetof(struct sw_case, address) },
	{ "opened", TIME, offsetof(struct sw_case, opened_ms) },
	{ "first", TIME, offsetof(struct sw_case, first_ms) },
	{ "last", TIME, offsetof(struct sw_case, last_ms) },
	{ "count", NUMBER, offsetof(struct sw_case, count) },
	{ "account", MAYBE_TEXT, offsetof(struct sw_case, account) },
	{ "sentence", TEXT, offsetof(struct sw_case, sentence) },
	{ "closed", MAYBE_TIME, offsetof(struct sw_case, closed_ms) },
	{ "why", MAYBE_TEXT, offsetof(struct sw_case, why) },
};

/* False: it is null, or a number. */
static bool text_of(const struct sw_case *found, const struct member *member, const char **out)
{
	const char *at = (const char *)found + member->offset;

	switch (member->form) {
	case STATE:
		*out = sw_case_state_name(found->state);
		return true;
	case SEVERITY:
		*out = sw_severity_name(found->severity);
		return true;
	case TEXT:
	case MAYBE_TEXT:
		*out = at;
		return member->form == TEXT || *at;
	case NUMBER:
	case TIME:
	case MAYBE_TIME:
		break;
	}
	return false;
}

/* False: it is null. */
static bool number_of(const struct sw_case *found, const struct member *member, __s64 *out)
{
	if (member->form != NUMBER && member->form != TIME && member->form != MAYBE_TIME)
		return false;
	*out = *(const __s64 *)((const char *)found + member->offset);
	if (member->form == MAYBE_TIME && !*out)
		return false;
	if (member->form != NUMBER)
		*out /= 1000;
	return true;
}

json_t *sw_case_json(const struct sw_case *found)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < SW_COUNT(members); i++) {
		const char *text;
		json_t *value;
		__s64 number;

		if (text_of(found, &members[i], &text))
			value = sw_json_text(text);
		else
			value = number_of(found, &members[i], &number) ? json_integer(number)
								       : json_null();
		sw_json_set(&object, members[i].name, value);
	}
	return object;
}

/* What needs no escape goes as it is. */
static int write_text(const char *text, FILE *out)
{
	const char *at = text;
	json_t *string;
	char *dumped;

	while (*at >= ' ' && *at <= '~' && *at != '"' && *at != '\\')
		at++;
	if (!*at) {
		putc_unlocked('"', out);
		fwrite_unlocked(text, 1, at - text, out);
		putc_unlocked('"', out);
		return 0;
	}
	string = sw_json_text(text);
	dumped = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
	json_decref(string);
	if (!dumped)
		return -ENOMEM;
	fputs_unlocked(dumped, out);
	free(dumped);
	return 0;
}

int sw_case_write(const struct sw_case *found, FILE *out)
{
	size_t i;
	int err = 0;

	for (i = 0; i < SW_COUNT(members) && !err; i++) {
		const char *text;
		__s64 number;

		fputs_unlocked(i ? ",\"" : "{\"", out);
		fputs_unlocked(members[i].name, out);
		fputs_unlocked("\":", out);
		if (text_of(found, &members[i], &text))
			err = write_text(text, out);
		else if (number_of(found, &members[i], &number))
			fprintf(out, "%lld", number);
		else
			fputs_unlocked("null", out);
	}
	fputs_unlocked("}\n", out);
	return err;
}

static int add_signal(void *ctx, const struct sw_signal *signal)
{
	char address[SW_PREFIX_TEXT];
	json_t **list = ctx, *item;

	item = json_pack("{s:s s:s s:s s:I s:I s:I}", "kind", signal->kind, "severity",
			 sw_severity_name(signal->severity), "address",
			 sw_prefix_format(&signal->address, address), "count",
			 (json_int_t)signal->count, "first", (json_int_t)(signal->first_ms / 1000),
			 "last", (json_int_t)(signal->last_ms / 1000));
	sw_json_set(&item, "peer", signal->peer[0] ? sw_json_text(signal->peer) : json_null());
	sw_json_set(&item, "feed", signal->feed[0] ? sw_json_text(signal->feed) : json_null());
	sw_json_set(&item, "sentence", sw_json_text(signal->sentence));
	sw_json_append(list, item);
	return 0;
}

int sw_case_signals_json(struct sw_store *store, __s64 id, json_t **out, struct sw_error *error)
{
	*out = json_array();
	return sw_case_signals(store, id, add_signal, out, error);
}
