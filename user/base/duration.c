// SPDX-License-Identifier: GPL-2.0
#include "base/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"

struct unit {
	const char *name;
	__u64 ns;
};

/* The longest first: "1h30m" is a duration, "30m1h" a slip of the pen. */
static const struct unit units[] = {
	{ "d", 86400000000000ULL }, { "h", 3600000000000ULL }, { "m", 60000000000ULL },
	{ "s", 1000000000ULL },	    { "ms", 1000000ULL },
};

static size_t find_unit(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < SW_COUNT(units); i++) {
		if (strlen(units[i].name) == size && !memcmp(units[i].name, name, size))
			break;
	}
	return i;
}

/* Advances *text behind the number; false if there is none or it is too large. */
static bool take_number(const char **text, __u64 *number)
{
	const char *p = *text;
	__u64 n = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
			return false;
	}
	if (p == *text)
		return false;
	*text = p;
	*number = n;
	return true;
}

int sw_duration_parse(const char *text, __u64 *ns)
{
	__u64 sum = 0, number;
	size_t unit, size, next = 0;

	do {
		if (!take_number(&text, &number))
			return -EINVAL;
		size = strcspn(text, "0123456789");
		unit = find_unit(text, size);
		if (unit < next || unit == SW_COUNT(units))
			return -EINVAL;
		if (__builtin_mul_overflow(number, units[unit].ns, &number) ||
		    __builtin_add_overflow(sum, number, &sum))
			return -EINVAL;
		next = unit + 1;
		text += size;
	} while (*text);
	*ns = sum;
	return 0;
}
