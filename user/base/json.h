/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON that is whole or nothing. What jansson has no memory for it leaves out,
 * and its functions take NULL without a word. So a container in which something
 * could not be put is freed and becomes NULL, as does what it is put into: who
 * prints a document, and looks at its end only, finds NULL instead of half of it.
 */
#ifndef SPAMWEIR_BASE_JSON_H
#define SPAMWEIR_BASE_JSON_H

#include <jansson.h>

/* Sets a key, or appends; takes `value`. *into becomes NULL if it was, if `value`
 * is, or if there is no memory. */
void sw_json_set(json_t **into, const char *key, json_t *value);
void sw_json_append(json_t **into, json_t *value);

/* A string of any text: what is no UTF-8 becomes \xNN. NULL: no memory. */
json_t *sw_json_text(const char *text);

/* Reads one document, the caller's to free. -EINVAL if it is none, -ENOMEM. */
int sw_json_parse(const char *text, size_t size, json_t **out);

#endif
