/* SPDX-License-Identifier: GPL-2.0 */
/* The plain copy of the operator's lists, should the database be lost. */
#ifndef SPAMWEIR_STORE_LISTS_COPY_H
#define SPAMWEIR_STORE_LISTS_COPY_H

#include "store/lists.h"

#define SW_LISTS_FILE "operator.lists"

/* Writes the plain copy, atomically. */
int sw_lists_copy(struct sw_store *store, const char *state_dir, struct sw_error *error);

/* Reads it, what has not ended. -ENOENT; -EINVAL if it is damaged. */
int sw_lists_read_copy(const char *state_dir, __s64 now_ms, sw_lists_visit visit, void *ctx,
		       struct sw_error *error);

/* A database without lists that never had any takes those of the copy, if there
 * is one. In no transaction. */
int sw_lists_recover(struct sw_store *store, const char *state_dir, struct sw_error *error);

/* Whether this one ever did. */
bool sw_lists_recovered(struct sw_store *store);

#endif
