/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON that is whole or nothing. jansson's functions accept NULL silently, so a value
 * that found no memory would just be missing. Here a container into which something
 * could not be put is freed and becomes NULL, and so does whatever it is put into.
 * Whoever builds a document looks at the result only, and finds NULL instead of half of
 * it.
 */
#ifndef SPAMWEIR_BASE_JSON_H
#define SPAMWEIR_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* Sets a key, or appends; takes `value`. *into becomes NULL if it was, if `value`
 * is, or if there is no memory. */
void sw_json_set(json_t **into, const char *key, json_t *value);
void sw_json_append(json_t **into, json_t *value);

/* A string of any text: what is no UTF-8 becomes \xNN. NULL: no memory. */
json_t *sw_json_text(const char *text);

/* Reads one document, the caller's to free; if one of its integers does not fit, all are
 * reals. -EINVAL if it is none, -ENOMEM: then what it took so far is not given back. Not for two
 * threads at once: jansson's allocator is one for all. */
int sw_json_parse(const char *text, size_t size, json_t **out);

/* Whether any was read that ended with -ENOMEM: for those to whom what is no JSON is
 * something else. */
bool sw_json_starved(void);

#endif
