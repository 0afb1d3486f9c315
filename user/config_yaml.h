/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The YAML of the configuration: a document whose every value knows its line,
 * and typed readers of values. A failing reader has set the error: FILE:LINE,
 * the key, what was expected and what stands there instead.
 */
#ifndef SPAMWEIR_CONFIG_YAML_H
#define SPAMWEIR_CONFIG_YAML_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "error.h"

#define SW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct sw_yaml {
	yaml_document_t document;
	const char *path; /* the caller's, as is `error` */
	struct sw_error *error;
};

struct sw_value {
	struct sw_yaml *yaml;
	const yaml_node_t *node;
	const char *key; /* whose value it is; an item has its list's; NULL at the top */
};

/* Takes a value into what the caller gave; 0 or -errno. */
typedef int (*sw_value_reader)(const struct sw_value *value, void *into);

struct sw_key {
	const char *name;
	sw_value_reader read;
	bool required;
};

/* Reads a file of exactly one document. *yaml is released by sw_yaml_free on
 * success, and holds nothing on failure. */
int sw_yaml_load(struct sw_yaml *yaml, const char *path, struct sw_error *error);
void sw_yaml_free(struct sw_yaml *yaml);
struct sw_value sw_yaml_root(struct sw_yaml *yaml);

int sw_value_line(const struct sw_value *value);

/* -EINVAL, with the error set to FILE:LINE: KEY: what `format` says. */
int sw_value_fail(const struct sw_value *value, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for "expected WHAT, got ...". */
int sw_value_expected(const struct sw_value *value, const char *what);

/* -ENOMEM, with the error set. */
int sw_value_no_memory(const struct sw_value *value);

/* A key with nothing behind it, or null. */
bool sw_value_is_nothing(const struct sw_value *value);
bool sw_value_is_scalar(const struct sw_value *value);
bool sw_value_is_mapping(const struct sw_value *value);
bool sw_value_is(const struct sw_value *value, const char *text);

/* Whether printing it could do more to a terminal than show it. */
bool sw_has_control(const char *text);

/* A scalar's text, the document's; NULL, with the error set to `what` was
 * expected, if it is none. */
const char *sw_value_text(const struct sw_value *value, const char *what);

/* *out is the caller's. A relative path is relative to the file's directory. */
int sw_value_path(const struct sw_value *value, char **out);
int sw_value_bool(const struct sw_value *value, bool *out);
int sw_value_number(const struct sw_value *value, __u64 min, __u64 max, __u64 *out);

/* A duration of `min` seconds to a week. */
int sw_value_seconds(const struct sw_value *value, __u64 min, __u64 *out);

/* One of `words`, of which some may be NULL; *out is its index. */
int sw_value_word(const struct sw_value *value, const char *const *words, size_t count,
		  size_t *out);

/* "a, b or c" of the words that are not NULL. Returns `out`. */
char *sw_words_join(char *out, size_t room, const char *const *words, size_t count);

/* How many items a list has. Nothing at all is an empty list, and an empty
 * mapping: somebody has commented out all that was in it. */
int sw_value_count(const struct sw_value *value, size_t max, size_t *count);

/* Reads each item of what sw_value_count found to have some. */
int sw_value_each(const struct sw_value *value, sw_value_reader read, void *into);

/* Reads each key by the table, in the order of the file. */
int sw_value_mapping(const struct sw_value *value, const struct sw_key *keys, size_t count,
		     void *into);

#endif
