// SPDX-License-Identifier: GPL-2.0
/* A mapping may have only the keys of a table, each of them once. */
#include "config/mapping.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

#define MAX_KEYS 64 /* of one mapping */

static void unknown_key(const struct sw_value *at, const char *text, const struct sw_key *keys,
			size_t count)
{
	const char *names[MAX_KEYS], *nearest;
	char quoted[96], known[512];
	size_t i;

	for (i = 0; i < count; i++)
		names[i] = keys[i].name;
	nearest = sw_word_nearest(text, names, count);
	sw_quote(quoted, sizeof(quoted), text, strlen(text));
	if (nearest) {
		sw_value_fail(at, "unknown key \"%s\"; did you mean \"%s\"?", quoted, nearest);
		return;
	}
	sw_value_fail(at, "unknown key \"%s\"; expected %s", quoted,
		      sw_words_join(known, sizeof(known), names, count));
}

/* The key that stands at `name`, or NULL with the error set. seen[] has the line
 * where each key of the table was met before, or 0. */
static const struct sw_key *find_key(const struct sw_value *name, const struct sw_key *keys,
				     size_t count, int *seen)
{
	const char *text = sw_value_text(name, "a key");
	size_t i;

	if (!text)
		return NULL;
	for (i = 0; i < count && strcmp(keys[i].name, text); i++)
		;
	if (i == count) {
		unknown_key(name, text, keys, count);
		return NULL;
	}
	if (seen[i]) {
		sw_value_fail(name, "key \"%s\" is given twice, first on line %d", text, seen[i]);
		return NULL;
	}
	seen[i] = sw_value_line(name);
	return &keys[i];
}

static int read_pair(const struct sw_value *mapping, const yaml_node_pair_t *pair,
		     const struct sw_key *keys, size_t count, int *seen, void *into)
{
	yaml_document_t *document = &mapping->yaml->document;
	struct sw_value value = *mapping;
	const struct sw_key *key;

	value.node = yaml_document_get_node(document, pair->key);
	key = find_key(&value, keys, count, seen);
	if (!key)
		return -EINVAL;
	value.node = yaml_document_get_node(document, pair->value);
	value.key = key->name;
	return key->read(&value, into);
}

int sw_value_mapping(const struct sw_value *value, const struct sw_key *keys, size_t count,
		     void *into)
{
	const yaml_node_pair_t *pair = NULL, *end = NULL;
	int seen[MAX_KEYS] = { 0 };
	size_t i;
	int err;

	if (sw_value_is_mapping(value)) {
		pair = value->node->data.mapping.pairs.start;
		end = value->node->data.mapping.pairs.top;
	} else if (!sw_value_is_nothing(value)) {
		return sw_value_expected(value, "a mapping");
	}
	for (; pair < end; pair++) {
		err = read_pair(value, pair, keys, count, seen, into);
		if (err)
			return err;
	}
	for (i = 0; i < count; i++) {
		if (keys[i].required && !seen[i])
			return sw_value_fail(value, "\"%s\" is missing", keys[i].name);
	}
	return 0;
}

int sw_value_count(const struct sw_value *value, size_t max, size_t *count)
{
	const yaml_node_t *node = value->node;
	size_t items;

	if (sw_value_is_nothing(value)) {
		*count = 0;
		return 0;
	}
	if (node->type != YAML_SEQUENCE_NODE)
		return sw_value_expected(value, "a list");
	items = node->data.sequence.items.top - node->data.sequence.items.start;
	if (items > max)
		return sw_value_fail(value, "expected at most %zu items, got %zu", max, items);
	*count = items;
	return 0;
}

int sw_value_each(const struct sw_value *value, sw_value_reader read, void *into)
{
	const yaml_node_item_t *item;
	int err;

	for (item = value->node->data.sequence.items.start;
	     item < value->node->data.sequence.items.top; item++) {
		struct sw_value each = {
			.yaml = value->yaml,
			.node = yaml_document_get_node(&value->yaml->document, *item),
			.key = value->key,
		};

		err = read(&each, into);
		if (err)
			return err;
	}
	return 0;
}

static bool is_given_before(const struct sw_value *mapping, const yaml_node_pair_t *pair,
			    const char *name)
{
	const yaml_node_pair_t *before = mapping->node->data.mapping.pairs.start;
	struct sw_value key = *mapping;

	for (; before < pair; before++) {
		key.node = yaml_document_get_node(&mapping->yaml->document, before->key);
		if (sw_value_is(&key, name))
			return true;
	}
	return false;
}

int sw_value_pairs(const struct sw_value *value, size_t max, sw_value_reader read, void *into)
{
	const yaml_node_pair_t *pair, *end;
	struct sw_value item = *value;
	const char *name;
	int err = 0;

	if (!sw_value_is_mapping(value))
		return sw_value_expected(value, "a mapping");
	pair = value->node->data.mapping.pairs.start;
	end = value->node->data.mapping.pairs.top;
	if ((size_t)(end - pair) > max)
		return sw_value_fail(value, "expected at most %zu keys, got %zu", max,
				     (size_t)(end - pair));
	for (; pair < end && !err; pair++) {
		item.node = yaml_document_get_node(&value->yaml->document, pair->key);
		item.key = value->key;
		name = sw_value_text(&item, "a key");
		if (!name)
			return -EINVAL;
		if (!sw_is_printable(name))
			return sw_value_expected(&item, "a key that can be printed");
		if (is_given_before(value, pair, name))
			return sw_value_fail(&item, "key \"%s\" is given twice", name);
		item.node = yaml_document_get_node(&value->yaml->document, pair->value);
		item.key = name;
		err = read(&item, into);
	}
	return err;
}
