/* SPDX-License-Identifier: GPL-2.0 */
/* Text for people: made safe, joined, and times as they say them. */
#ifndef SPAMWEIR_BASE_TEXT_H
#define SPAMWEIR_BASE_TEXT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Copies untrusted text so that it is safe to print: unprintable bytes become
 * \xNN, what does not fit ends in "...". Returns `out`. */
char *sw_quote(char *out, size_t room, const char *text, size_t size);

/* Copies text so that it is one safe line: as sw_quote, but UTF-8 that is no
 * control character stays as it is. Returns `out`. */
char *sw_printable(char *out, size_t room, const char *text);

/* Whether sw_printable would leave the text as it is: UTF-8 without control characters. */
bool sw_is_printable(const char *text);

/* Whether printing it could do more to a terminal than show it. */
bool sw_has_control(const char *text);

/* "a, b or c" of the words that are not NULL. Returns `out`. */
char *sw_words_join(char *out, size_t room, const char *const *words, size_t count);

/* The word that was probably meant by `text`, or NULL: it is one slip away (an
 * insertion, deletion, replacement, or swap of neighbours), or one slip in three
 * of its bytes. Nothing is near to a text of more than 31 bytes. */
const char *sw_word_nearest(const char *text, const char *const *words, size_t count);

/* Seconds as people say them: "3 d 4 h", "59 s". Returns `out`. */
char *sw_format_age(__u64 seconds, char *out, size_t room);

/* A number as people take it in: exact below 10,000, then three digits and k, M, G, T, P
 * or E of thousands, cut and not rounded up. Returns `out`. */
char *sw_format_count(__u64 count, char *out, size_t room);

/* The same of bytes: "512 B", "105 MiB". Returns `out`. */
char *sw_format_bytes(__u64 bytes, char *out, size_t room);

/* Unix seconds as ISO 8601 UTC. Returns `out`. */
char *sw_format_time(__u64 unix_seconds, char *out, size_t room);

#endif
