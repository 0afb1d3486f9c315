/* SPDX-License-Identifier: GPL-2.0 */
/* The lists of subscribers: what is known of them, and up to where they were read. */
#ifndef SPAMWEIR_STORE_HOLDERS_SOURCE_H
#define SPAMWEIR_STORE_HOLDERS_SOURCE_H

#include "store/store.h"

/* Up to where a file was read. */
struct sw_holders_file {
	__u64 device, inode;
	__u64 offset;
	__u64 size;
	__u64 modified_ns;
};

/* 1 if it was read by now, 0 if not. */
int sw_holders_file_get(struct sw_store *store, const char *source, const char *path,
			struct sw_holders_file *out, struct sw_error *error);
int sw_holders_file_put(struct sw_store *store, const char *source, const char *path,
			const struct sw_holders_file *file, struct sw_error *error);

struct sw_holders_source {
	char name[32];
	char about[1024]; /* how it is read: if this changes, its files are read anew */
	__s64 checked_ms;
	__u64 records;	       /* all that were read */
	__u64 bad;	       /* lines that were none */
	struct sw_error error; /* why it cannot be read, or what is wrong in it; "": nothing */
};

/* 1 if it is there, 0 if not. */
int sw_holders_source_get(struct sw_store *store, const char *name, struct sw_holders_source *out,
			  struct sw_error *error);
int sw_holders_source_put(struct sw_store *store, const struct sw_holders_source *source,
			  struct sw_error *error);

/* All, by name; `visit` may not write. Not 0 stops and is returned. */
int sw_holders_sources(struct sw_store *store,
		       int (*visit)(void *ctx, const struct sw_holders_source *source), void *ctx,
		       struct sw_error *error);

#endif
