/* SPDX-License-Identifier: GPL-2.0 */
/* A policy that is within reach in parts only. */
#ifndef SPAMWEIR_POLICY_PARTS_H
#define SPAMWEIR_POLICY_PARTS_H

#include <stddef.h>

/* Bytes of a policy. */
struct sw_part {
	size_t begin, end;
};

/* How parts of a policy come within reach and go again: its address space is there
 * from the beginning, its memory need not be, so that a process never has to hold all
 * of a large one. What was opened is open until it is closed; where nothing can be closed,
 * it may be opened again, which costs little. */
struct sw_parts {
	int (*open)(void *ctx, struct sw_part part);   /* -errno */
	void (*close)(void *ctx, struct sw_part part); /* NULL: all stay open */
	void *ctx;
};

#endif
