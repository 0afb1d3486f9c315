/* SPDX-License-Identifier: GPL-2.0 */
/* Text and numbers in HTML. */
#ifndef SPAMWEIR_REPORT_HTML_H
#define SPAMWEIR_REPORT_HTML_H

#include <linux/types.h>
#include <stdio.h>

/* Any text, as text and nothing else, within an element or a quoted attribute. What is no
 * UTF-8, and control characters, become \xNN. */
void sw_html_text(FILE *out, const char *text);

/* A number for people, with a key by which programs find it. */
void sw_html_number(FILE *out, const char *key, __u64 value);

/* Unix milliseconds, the same in UTC. */
void sw_html_time(FILE *out, __s64 ms);

#endif
