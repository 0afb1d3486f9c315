/* SPDX-License-Identifier: GPL-2.0 */
/* Who changed what, and when: one row a change by a person. */
#ifndef SPAMWEIR_STORE_AUDIT_H
#define SPAMWEIR_STORE_AUDIT_H

#include "base/person.h"
#include "store/store.h"

struct sw_audit {
	__s64 id;
	__s64 at_ms; /* Unix time */
	struct sw_person person;
	char verb[32];
	char arguments[1024]; /* the command line, safe to print */
	__u64 generation;     /* in force behind the change; 0: none */
};

/* Writes down that this process, with its command line, did `verb`. */
int sw_audit_add(struct sw_store *store, const char *verb, __u64 generation,
		 struct sw_error *error);

/* The same, for `arguments` instead of the command line; NULL: that. */
int sw_audit_add_as(struct sw_store *store, const char *verb, const char *arguments,
		    __u64 generation, struct sw_error *error);

/* Writes down what no person did: `row` has who did what, and when. */
int sw_audit_write(struct sw_store *store, const struct sw_audit *row, struct sw_error *error);

/* The last `count` rows, the newest first. Not 0 stops and is returned. */
int sw_audit_each(struct sw_store *store, unsigned count,
		  int (*visit)(void *ctx, const struct sw_audit *row), void *ctx,
		  struct sw_error *error);

#endif
