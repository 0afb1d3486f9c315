/* SPDX-License-Identifier: GPL-2.0 */
/* What was published when, by whom, and what changed with it. */
#ifndef SPAMWEIR_STORE_PUBLISHES_H
#define SPAMWEIR_STORE_PUBLISHES_H

#include "base/person.h"
#include "store/store.h"

struct sw_publish_feed {
	char name[32];
	char kind[16];
	__u64 entries;
	__u64 added; /* since the publish before */
	__u64 removed;
};

struct sw_publish {
	__s64 id;
	__u64 generation;
	__u64 base;  /* the generation that it puts in force again; 0: none */
	__s64 at_ms; /* Unix time */
	int monitor; /* 1: in monitor mode, 0: enforcing; -1: not known */
	int former;  /* the same of the one before, when it is read */
	struct sw_person person;
	char arguments[1024];	      /* the command line, safe to print */
	struct sw_publish_feed *feed; /* the caller's, or of the call's time */
	size_t feeds;
};

/* In a transaction. Keeps the last thousand. */
int sw_publishes_add(struct sw_store *store, const struct sw_publish *publish,
		     struct sw_error *error);

/* The last `count`, the newest first. Not 0 stops and is returned. */
int sw_publishes_each(struct sw_store *store, unsigned count,
		      int (*visit)(void *ctx, const struct sw_publish *publish), void *ctx,
		      struct sw_error *error);

/* For each feed that was ever on record, when it was last published with other
 * entries than before, Unix milliseconds. */
int sw_publishes_changed(struct sw_store *store,
			 void (*visit)(void *ctx, const char *feed, __s64 at_ms), void *ctx,
			 struct sw_error *error);

#endif
