/* SPDX-License-Identifier: GPL-2.0 */
/* What a server answers to one request, and whether that is whole. */
#ifndef SPAMWEIR_WORKER_ANSWER_H
#define SPAMWEIR_WORKER_ANSWER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "worker/unpack.h"

struct sw_answer {
	struct sw_unpack *unpack;
	__u64 most; /* bytes, packed or not */
	/* What is known of the answer at hand: */
	__u64 size;	 /* of the list so far */
	__u64 packed;	 /* as it came */
	bool begun;	 /* something of the list has come */
	bool headed;	 /* the headers have ended */
	bool excess;	 /* more has come than was announced */
	bool chunked;	 /* so that its length is not announced */
	bool unclear;	 /* it is, in two ways or none that can be */
	bool part;	 /* it is one of something longer */
	char length[20]; /* as announced; "": it is not */
	char encoding[32];
	int err; /* why the list is not taken; 0: it is */
};

/* A list goes to SW_CHILD_PIPE. -ENOMEM. */
int sw_answer_init(struct sw_answer *answer, __u64 most);

void sw_answer_begin(struct sw_answer *answer);

/* A line of its headers, and of what libcurl says while it reads. */
void sw_answer_header(struct sw_answer *answer, const char *line, size_t size);
void sw_answer_remark(struct sw_answer *answer, const char *text, size_t size);

/* A piece of its body, which is a list or not; `encoding` is what compresses it, by its
 * headers, or "". False: no more is wanted. */
bool sw_answer_take(struct sw_answer *answer, bool list, const char *encoding, const void *bytes,
		    size_t size);

/* At its end, or when no more was wanted. 0, or -errno with `error` set. */
int sw_answer_judge(struct sw_answer *answer, const char *url, struct sw_error *error);

#endif
