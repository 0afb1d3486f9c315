/* SPDX-License-Identifier: GPL-2.0 */
/* A config built by hand, its feeds in a directory of their own, and what
 * reading it gave. */
#ifndef SPAMWEIR_RULES_FIXTURE_H
#define SPAMWEIR_RULES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <unistd.h>

#include "base/entry.h"
#include "policy/rules.h"
#include "policy/rules_read.h"
#include "policy/rules_sort.h"

static char dir[] = "/tmp/spamweir-rules-XXXXXX";

static inline int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && !chdir(dir) ? 0 : -1;
}

static inline int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static inline void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

struct fixture {
	struct sw_config config;
	struct sw_feed_config feed[300];
	struct sw_reading reading;
	struct sw_rules *rules;
	size_t failed;
	struct sw_error error;
	char *warnings;
};

static inline struct sw_feed_config *add_feed(struct fixture *f, char *name, enum sw_kind kind)
{
	struct sw_feed_config *feed = &f->feed[f->config.feeds++];

	f->config.path = "spamweir.yaml";
	f->config.feed = f->feed;
	*feed = (struct sw_feed_config){
		.name = name,
		.kind = kind,
		.min_count = 1,
		.max_width = { [SW_IPV4] = 8, [SW_IPV6] = 16 },
	};
	return feed;
}

static inline void add_file(struct fixture *f, char *path, enum sw_kind kind, const char *text)
{
	write_file(path, text);
	add_feed(f, path, kind)->path = path;
}

static inline int add_piece(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_entry_config *entry = ctx;

	entry->prefix = reallocarray(entry->prefix, entry->prefixes + 1, sizeof(*prefix));
	entry->prefix[entry->prefixes++] = *prefix;
	return 0;
}

static inline void add_inline(struct sw_feed_config *feed, char *text, int line)
{
	struct sw_entry_config entry = { .text = text, .line = line };

	assert_int_equal(sw_entry_parse(text, strlen(text), add_piece, &entry), 0);
	feed->entry = reallocarray(feed->entry, feed->entries + 1, sizeof(entry));
	feed->entry[feed->entries++] = entry;
}

static inline int read_rules(struct fixture *f)
{
	FILE *real = stderr;
	size_t size;
	int err;

	stderr = open_memstream(&f->warnings, &size);
	f->failed = 77;
	f->error.text[0] = '\0';
	err = sw_rules_read(&f->config, &f->reading, &f->rules, &f->failed, &f->error);
	fclose(stderr);
	stderr = real;
	return err;
}

static inline void clean(struct fixture *f)
{
	size_t i, j;

	for (i = 0; i < f->config.feeds; i++) {
		for (j = 0; j < f->feed[i].entries; j++)
			free(f->feed[i].entry[j].prefix);
		free(f->feed[i].entry);
		if (f->feed[i].path)
			unlink(f->feed[i].path);
	}
	sw_rules_free(f->rules);
	free(f->warnings);
}

/* "192.0.2.1#0 2001:db8::/32#1", sorted. */
static inline const char *listed(const struct sw_rules *rules, enum sw_kind kind)
{
	const struct sw_rule_list *list = &rules->kind[kind];
	static char text[4096];
	char one[SW_PREFIX_TEXT];
	size_t i, used = 0;

	text[0] = '\0';
	for (i = 0; i < list->v4_count; i++) {
		struct sw_prefix prefix = { sw_rule4_address(list->v4[i]), SW_IPV4,
					    sw_rule4_length(list->v4[i]) };

		used += sprintf(text + used, "%s%s#%u", used ? " " : "",
				sw_prefix_format(&prefix, one), sw_rule4_rank(list->v4[i]));
	}
	for (i = 0; i < list->v6_count; i++) {
		struct sw_prefix prefix = { (sw_u128)list->v6[i].hi << 64 | list->v6[i].lo, SW_IPV6,
					    list->v6[i].length };

		used += sprintf(text + used, "%s%s#%u", used ? " " : "",
				sw_prefix_format(&prefix, one), list->v6[i].rank);
	}
	return text;
}

static inline void expect_rules(struct fixture *f, enum sw_kind kind, const char *expected)
{
	assert_int_equal(sw_rules_sort(f->rules), 0);
	assert_string_equal(listed(f->rules, kind), expected);
}

#endif
