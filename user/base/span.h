/* SPDX-License-Identifier: GPL-2.0 */
/* Text that ends by its size, not by a NUL: a piece of a file in memory. */
#ifndef SPAMWEIR_BASE_SPAN_H
#define SPAMWEIR_BASE_SPAN_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/prefix.h"

/* No byte behind it may be read. */
struct sw_span {
	const char *at;
	size_t size;
};

static inline bool sw_span_is(struct sw_span span, const char *text)
{
	return span.size == strlen(text) && !memcmp(span.at, text, span.size);
}

static inline bool sw_span_is_anycase(struct sw_span span, const char *text)
{
	return span.size == strlen(text) && !strncasecmp(span.at, text, span.size);
}

static inline bool sw_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static inline struct sw_span sw_trim(struct sw_span span)
{
	while (span.size && sw_is_blank(span.at[span.size - 1]))
		span.size--;
	while (span.size && sw_is_blank(*span.at)) {
		span.at++;
		span.size--;
	}
	return span;
}

/* The text before a separator within the span, and the text behind it. */
static inline struct sw_span sw_before(struct sw_span span, const char *separator)
{
	return sw_trim((struct sw_span){ span.at, separator - span.at });
}

static inline struct sw_span sw_behind(struct sw_span span, const char *separator)
{
	return sw_trim((struct sw_span){ separator + 1, span.at + span.size - (separator + 1) });
}

/* Cuts the first word off a span, up to a blank. */
static inline struct sw_span sw_cut_word(struct sw_span *span)
{
	struct sw_span word = { span->at, 0 };

	while (word.size < span->size && !sw_is_blank(word.at[word.size]))
		word.size++;
	*span = sw_trim((struct sw_span){ word.at + word.size, span->size - word.size });
	return word;
}

/* A decimal number and nothing else. */
static inline bool sw_span_number(struct sw_span span, __u32 *out)
{
	__u64 value = 0;
	size_t i;

	for (i = 0; i < span.size; i++) {
		if ((unsigned)(span.at[i] - '0') > 9)
			return false;
		value = value * 10 + (span.at[i] - '0');
		if (value > 0xffffffff)
			return false;
	}
	*out = value;
	return span.size > 0;
}

static inline int sw_span_prefix(struct sw_span span, struct sw_prefix *out)
{
	return sw_prefix_parse(span.at, span.size, out);
}

#endif
