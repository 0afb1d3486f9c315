/* SPDX-License-Identifier: GPL-2.0 */
/* Mail as RFC 5322 and MIME have it: headers, and parts that any relay passes on. */
#ifndef SPAMWEIR_NOTICE_MIME_H
#define SPAMWEIR_NOTICE_MIME_H

#include <stdio.h>

/* "Name: text", the text as encoded words (RFC 2047) if it is not all ASCII. */
void sw_mime_header(FILE *out, const char *name, const char *text);

/* The two headers and the body of text in UTF-8, quoted-printable (RFC 2045, 6.7); lines of
 * `text` end in LF. */
void sw_mime_body(FILE *out, const char *type, const char *text);

/* Base64, without line breaks. */
void sw_mime_base64(FILE *out, const char *bytes, size_t size);

#endif
