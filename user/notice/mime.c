// SPDX-License-Identifier: GPL-2.0
#include "notice/mime.h"

#include <stdbool.h>
#include <string.h>

#define LINE 72	      /* of 76, with the "=" of a soft break */
#define WORD_BYTES 30 /* of an encoded word of at most 75 characters, three each */
#define HEX "0123456789ABCDEF"

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static void write_hex(FILE *out, char c)
{
	fprintf(out, "=%c%c", HEX[(unsigned char)c >> 4], HEX[c & 15]);
}

/* A word must not part a character. */
static const char *write_word(FILE *out, const char *text)
{
	const char *end = text + strlen(text), *at;

	if (end - text > WORD_BYTES) {
		end = text + WORD_BYTES - 7; /* a character has up to four bytes */
		while (!begins_character(*end))
			end++;
	}
	fputs("=?UTF-8?Q?", out);
	for (at = text; at < end; at++) {
		if (*at == ' ')
			fputc('_', out);
		else if (*at < ' ' || *at > '~' || strchr("=?_\"(),.:;<>@[\\]", *at))
			write_hex(out, *at);
		else
			fputc(*at, out);
	}
	fputs("?=", out);
	return end;
}

void sw_mime_header(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%s: ", name);
	if (is_ascii(text) && strlen(text) < 900) {
		fprintf(out, "%s\r\n", text);
		return;
	}
	while (*text) {
		text = write_word(out, text);
		fputs(*text ? "\r\n " : "\r\n", out);
	}
}

/* White space is encoded at the end of a line, where relays may remove it. */
static void write_quoted(FILE *out, const char *text)
{
	unsigned column = 0;

	for (; *text; text++) {
		bool plain = (*text > ' ' && *text <= '~' && *text != '=') ||
			     (*text == ' ' && text[1] && text[1] != '\n');

		if (*text == '\n') {
			fputs("\r\n", out);
			column = 0;
			continue;
		}
		if (column >= LINE) {
			fputs("=\r\n", out);
			column = 0;
		}
		if (plain)
			fputc(*text, out);
		else
			write_hex(out, *text);
		column += plain ? 1 : 3;
	}
	if (column)
		fputs("\r\n", out);
}

void sw_mime_body(FILE *out, const char *type, const char *text)
{
	fprintf(out, "Content-Type: %s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
		type);
	write_quoted(out, text);
}

void sw_mime_base64(FILE *out, const char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, left;

	for (i = 0; i < size; i += 3) {
		unsigned three = (unsigned char)bytes[i] << 16;

		left = size - i;
		if (left > 1)
			three |= (unsigned char)bytes[i + 1] << 8;
		if (left > 2)
			three |= (unsigned char)bytes[i + 2];
		fputc(digits[three >> 18], out);
		fputc(digits[three >> 12 & 63], out);
		fputc(left > 1 ? digits[three >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[three & 63] : '=', out);
	}
}
