// SPDX-License-Identifier: GPL-2.0
#include "config/value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "words.h"

#define NS_PER_S 1000000000ULL
#define MAX_PERIOD_S (7 * 86400) /* fits a timeout in milliseconds */

struct sw_value sw_yaml_root(struct sw_yaml *yaml)
{
	return (struct sw_value){ .yaml = yaml,
				  .node = yaml_document_get_root_node(&yaml->document) };
}

int sw_value_line(const struct sw_value *value)
{
	return value->node->start_mark.line + 1;
}

int sw_value_fail(const struct sw_value *value, const char *format, ...)
{
	char what[768];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return sw_fail(value->yaml->error, -EINVAL, "%s:%d: %s%s%s", value->yaml->path,
		       sw_value_line(value), value->key ? value->key : "", value->key ? ": " : "",
		       what);
}

int sw_value_no_memory(const struct sw_value *value)
{
	return sw_fail(value->yaml->error, -ENOMEM, "%s: %s", value->yaml->path, strerror(ENOMEM));
}

bool sw_value_is_scalar(const struct sw_value *value)
{
	return value->node->type == YAML_SCALAR_NODE;
}

bool sw_value_is_mapping(const struct sw_value *value)
{
	return value->node->type == YAML_MAPPING_NODE;
}

/* A scalar's text; it holds no NUL but the one at its end. */
static const char *scalar(const struct sw_value *value)
{
	return (const char *)value->node->data.scalar.value;
}

bool sw_value_is(const struct sw_value *value, const char *text)
{
	return sw_value_is_scalar(value) && !strcmp(scalar(value), text);
}

bool sw_value_is_nothing(const struct sw_value *value)
{
	return sw_yaml_is_nothing(value->node);
}

int sw_value_expected(const struct sw_value *value, const char *what)
{
	char quoted[96];

	switch (value->node->type) {
	case YAML_SEQUENCE_NODE:
		return sw_value_fail(value, "expected %s, got a list", what);
	case YAML_MAPPING_NODE:
		return sw_value_fail(value, "expected %s, got a mapping", what);
	case YAML_SCALAR_NODE:
		if (sw_value_is_nothing(value))
			break;
		sw_quote(quoted, sizeof(quoted), scalar(value), value->node->data.scalar.length);
		return sw_value_fail(value, "expected %s, got \"%s\"", what, quoted);
	case YAML_NO_NODE:
		break;
	}
	return sw_value_fail(value, "expected %s, got nothing", what);
}

const char *sw_value_text(const struct sw_value *value, const char *what)
{
	if (sw_value_is_scalar(value) && !sw_value_is_nothing(value))
		return scalar(value);
	sw_value_expected(value, what);
	return NULL;
}

int sw_value_name(const struct sw_value *value, char **out)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_.-";
	static const char what[] = "1 to 31 letters, digits, \"_\", \".\" or \"-\"";
	const char *name = sw_value_text(value, what);

	if (!name)
		return -EINVAL;
	if (!*name || strlen(name) >= SW_NAME_LEN || name[strspn(name, allowed)])
		return sw_value_expected(value, what);
	if (*name == '.' || *name == '-')
		return sw_value_expected(value, "a name that begins with a letter, digit or \"_\"");
	*out = strdup(name);
	return *out ? 0 : sw_value_no_memory(value);
}

int sw_value_path(const struct sw_value *value, char **out)
{
	const char *file = value->yaml->path;
	const char *slash = strrchr(file, '/');
	const char *text = sw_value_text(value, "a path");
	char *path;

	if (!text)
		return -EINVAL;
	if (!*text || sw_has_control(text))
		return sw_value_expected(value, "a path");
	if (*text == '/' || !slash)
		path = strdup(text);
	else if (asprintf(&path, "%.*s/%s", (int)(slash - file), file, text) < 0)
		path = NULL;
	if (!path)
		return sw_value_no_memory(value);
	*out = path;
	return 0;
}

int sw_value_bool(const struct sw_value *value, bool *out)
{
	if (!sw_value_is(value, "true") && !sw_value_is(value, "false"))
		return sw_value_expected(value, "true or false");
	*out = sw_value_is(value, "true");
	return 0;
}

/* Takes decimal numbers without leading zeros: to some readers of YAML those are octal. */
static bool parse_number(const char *text, __u64 *out)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 18 || text[digits] || (digits > 1 && *text == '0'))
		return false;
	*out = strtoull(text, NULL, 10);
	return true;
}

int sw_value_number(const struct sw_value *value, __u64 min, __u64 max, __u64 *out)
{
	char what[80];
	__u64 number;

	if (sw_value_is_scalar(value) && parse_number(scalar(value), &number) && number >= min &&
	    number <= max) {
		*out = number;
		return 0;
	}
	snprintf(what, sizeof(what), "a number from %llu to %llu", min, max);
	return sw_value_expected(value, what);
}

int sw_value_seconds_most(const struct sw_value *value, __u64 min, __u64 max, __u64 *out)
{
	static const char duration[] = "a duration such as 15s or 1h30m";
	const char *text = sw_value_text(value, duration);
	char what[80];
	__u64 ns;

	if (!text)
		return -EINVAL;
	if (parse_number(text, &ns))
		return sw_value_fail(value, "\"%s\" needs a unit: %ss, %sm, %sh or %sd", text, text,
				     text, text, text);
	if (sw_duration_parse(text, &ns))
		return sw_value_expected(value, duration);
	if (ns % NS_PER_S || ns / NS_PER_S < min || ns / NS_PER_S > max) {
		snprintf(what, sizeof(what), "whole seconds, at least %llus and at most %llud", min,
			 max / 86400);
		return sw_value_expected(value, what);
	}
	*out = ns / NS_PER_S;
	return 0;
}

int sw_value_seconds(const struct sw_value *value, __u64 min, __u64 *out)
{
	return sw_value_seconds_most(value, min, MAX_PERIOD_S, out);
}

int sw_value_word(const struct sw_value *value, const char *const *words, size_t count, size_t *out)
{
	char what[256];
	size_t i;

	for (i = 0; i < count; i++) {
		if (words[i] && sw_value_is(value, words[i])) {
			*out = i;
			return 0;
		}
	}
	return sw_value_expected(value, sw_words_join(what, sizeof(what), words, count));
}

int sw_value_mode(const struct sw_value *value, bool *monitor)
{
	static const char *const words[] = { "enforce", "monitor" };
	size_t mode;
	int err;

	err = sw_value_word(value, words, SW_COUNT(words), &mode);
	if (!err)
		*monitor = mode;
	return err;
}
