// SPDX-License-Identifier: GPL-2.0
#include "policy/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "policy/rules.h"
#include "policy/rules_read.h"

struct matches {
	struct sw_match *match;
	size_t count;
};

static int add_match(struct matches *matches, const struct sw_prefix *prefix,
		     const struct sw_feed_config *feed)
{
	struct sw_match *grown;

	grown = realloc(matches->match, (matches->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	matches->match = grown;
	grown[matches->count++] = (struct sw_match){ .prefix = *prefix, .feed = feed };
	return 0;
}

static bool covers(const struct sw_prefix *prefix, const struct sw_prefix *address)
{
	return prefix->family == address->family && address->address >= prefix->address &&
	       address->address <= sw_prefix_last(prefix);
}

static int match_list(const struct sw_config *config, const struct sw_rule_list *list,
		      const struct sw_prefix *address, struct matches *matches)
{
	struct sw_prefix prefix;
	size_t i;
	int err;

	for (i = 0; i < list->v4_count && address->family == SW_IPV4; i++) {
		prefix = sw_rule4_prefix(list->v4[i]);
		if (!covers(&prefix, address))
			continue;
		err = add_match(matches, &prefix, &config->feed[sw_rule4_rank(list->v4[i])]);
		if (err)
			return err;
	}
	for (i = 0; i < list->v6_count && address->family == SW_IPV6; i++) {
		prefix = sw_rule6_prefix(&list->v6[i]);
		if (!covers(&prefix, address))
			continue;
		err = add_match(matches, &prefix, &config->feed[list->v6[i].rank]);
		if (err)
			return err;
	}
	return 0;
}

static bool same_prefix(const struct sw_prefix *a, const struct sw_prefix *b)
{
	return a->family == b->family && a->length == b->length && a->address == b->address;
}

#define FOUND 1

static int is_it(void *ctx, const struct sw_prefix *prefix, __u32 line, const char *tag,
		 size_t tag_size)
{
	struct sw_match *match = ctx;

	if (!same_prefix(prefix, &match->prefix))
		return 0;
	match->line = line;
	sw_quote(match->tag, sizeof(match->tag), tag_size ? tag : "", tag_size);
	return FOUND;
}

static bool find_inline(struct sw_match *match)
{
	const struct sw_feed_config *feed = match->feed;
	size_t i, j;

	for (i = 0; i < feed->entries; i++) {
		for (j = 0; j < feed->entry[i].prefixes; j++) {
			if (same_prefix(&feed->entry[i].prefix[j], &match->prefix)) {
				match->line = feed->entry[i].line;
				return true;
			}
		}
	}
	return false;
}

static int find_line(struct sw_match *match, struct sw_error *error)
{
	struct sw_feed_report report;
	struct sw_file file;
	int err;

	if (find_inline(match) || !match->feed->path)
		return 0;
	err = sw_file_map(match->feed->path, &file, error);
	if (err)
		return err;
	match->modified_s = file.modified_s;
	err = sw_feed_parse(match->feed, file.text, file.size, is_it, match, &report, error);
	sw_file_unmap(&file);
	return err == FOUND ? 0 : err;
}

static int longest_first(const void *a, const void *b)
{
	const struct sw_match *x = a, *y = b;

	if (x->prefix.length != y->prefix.length)
		return (int)y->prefix.length - (int)x->prefix.length;
	return x->feed < y->feed ? -1 : x->feed > y->feed;
}

static bool same_match(const struct sw_match *a, const struct sw_match *b)
{
	return a->feed == b->feed && same_prefix(&a->prefix, &b->prefix);
}

/* A feed may say the same twice. */
static void sort_matches(struct matches *matches)
{
	size_t i, kept = 0;

	if (!matches->count)
		return;
	qsort(matches->match, matches->count, sizeof(*matches->match), longest_first);
	for (i = 1; i < matches->count; i++) {
		if (!same_match(&matches->match[kept], &matches->match[i]))
			matches->match[++kept] = matches->match[i];
	}
	matches->count = kept + 1;
}

int sw_explain(const struct sw_config *config, const struct sw_prefix *address,
	       struct sw_match **out, size_t *count, struct sw_error *error)
{
	struct matches matches = {};
	struct sw_rules *rules;
	size_t failed, i;
	int err, kind;

	err = sw_rules_read(config, &rules, &failed, error);
	if (err)
		return err;
	for (kind = 0; kind < SW_KINDS && !err; kind++)
		err = match_list(config, &rules->kind[kind], address, &matches);
	sw_rules_free(rules);
	sort_matches(&matches);
	for (i = 0; i < matches.count && !err; i++)
		err = find_line(&matches.match[i], error);
	if (err) {
		free(matches.match);
		return err;
	}
	*out = matches.match;
	*count = matches.count;
	return 0;
}
