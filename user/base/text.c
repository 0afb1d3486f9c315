// SPDX-License-Identifier: GPL-2.0
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static size_t quote_byte(char *out, unsigned char byte)
{
	static const char digit[] = "0123456789abcdef";

	if (byte >= ' ' && byte <= '~') {
		out[0] = byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digit[byte >> 4];
	out[3] = digit[byte & 15];
	return 4;
}

/* The bytes of the character of two or more that the text begins with (RFC 3629),
 * or 0 if it is none, or a control character: terminals obey U+0080 to U+009F. */
static size_t utf8_size(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t size, i;

	if (at[0] < 0xc2 || at[0] > 0xf4 || (at[0] == 0xc2 && at[1] < 0xa0))
		return 0;
	/* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	size = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	return size;
}

/* Writes `size` bytes as pieces, each of which is written whole or not at all. */
static char *quote(char *out, size_t room, const char *text, size_t size, bool keep_utf8)
{
	size_t used = 0, fits = 0, i, width, taken;
	char byte[4];
	const char *piece;

	if (!room)
		return out;
	for (i = 0; i < size; i += taken) {
		taken = keep_utf8 ? utf8_size(text + i) : 0;
		piece = taken ? text + i : byte;
		width = taken ?: quote_byte(byte, text[i]);
		taken = taken ?: 1;
		if (used + width >= room)
			break;
		memcpy(out + used, piece, width);
		used += width;
		if (used + sizeof("...") <= room)
			fits = used;
	}
	if (i < size) {
		used = fits;
		width = room - used > 3 ? 3 : room - used - 1;
		memset(out + used, '.', width);
		used += width;
	}
	out[used] = '\0';
	return out;
}

char *sw_quote(char *out, size_t room, const char *text, size_t size)
{
	return quote(out, room, text, size, false);
}

char *sw_printable(char *out, size_t room, const char *text)
{
	return quote(out, room, text, strlen(text), true);
}

bool sw_is_printable(const char *text)
{
	size_t size;

	for (; *text; text += size) {
		size = *text >= ' ' && *text <= '~' ? 1 : utf8_size(text);
		if (!size)
			return false;
	}
	return true;
}

/* Terminals obey U+0080 to U+009F too, which UTF-8 writes as two bytes. */
bool sw_has_control(const char *text)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text))
			return true;
		if (text[0] == '\xc2' && (unsigned char)text[1] < 0xa0)
			return true;
	}
	return false;
}

char *sw_words_join(char *out, size_t room, const char *const *words, size_t count)
{
	size_t last = count - 1, used = 0, i;

	*out = '\0';
	for (i = 0; i < count && used < room; i++) {
		if (words[i])
			used += snprintf(out + used, room - used, "%s%s",
					 !used	     ? ""
					 : i == last ? " or "
						     : ", ",
					 words[i]);
	}
	return out;
}

#define MAX_WORD 31 /* bytes of a word that is compared */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many slips turn one into the other; neither is longer than MAX_WORD. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t d[MAX_WORD + 1][MAX_WORD + 1];
	size_t rows = strlen(a), columns = strlen(b), i, j;

	for (i = 0; i <= rows; i++)
		d[i][0] = i;
	for (j = 0; j <= columns; j++)
		d[0][j] = j;
	for (i = 1; i <= rows; i++) {
		for (j = 1; j <= columns; j++) {
			d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = least(d[i][j], d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[rows][columns];
}

const char *sw_word_nearest(const char *text, const char *const *words, size_t count)
{
	size_t best = MAX_WORD, distance, i;
	const char *nearest = NULL;

	if (strlen(text) > MAX_WORD)
		return NULL;
	for (i = 0; i < count; i++) {
		if (strlen(words[i]) > MAX_WORD)
			continue;
		distance = edit_distance(text, words[i]);
		if (distance < best && (distance == 1 || 3 * distance <= strlen(words[i]))) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}

char *sw_format_age(__u64 seconds, char *out, size_t room)
{
	if (seconds < 120)
		snprintf(out, room, "%llu s", seconds);
	else if (seconds < 7200)
		snprintf(out, room, "%llu min", seconds / 60);
	else if (seconds < 172800)
		snprintf(out, room, "%llu h %llu min", seconds / 3600, seconds / 60 % 60);
	else
		snprintf(out, room, "%llu d %llu h", seconds / 86400, seconds / 3600 % 24);
	return out;
}

/* Three digits of `count`, of which what is behind the point is cut. */
static char *three_digits(__u64 count, __u64 unit, const char *name, char *out, size_t room)
{
	__u64 whole = count / unit, thousandths = (unsigned __int128)(count % unit) * 1000 / unit;

	if (whole < 10)
		snprintf(out, room, "%llu.%02llu%s", whole, thousandths / 10, name);
	else if (whole < 100)
		snprintf(out, room, "%llu.%llu%s", whole, thousandths / 100, name);
	else
		snprintf(out, room, "%llu%s", whole, name);
	return out;
}

char *sw_format_count(__u64 count, char *out, size_t room)
{
	static const char *const names[] = { "", "k", "M", "G", "T", "P", "E" };
	__u64 unit = 1;
	size_t i = 0;

	if (count < 10000) {
		snprintf(out, room, "%llu", count);
		return out;
	}
	while (count / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	return three_digits(count, unit, names[i], out, room);
}

char *sw_format_bytes(__u64 bytes, char *out, size_t room)
{
	static const char *const names[] = { " B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB" };
	__u64 unit = 1;
	size_t i = 0;

	while (bytes / unit >= 1024) {
		unit *= 1024;
		i++;
	}
	if (!i) {
		snprintf(out, room, "%llu B", bytes);
		return out;
	}
	return three_digits(bytes, unit, names[i], out, room);
}

char *sw_format_time(__u64 unix_seconds, char *out, size_t room)
{
	time_t t = unix_seconds;
	struct tm utc;

	strftime(out, room, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &utc));
	return out;
}
