/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong, and what to type against it: lines that `status` has, too. Whoever begins
 * `top` knows how to find them, for they take more than this room sees. */
#ifndef SPAMWEIR_TOP_TROUBLE_H
#define SPAMWEIR_TOP_TROUBLE_H

#include <jansson.h>

#include "report/snapshot.h"

#define SW_TOP_WRONG 16
#define SW_TOP_WRONG_TEXT 512
#define SW_TOP_WRONG_NEXT 256

struct sw_top_wrong {
	size_t count, more; /* the gravest first; those for which there was no room */
	struct {
		char text[SW_TOP_WRONG_TEXT];
		char next[SW_TOP_WRONG_NEXT]; /* a command; "": none */
	} line[SW_TOP_WRONG];
};

/* Fills in *out, and says nothing on stderr that it would not, too. */
typedef void (*sw_top_wrong_fn)(void *ctx, struct sw_snapshot *snapshot, struct sw_top_wrong *out);

/* One of them: its sentence, and its command behind it, or below if that leaves too little of
 * the sentence. What does not fit into `width` columns is left out. */
struct sw_top_wrong_lines {
	int count; /* 1 or 2 */
	char line[2][SW_TOP_WRONG_TEXT + SW_TOP_WRONG_NEXT + 8];
};

void sw_top_wrong_show(const struct sw_top_wrong *wrong, size_t i, int width,
		       struct sw_top_wrong_lines *out);

/* A list of sentences, each with its command in backquotes. NULL: no memory. */
json_t *sw_top_wrong_json(const struct sw_top_wrong *wrong);

#endif
