/* SPDX-License-Identifier: GPL-2.0 */
/* The tables, and how older files come to have them. */
#ifndef SPAMWEIR_STORE_SCHEMA_H
#define SPAMWEIR_STORE_SCHEMA_H

#include "base/error.h"

struct sw_store;

#define SW_STORE_APPLICATION 0x53505752 /* "SPWR": a database of ours */

/* Brings the tables to this version's. -EPROTO: of a later version, or not ours. */
int sw_schema_migrate(struct sw_store *store, struct sw_error *error);

#endif
