// SPDX-License-Identifier: GPL-2.0
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int sw_fail(struct sw_error *error, int code, const char *format, ...)
{
	va_list args;

	if (!error)
		return code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return code;
}

/* One write, so that lines of several processes do not mix. */
__attribute__((format(printf, 2, 0)))
static void put_line(const char *label, const char *format, va_list args)
{
	char text[2048];

	vsnprintf(text, sizeof(text), format, args);
	fprintf(stderr, "spamweir: %s%s\n", label, text);
}

void sw_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("warning: ", format, args);
	va_end(args);
}

void sw_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("", format, args);
	va_end(args);
}

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

char *sw_quote(char *out, size_t room, const char *text, size_t size)
{
	size_t used = 0, fits = 0, i, width;
	char byte[4];

	if (!room)
		return out;
	for (i = 0; i < size; i++) {
		width = quote_byte(byte, text[i]);
		if (used + width >= room)
			break;
		memcpy(out + used, byte, width);
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
