/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON (RFC 8259) of any size, an element at a time: what is sought is found by its
 * place in the text, so that it has a line, and no more than one element is ever
 * taken apart.
 */
#ifndef SPAMWEIR_FEED_WALK_H
#define SPAMWEIR_FEED_WALK_H

#include <linux/types.h>

#include "base/span.h"

struct sw_walk_element {
	struct sw_span text; /* whole: its quotes and brackets are closed */
	struct sw_span key;  /* in its quotes, of the member that the last "*" stands for, if any */
	__u32 line;	     /* where it begins, counted from 1 */
};

struct sw_walk_fault {
	__u32 line;
	struct sw_span at;    /* empty: the text ends */
	const char *expected; /* NULL: no value is where the path leads, nor would "*" be one */
};

/*
 * Calls `take` for each element where `path` leads: keys with dots between them, "*"
 * for all members or elements, "" for the whole. An array there has elements, null
 * has none, all else is one. Not 0 stops and is returned. -EBADMSG with *fault filled
 * in if the text, up to its end, is no JSON: what was outside of elements is looked
 * at only as far as it takes to find these.
 */
int sw_walk(struct sw_span text, const char *path,
	    int (*take)(void *ctx, const struct sw_walk_element *element), void *ctx,
	    struct sw_walk_fault *fault);

/* The same, but what is there is one element, also if it is an array or null: a member is one
 * with its key. */
int sw_walk_whole(struct sw_span text, const char *path,
		  int (*take)(void *ctx, const struct sw_walk_element *element), void *ctx,
		  struct sw_walk_fault *fault);

#endif
