/* SPDX-License-Identifier: GPL-2.0 */
/* Lists and mappings: what has values inside. */
#ifndef SPAMWEIR_CONFIG_MAPPING_H
#define SPAMWEIR_CONFIG_MAPPING_H

#include "base/array.h"
#include "config/value.h"

struct sw_key {
	const char *name;
	sw_value_reader read;
	bool required;
};

/* Counts the items of a list. A key with nothing behind it is an empty list, or an
 * empty mapping: somebody has commented out all that was in it. */
int sw_value_count(const struct sw_value *value, size_t max, size_t *count);

/* Calls `read` for each item of a list that sw_value_count found not to be empty. */
int sw_value_each(const struct sw_value *value, sw_value_reader read, void *into);

/* Reads each key by the table, in the order of the file. */
int sw_value_mapping(const struct sw_value *value, const struct sw_key *keys, size_t count,
		     void *into);

/* Calls `read` for the value of each key, which may be any; value->key is its name, and
 * belongs to the document. At most `max` of them. */
int sw_value_pairs(const struct sw_value *value, size_t max, sw_value_reader read, void *into);

#endif
