/* SPDX-License-Identifier: GPL-2.0 */
/* What an order knows, on its way to another process of the same build. One function
 * carries it both ways: it names what there is, and a struct sw_wire writes or reads. */
#ifndef SPAMWEIR_WORKER_WIRE_H
#define SPAMWEIR_WORKER_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/schema.h"

/* All zero: it writes. */
struct sw_wire {
	bool reading;
	int pipe;    /* of who reads: the descriptor that came along; -1 */
	char *bytes; /* of who reads, which texts are parts of */
	size_t size;
	size_t at; /* so much is read */
	int err;   /* 0; -ENOMEM; -EBADMSG: this was not written so, and what is read is void */
};

void sw_wire_bytes(struct sw_wire *wire, void *bytes, size_t size);
#define SW_WIRE(wire, value) sw_wire_bytes(wire, &(value), sizeof(value))

/* `text`, or that which is read. NULL is carried as such. */
char *sw_wire_text(struct sw_wire *wire, const char *text);

/* The struct at `at`, or one that is read, which lives as long as the process; without what
 * it points to. NULL is carried as such. */
void *sw_wire_held(struct sw_wire *wire, const void *at, size_t size);

/* A count of things in an array that has room for `most`. */
void sw_wire_count(struct sw_wire *wire, size_t *count, size_t most);

/* With all that they point to; but none of a feed's entries, which stand in the config. */
void sw_wire_fetch(struct sw_wire *wire, struct sw_fetch_config *fetch);
void sw_wire_feed(struct sw_wire *wire, struct sw_feed_config *feed);

void sw_wire_free(struct sw_wire *wire);

#endif
