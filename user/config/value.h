/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed readers of values. A failing reader has set the error: FILE:LINE, the
 * key, what was expected and what stands there instead.
 */
#ifndef SPAMWEIR_CONFIG_VALUE_H
#define SPAMWEIR_CONFIG_VALUE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "config/yaml.h"

struct sw_value {
	struct sw_yaml *yaml;
	const yaml_node_t *node;
	const char *key; /* whose value it is; an item has its list's key; NULL at the top */
};

/* Takes a value into what the caller gave; 0 or -errno. */
typedef int (*sw_value_reader)(const struct sw_value *value, void *into);

/* The whole document. */
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

/* A scalar's text, which belongs to the document. NULL if the value is no scalar; the
 * error then says that `what` was expected. */
const char *sw_value_text(const struct sw_value *value, const char *what);

/* A name of ours, of a feed or the like, that can stand on a command line and as a file of that
 * name: at most SW_NAME_LEN - 1 letters, digits, "_", "." or "-", of which it begins with none of
 * the last two. *out is the caller's. */
int sw_value_name(const struct sw_value *value, char **out);

/* *out is the caller's. A relative path is relative to the file's directory. */
int sw_value_path(const struct sw_value *value, char **out);
int sw_value_bool(const struct sw_value *value, bool *out);
int sw_value_number(const struct sw_value *value, __u64 min, __u64 max, __u64 *out);

/* A duration of `min` seconds to a week. */
int sw_value_seconds(const struct sw_value *value, __u64 min, __u64 *out);

#define SW_YEAR_S (365ULL * 86400)

/* The same of at most `max` seconds, whole days. */
int sw_value_seconds_most(const struct sw_value *value, __u64 min, __u64 max, __u64 *out);

/* enforce or monitor. */
int sw_value_mode(const struct sw_value *value, bool *monitor);

/* One of `words`, of which some may be NULL; *out is its index. */
int sw_value_word(const struct sw_value *value, const char *const *words, size_t count,
		  size_t *out);

#endif
