// SPDX-License-Identifier: GPL-2.0
#include "report/html.h"

#include <string.h>

#include "base/text.h"

#define LONGEST 4096

void sw_html_text(FILE *out, const char *text)
{
	char safe[LONGEST];
	const char *at;

	for (at = sw_printable(safe, sizeof(safe), text); *at; at++) {
		switch (*at) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			putc(*at, out);
		}
	}
}

/* Groups of three, with narrow spaces that do not break. */
static void grouped(FILE *out, __u64 value)
{
	char digits[24];
	int i, length = snprintf(digits, sizeof(digits), "%llu", value);

	for (i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			fputs("\xe2\x80\xaf", out);
		putc(digits[i], out);
	}
}

void sw_html_number(FILE *out, const char *key, __u64 value)
{
	fputs("<span class=\"n\" data-key=\"", out);
	sw_html_text(out, key);
	fputs("\">", out);
	grouped(out, value);
	fputs("</span>", out);
}

void sw_html_time(FILE *out, __s64 ms)
{
	char text[32];

	sw_format_time(ms / 1000, text, sizeof(text));
	fprintf(out, "<time datetime=\"%s\">%.10s %.5s</time>", text, text, text + 11);
}
