/* SPDX-License-Identifier: GPL-2.0 */
/* Cases as JSON: what `case show` prints and what notices tell are the same. */
#ifndef SPAMWEIR_RUN_CASE_JSON_H
#define SPAMWEIR_RUN_CASE_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "store/cases_read.h"

/* NULL: no memory. */
json_t *sw_case_json(const struct sw_case *found);

/* The same as a line of text, several times as fast: of an outbreak there are many. -ENOMEM;
 * what `out` says of errors is for the caller to look at. */
int sw_case_write(const struct sw_case *found, FILE *out);

/* Its signals, an array; *out is the caller's, NULL without memory. -errno of the store. */
int sw_case_signals_json(struct sw_store *store, __s64 id, json_t **out, struct sw_error *error);

#endif
