// SPDX-License-Identifier: GPL-2.0
#include "notice/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/text.h"

const json_t *sw_notice_case(const struct sw_notice_source *source)
{
	const json_t *found = json_object_get(source->document, "case");

	return json_is_object(found) ? found : NULL;
}

const char *sw_notice_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

char *sw_notice_time(const json_t *object, const char *key, char *out, size_t room)
{
	const json_t *at = json_object_get(object, key);

	out[0] = '\0';
	return json_is_integer(at) ? sw_format_time(json_integer_value(at), out, room) : out;
}

/* RFC 5322 wants English, whatever the locale. */
char *sw_notice_mail_time(__s64 unix_s, char *out, size_t room)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = unix_s;
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	snprintf(out, room, "%.3s, %02d %.3s %d %02d:%02d:%02d +0000", days + 3 * tm.tm_wday,
		 tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
		 tm.tm_sec);
	return out;
}

bool sw_notice_is_of_mail(const json_t *signal)
{
	const char *kind = sw_notice_text(signal, "kind");

	return !strcmp(kind, "zombie") || !strcmp(kind, "suspect");
}

bool sw_notice_is_of_cnc(const json_t *signal)
{
	return !strcmp(sw_notice_text(signal, "kind"), "cnc");
}

static void write_signal(FILE *out, const json_t *signal, bool last)
{
	const char *peer = sw_notice_text(signal, "peer");
	char first[32], until[32];

	fprintf(out, "%s: %s (%lld times, %s to %s%s%s)%s", sw_notice_text(signal, "address"),
		sw_notice_text(signal, "sentence"),
		(long long)json_integer_value(json_object_get(signal, "count")),
		sw_notice_time(signal, "first", first, sizeof(first)),
		sw_notice_time(signal, "last", until, sizeof(until)), *peer ? ", last with " : "",
		peer, last ? "" : "\n");
}

static void write_evidence(const json_t *object, FILE *out)
{
	const json_t *signals = json_object_get(object, "signals");
	size_t i, count = json_array_size(signals);

	for (i = 0; i < count; i++)
		write_signal(out, json_array_get(signals, i), i + 1 == count);
}

static void write_member(const json_t *object, const char *key, FILE *out)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value))
		fprintf(out, "%lld", (long long)json_integer_value(value));
	else
		fputs(sw_notice_text(object, key), out);
}

static void write_time(const json_t *object, const char *key, FILE *out)
{
	char text[32];

	fputs(sw_notice_time(object, key, text, sizeof(text)), out);
}

/* A name in templates, where it stands and how it is written. */
static const struct {
	const char *name;
	bool of_case;
	const char *key;
	void (*write)(const json_t *object, const char *key, FILE *out);
} members[] = {
	{ "event", false, "event", write_member },
	{ "severity", false, "severity", write_member },
	{ "text", false, "text", write_member },
	{ "host", false, "host", write_member },
	{ "at", false, "at", write_time },
	{ "case", true, "id", write_member },
	{ "account", true, "account", write_member },
	{ "address", true, "address", write_member },
	{ "sentence", true, "sentence", write_member },
	{ "count", true, "count", write_member },
	{ "why", true, "why", write_member },
	{ "first", true, "first", write_time },
	{ "last", true, "last", write_time },
	{ "opened", true, "opened", write_time },
	{ "closed", true, "closed", write_time },
};

static const char *own(const struct sw_notices_config *notices, const char *name, size_t size)
{
	const struct {
		const char *name, *value;
	} known[] = {
		{ "organisation", notices->organisation },
		{ "contact", notices->contact },
		{ "phone", notices->phone },
		{ "help", notices->help },
	};
	size_t i;

	for (i = 0; i < SW_COUNT(known); i++) {
		if (strlen(known[i].name) == size && !memcmp(known[i].name, name, size))
			return known[i].value ?: "";
	}
	return NULL;
}

static int write_value(const struct sw_notice_source *source, const char *name, size_t size,
		       FILE *out)
{
	const char *text = own(source->notices, name, size);
	size_t i;

	if (text) {
		fputs(text, out);
		return 0;
	}
	if (size == strlen("evidence") && !memcmp(name, "evidence", size)) {
		write_evidence(sw_notice_case(source), out);
		return 0;
	}
	for (i = 0; i < SW_COUNT(members); i++) {
		if (strlen(members[i].name) != size || memcmp(members[i].name, name, size))
			continue;
		members[i].write(members[i].of_case ? sw_notice_case(source) : source->document,
				 members[i].key, out);
		return 0;
	}
	return -EINVAL;
}

int sw_notice_value(const struct sw_notice_source *source, const char *name, size_t size,
		    char **out)
{
	size_t room;
	FILE *file = open_memstream(out, &room);
	int err;

	if (!file)
		return -ENOMEM;
	err = write_value(source, name, size, file);
	if (fclose(file) && !err)
		err = -ENOMEM;
	if (err) {
		free(*out);
		*out = NULL;
	}
	return err;
}
