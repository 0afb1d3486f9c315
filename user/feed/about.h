/* SPDX-License-Identifier: GPL-2.0 */
/* What a list says of an entry, in one text: "Emotet, port 8080, online". */
#ifndef SPAMWEIR_FEED_ABOUT_H
#define SPAMWEIR_FEED_ABOUT_H

#include "feed/format.h"

/* Begins anew. */
static inline void sw_feed_about_none(struct sw_feed_reader *reader)
{
	reader->about_size = 0;
}

/* Adds a value, behind its label if there is one. Empty ones, and what lists write
 * for nothing, are not added, nor is what finds no room. */
void sw_feed_about(struct sw_feed_reader *reader, const char *label, struct sw_span value);

static inline struct sw_span sw_feed_said(const struct sw_feed_reader *reader)
{
	return (struct sw_span){ reader->about, reader->about_size };
}

#endif
