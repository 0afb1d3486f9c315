// SPDX-License-Identifier: GPL-2.0
#include "feed/times.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define SECONDS_BELOW 100000000000ULL /* the year 5138 */
#define SECONDS_FROM 100000000ULL     /* 1973: what is less was meant to be something else */

/* For the C library, whose functions need a NUL. */
static bool copy_text(struct sw_span text, char *out, size_t room)
{
	if (!text.size || text.size >= room || memchr(text.at, '\0', text.size))
		return false;
	memcpy(out, text.at, text.size);
	out[text.size] = '\0';
	return true;
}

/* "Z", "+01:00", "-0530", "+02" as PostgreSQL has it, " UTC", " GMT", or nothing. */
static bool take_zone(const char *text, long *seconds)
{
	unsigned hours, minutes = 0;
	int end = 0;

	*seconds = 0;
	text += *text == ' ';
	if (!*text || !strcmp(text, "Z") || !strcmp(text, "z") || !strcmp(text, "UTC") ||
	    !strcmp(text, "GMT"))
		return true;
	if ((*text != '+' && *text != '-') || !isdigit((unsigned char)text[1]))
		return false;
	if (sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &end) != 2 &&
	    sscanf(text + 1, "%2u%2u%n", &hours, &minutes, &end) != 2)
		sscanf(text + 1, "%2u%n", &hours, &end);
	if ((end != 2 && end != 4 && end != 5) || text[1 + end] || hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 3600L + minutes * 60L) * (*text == '-' ? -1 : 1);
	return true;
}

/* By the calendar alone: the C library would look for time zones in files. */
bool sw_time_of(const unsigned part[6], __u64 *unix_s)
{
	static const __u8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year = part[0], month = part[1], day = part[2], i;
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
	__u64 sum;

	if (year < 1970 || year > 9999 || month - 1 > 11 || !day ||
	    day > days[month - 1] + (unsigned)(leap && month == 2) || part[3] > 23 ||
	    part[4] > 59 || part[5] > 60)
		return false;
	year--;
	sum = year * 365ULL + year / 4 - year / 100 + year / 400 - 719162; /* 1970-01-01 */
	for (i = 0; i < month - 1; i++)
		sum += days[i] + (leap && i == 1);
	sum += day - 1;
	*unix_s = ((sum * 24 + part[3]) * 60 + part[4]) * 60 + part[5];
	return true;
}

static bool take_clock(const char *text, unsigned part[6], long *zone)
{
	int end = 0;

	if (!*text)
		return true;
	if ((*text != 'T' && *text != 't' && *text != ' ') || !isdigit((unsigned char)text[1]))
		return false;
	if (sscanf(text + 1, "%2u:%2u%n", &part[3], &part[4], &end) != 2)
		return false;
	text += 1 + end;
	if (*text == ':' && isdigit((unsigned char)text[1])) {
		if (sscanf(text, ":%2u%n", &part[5], &end) != 1)
			return false;
		text += end;
	}
	if (*text == '.' || *text == ',')
		text += 1 + strspn(text + 1, "0123456789");
	return take_zone(text, zone);
}

/* "20261129", "20261129100000" */
static bool take_digits(const char *text, __u64 *unix_s)
{
	unsigned part[6] = { 0 };
	int end = 0;

	return sscanf(text, "%4u%2u%2u%n%2u%2u%2u%n", &part[0], &part[1], &part[2], &end, &part[3],
		      &part[4], &part[5], &end) >= 3 &&
	       !text[end] && sw_time_of(part, unix_s);
}

/* Unix seconds, or what of them there are a thousand of, a million or a billion. */
static bool take_number(char *text, __u64 *unix_s)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 19 ||
	    (text[digits] &&
	     (text[digits] != '.' || text[digits + 1 + strspn(text + digits + 1, "0123456789")])))
		return false;
	text[digits] = '\0';
	if ((digits == 8 || digits == 14) && take_digits(text, unix_s))
		return true;
	*unix_s = strtoull(text, NULL, 10);
	while (*unix_s >= SECONDS_BELOW)
		*unix_s /= 1000;
	return !*unix_s || *unix_s >= SECONDS_FROM;
}

bool sw_time_parse(struct sw_span span, __u64 *unix_s)
{
	unsigned part[6] = { 0 };
	__u64 moment;
	char text[64];
	long zone = 0;
	int end = 0;

	if (!copy_text(span, text, sizeof(text)))
		return false;
	if (take_number(text, unix_s))
		return true;
	if (!isdigit((unsigned char)*text) ||
	    sscanf(text, "%4u-%2u-%2u%n", &part[0], &part[1], &part[2], &end) != 3 || end != 10 ||
	    !take_clock(text + end, part, &zone) || !sw_time_of(part, &moment) ||
	    (__s64)moment < zone)
		return false;
	*unix_s = moment - zone;
	return true;
}

bool sw_time_parse_begun(struct sw_span span, __u64 *unix_s)
{
	char text[64];
	bool early = copy_text(span, text, sizeof(text)) && strspn(text, "0123456789") == 4 &&
		     strncmp(text, "1970", 4) < 0;

	if (!early)
		return sw_time_parse(span, unix_s);
	memcpy(text, "1972", 4); /* which has a day more, too */
	*unix_s = 0;
	return sw_time_parse((struct sw_span){ text, strlen(text) }, &(__u64){ 0 });
}

static const struct {
	const char *name;
	double seconds;
} units[] = {
	{ "w", 604800 },       { "d", 86400 }, { "h", 3600 },
	{ "ms", 1e-3 },	       { "m", 60 },    { "s", 1 },
	{ "us", 1e-6 },	       { "ns", 1e-9 }, { "\xc2\xb5s", 1e-6 },
	{ "\xce\xbcs", 1e-6 },
};

static double take_unit(const char **text)
{
	size_t i;

	for (i = 0; i < SW_COUNT(units); i++) {
		if (!strncmp(*text, units[i].name, strlen(units[i].name))) {
			*text += strlen(units[i].name);
			return units[i].seconds;
		}
	}
	return 0;
}

bool sw_go_duration_parse(struct sw_span span, __s64 *seconds)
{
	char text[64], *end;
	double sum = 0, number, unit;
	const char *at = text;
	bool negative;

	if (!copy_text(span, text, sizeof(text)))
		return false;
	negative = *at == '-';
	at += *at == '-' || *at == '+';
	if (!strcmp(at, "0")) {
		*seconds = 0;
		return true;
	}
	do {
		if (!isdigit((unsigned char)*at) && *at != '.')
			return false;
		number = strtod(at, &end);
		if (strcspn(at, "eExXpP") < (size_t)(end - at) || end == at)
			return false;
		at = end;
		unit = take_unit(&at);
		if (!unit)
			return false;
		sum += number * unit;
	} while (*at);
	if (sum > 1e12)
		return false;
	sum = negative ? -sum : sum;
	*seconds = (__s64)sum + (sum > (__s64)sum);
	return true;
}
