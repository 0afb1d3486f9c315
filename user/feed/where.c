// SPDX-License-Identifier: GPL-2.0
#include "feed/where.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool parse_number(const char *text, size_t size, double *number)
{
	char copy[64], *end;

	while (size && isblank((unsigned char)*text)) {
		text++;
		size--;
	}
	if (!size || size >= sizeof(copy) || isalpha((unsigned char)*text))
		return false;
	memcpy(copy, text, size);
	copy[size] = '\0';
	*number = strtod(copy, &end);
	return end != copy && !*end;
}

/* A comparison that is no number on either side is text like any other. */
static bool compares(const char *wanted, struct sw_span value, bool *holds)
{
	bool equal = *wanted && wanted[1] == '=';
	double number, limit;

	*holds = false;
	if ((*wanted != '<' && *wanted != '>') ||
	    !parse_number(wanted + 1 + equal, strlen(wanted + 1 + equal), &limit))
		return false;
	if (parse_number(value.at, value.size, &number))
		*holds = (equal && number == limit) ||
			 (*wanted == '<' ? number < limit : number > limit);
	return true;
}

bool sw_where_holds(const struct sw_where_config *where, struct sw_span value)
{
	bool any = false, only_not = true, holds;
	size_t i;

	for (i = 0; i < where->values; i++) {
		const char *wanted = where->value[i];

		if (*wanted == '!' && wanted[1]) {
			if (sw_span_is(value, wanted + 1))
				return false;
			continue;
		}
		only_not = false;
		any = any || (compares(wanted, value, &holds) ? holds : sw_span_is(value, wanted));
	}
	return any || only_not;
}
