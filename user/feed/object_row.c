// SPDX-License-Identifier: GPL-2.0
#include "feed/object_row.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"

#define MOST_WHOLE 0x1p53 /* as far as each whole number is one of double's */

/* "a.b" is the member of that name, or b of a. */
json_t *sw_object_member(json_t *object, const char *name)
{
	const char *dot = strchr(name, '.');
	json_t *found = json_object_get(object, name);

	if (found || !dot)
		return found;
	found = json_object_getn(object, name, dot - name);
	return found ? sw_object_member(found, dot + 1) : NULL;
}

static void put(struct sw_object_row *row, const char *text, size_t size)
{
	while (row->room - row->used < size && !row->err)
		row->err = sw_grow((void **)&row->text, &row->room, 1, 256);
	if (row->err || !size)
		return;
	memcpy(row->text + row->used, text, size);
	row->used += size;
}

/* Beside an integer that no 64 bits hold all others of its object are reals, too. */
static int print_real(char *out, size_t room, double value)
{
	bool whole = value >= -MOST_WHOLE && value <= MOST_WHOLE && value == (long long)value;

	return whole ? snprintf(out, room, "%lld", (long long)value)
		     : snprintf(out, room, "%.15g", value);
}

static void print(struct sw_object_row *row, const json_t *value)
{
	char number[32];
	int size = 0;

	if (json_is_string(value))
		put(row, json_string_value(value), json_string_length(value));
	else if (json_is_boolean(value))
		put(row, json_boolean_value(value) ? "true" : "false",
		    json_boolean_value(value) ? 4 : 5);
	else if (json_is_integer(value))
		size = snprintf(number, sizeof(number), "%lld",
				(long long)json_integer_value(value));
	else if (json_is_real(value))
		size = print_real(number, sizeof(number), json_real_value(value));
	put(row, number, size);
}

static void print_all(struct sw_object_row *row, const json_t *value)
{
	size_t i;

	if (!json_is_array(value))
		print(row, value);
	for (i = 0; i < json_array_size(value); i++) {
		if (i)
			put(row, ",", 1);
		print(row, json_array_get(value, i));
	}
}

static void take_value(struct sw_object_row *row, size_t column, const json_t *value)
{
	struct sw_span *text = &row->value[column];

	row->place[column] = row->used;
	if (json_is_string(value)) {
		*text = (struct sw_span){ json_string_value(value), json_string_length(value) };
		return;
	}
	print_all(row, value);
	*text = (struct sw_span){ NULL, row->used - row->place[column] };
}

static bool is_nothing(const json_t *value)
{
	return !value || json_is_null(value) || (json_is_array(value) && !json_array_size(value)) ||
	       (json_is_string(value) && !json_string_length(value));
}

/* The next of several names, and the member that has it. *names moves on; false behind the
 * last. */
static bool next_member(json_t *object, const char **names, json_t **value)
{
	char name[SW_FIELD_NAME_MAX + 1];
	size_t size = strcspn(*names, ",");

	if (!size)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)size, *names);
	*value = sw_object_member(object, name);
	*names += size + ((*names)[size] == ',');
	return true;
}

bool sw_object_has_any(json_t *object, const char *names)
{
	json_t *value = NULL;

	while (!value && next_member(object, &names, &value))
		;
	return value;
}

/* The values of those of several names that are there. False if none is. */
static bool take_several(struct sw_object_row *row, json_t *object, const char *names)
{
	__u32 name = SW_FEED_NAMED_FIRST;
	bool found = false;
	json_t *value;

	for (; next_member(object, &names, &value); name <<= 1) {
		found = found || value;
		row->named |= value ? name : 0;
		if (is_nothing(value))
			continue;
		if (row->used)
			put(row, ",", 1);
		print_all(row, value);
	}
	row->value[0] = (struct sw_span){ NULL, row->used };
	return found;
}

/* False if a member that is needed is not there. */
bool sw_object_row_fill(struct sw_object_row *row, json_t *object, const struct sw_table *table)
{
	bool several = table->texts && strchr(table->column[0], ',');
	json_t *value;
	size_t i;

	if (several && !take_several(row, object, table->column[0]))
		return false;
	for (i = several; i < SW_TABLE_COLUMNS; i++) {
		value = table->column[i] ? sw_object_member(object, table->column[i]) : NULL;
		if (!value && i < table->needed)
			return false;
		row->named |= value ? 1U << i : 0;
		take_value(row, i, value);
	}
	for (i = 0; i < SW_TABLE_COLUMNS; i++) {
		if (!row->value[i].at)
			row->value[i].at = row->text ? row->text + row->place[i] : "";
	}
	return true;
}

void sw_object_row_text(struct sw_object_row *row, const json_t *text)
{
	size_t i;

	take_value(row, 0, text);
	for (i = 1; i < SW_TABLE_COLUMNS; i++)
		row->value[i] = (struct sw_span){ "", 0 };
}
