// SPDX-License-Identifier: GPL-2.0
#include "feed/times.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MILLISECONDS_FROM 100000000000ULL /* in seconds the year 5138 */

/* For the C library, whose functions need a NUL. */
static bool copy_text(struct sw_span text, char *out, size_t room)
{
	if (!text.size || text.size >= room || memchr(text.at, '\0', text.size))
		return false;
	memcpy(out, text.at, text.size);
	out[text.size] = '\0';
	return true;
}

/* "Z", "+01:00", "-0530", " UTC", or nothing. */
static bool take_zone(const char *text, long *seconds)
{
	unsigned hours, minutes;
	int end = 0;

	*seconds = 0;
	if (!*text || !strcmp(text, "Z") || !strcmp(text, "z") || !strcmp(text, " UTC"))
		return true;
	if (*text != '+' && *text != '-')
		return false;
	if (!isdigit((unsigned char)text[1]) ||
	    (sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &end) != 2 &&
	     sscanf(text + 1, "%2u%2u%n", &hours, &minutes, &end) != 2) ||
	    text[1 + end] || hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 3600L + minutes * 60L) * (*text == '-' ? -1 : 1);
	return true;
}

static bool take_clock(const char *text, struct tm *tm, long *zone)
{
	int end = 0;

	if (!*text)
		return true;
	if ((*text != 'T' && *text != 't' && *text != ' ') || !isdigit((unsigned char)text[1]))
		return false;
	if (sscanf(text + 1, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &end) != 2)
		return false;
	text += 1 + end;
	if (*text == ':' && isdigit((unsigned char)text[1])) {
		if (sscanf(text, ":%2d%n", &tm->tm_sec, &end) != 1)
			return false;
		text += end;
	}
	if (*text == '.' || *text == ',')
		text += 1 + strspn(text + 1, "0123456789");
	return tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 &&
	       tm->tm_sec >= 0 && tm->tm_sec <= 60 && take_zone(text, zone);
}

bool sw_time_parse(struct sw_span span, __u64 *unix_s)
{
	struct tm tm = { 0 }, before;
	long zone = 0;
	char text[64];
	time_t time;
	int end = 0;

	if (!copy_text(span, text, sizeof(text)))
		return false;
	if (strspn(text, "0123456789") == span.size && span.size < 17) {
		*unix_s = strtoull(text, NULL, 10);
		if (*unix_s >= MILLISECONDS_FROM)
			*unix_s /= 1000;
		return true;
	}
	if (!isdigit((unsigned char)*text) ||
	    sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &end) != 3 ||
	    end != 10 || tm.tm_year < 1970 || !take_clock(text + end, &tm, &zone))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	before = tm;
	time = timegm(&tm); /* which would take the 31st of June for the 1st of July */
	if (tm.tm_mon != before.tm_mon || tm.tm_mday != before.tm_mday || time < zone)
		return false;
	*unix_s = time - zone;
	return true;
}

static const struct {
	const char *name;
	double seconds;
} units[] = {
	{ "h", 3600 },	{ "ms", 1e-3 }, { "m", 60 },	       { "s", 1 },
	{ "us", 1e-6 }, { "ns", 1e-9 }, { "\xc2\xb5s", 1e-6 }, { "\xce\xbcs", 1e-6 },
};

static double take_unit(const char **text)
{
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
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
