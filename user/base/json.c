// SPDX-License-Identifier: GPL-2.0
#include "base/json.h"

#include <errno.h>
#include <setjmp.h>

#include "base/text.h"

void sw_json_set(json_t **into, const char *key, json_t *value)
{
	if (!json_object_set_new(*into, key, value))
		return;
	json_decref(*into);
	*into = NULL;
}

void sw_json_append(json_t **into, json_t *value)
{
	if (!json_array_append_new(*into, value))
		return;
	json_decref(*into);
	*into = NULL;
}

json_t *sw_json_text(const char *text)
{
	json_t *string = json_string(text);
	char printable[4096];

	return string ?: json_string(sw_printable(printable, sizeof(printable), text));
}

/*
 * libjansson (2.14) does not look at whether a token found memory: a long string comes out
 * with letters missing, and after a long number it fails an assertion of its own
 * (lex_unget_unsave), which ends the process. So its parser never gets NULL: it is left
 * instead, and what it holds by then is lost.
 */
static struct {
	json_malloc_t allocate;
	jmp_buf leave;
	bool starved;
} parsing;

static void *allocate_or_leave(size_t size)
{
	void *memory = parsing.allocate(size);

	if (!memory)
		longjmp(parsing.leave, 1);
	return memory;
}

static json_t *load(const char *text, size_t size, size_t flags, json_error_t *why)
{
	if (setjmp(parsing.leave)) {
		parsing.starved = true;
		return NULL;
	}
	return json_loadb(text, size, flags, why);
}

int sw_json_parse(const char *text, size_t size, json_t **out)
{
	bool before = parsing.starved;
	json_error_t why;
	json_free_t release;
	int err = -EINVAL;

	json_get_alloc_funcs(&parsing.allocate, &release);
	json_set_alloc_funcs(allocate_or_leave, release);
	parsing.starved = false;
	*out = load(text, size, 0, &why);
	if (!*out && !parsing.starved && json_error_code(&why) == json_error_numeric_overflow)
		*out = load(text, size, JSON_DECODE_INT_AS_REAL, &why);
	json_set_alloc_funcs(parsing.allocate, release);
	if (parsing.starved)
		err = -ENOMEM;
	parsing.starved |= before;
	return *out ? 0 : err;
}

bool sw_json_starved(void)
{
	return parsing.starved;
}
