/* SPDX-License-Identifier: GPL-2.0 */
/* A feed's text in, one line of text about what it gave out. */
#ifndef SPAMWEIR_FEED_RUN_H
#define SPAMWEIR_FEED_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "base/file.h"
#include "feed/feed.h"
#include "feed/parse.h"

#define GOLDEN "tests/golden/feeds/"

struct run {
	int err;
	struct sw_feed_report report;
	struct sw_error error;
	char got[4096]; /* "192.0.2.1@1 192.0.2.0/24@2=ABOUT..UNTIL" */
	unsigned emitted, stop_after;
	__u64 as_of_s;
	const char *text;
	size_t size;
};

static inline int run_emit(void *ctx, const struct sw_feed_entry *entry)
{
	char text[SW_PREFIX_TEXT];
	struct run *run = ctx;
	size_t used = strlen(run->got);

	used += snprintf(run->got + used, sizeof(run->got) - used, "%s%s@%u%s%.*s", used ? " " : "",
			 sw_prefix_format(&entry->prefix, text), entry->line,
			 entry->about.size ? "=" : "", (int)entry->about.size, entry->about.at);
	if (entry->until && used < sizeof(run->got))
		snprintf(run->got + used, sizeof(run->got) - used, "..%llu", entry->until);
	return ++run->emitted == run->stop_after ? -ECANCELED : 0;
}

static inline int run_exclude(void *ctx, const struct sw_prefix *prefix, __u32 line,
			      enum sw_exclusion rule)
{
	char text[SW_PREFIX_TEXT];
	struct run *run = ctx;
	size_t used = strlen(run->got);

	(void)rule;
	snprintf(run->got + used, sizeof(run->got) - used, "%s!%s@%u", used ? " " : "",
		 sw_prefix_format(prefix, text), line);
	return 0;
}

/* From an exact-size copy, so that a sanitizer sees any read behind it. */
static inline void run_bytes(struct run *run, const struct sw_feed_config *feed, const char *text,
			     size_t size)
{
	const struct sw_feed_sink sink = {
		.emit = run_emit,
		.exclude = run_exclude,
		.ctx = run,
		.as_of_s = run->as_of_s,
	};
	char *copy = calloc(size + !size, 1);

	if (size)
		memcpy(copy, text, size);
	run->text = copy;
	run->size = size;
	run->got[0] = '\0';
	run->emitted = 0;
	run->error.text[0] = '\0';
	memset(&run->report, 0x5a, sizeof(run->report));
	run->err = sw_feed_parse(feed, copy, size, &sink, &run->report, &run->error);
	free(copy);
}

static inline struct sw_feed_config a_feed(enum sw_format format)
{
	return (struct sw_feed_config){
		.name = "list",
		.kind = SW_KIND_ZOMBIE,
		.format = format,
		.path = "list.txt",
		.min_count = 1,
		.max_width = { [SW_IPV4] = 8, [SW_IPV6] = 16 },
	};
}

/* Parses, expects success and exactly these entries. */
static inline void taken_by(struct run *run, const struct sw_feed_config *feed, const char *text,
			    const char *expected)
{
	run_bytes(run, feed, text, strlen(text));
	assert_string_equal(run->error.text, "");
	assert_int_equal(run->err, 0);
	assert_string_equal(run->got, expected);
}

static inline void taken(struct run *run, const char *text, const char *expected)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	taken_by(run, &feed, text, expected);
}

/* Parses, expects the feed to be refused with these words. */
static inline void refused_by(struct run *run, const struct sw_feed_config *feed, const char *text,
			      size_t size, const char *words)
{
	run_bytes(run, feed, text, size);
	assert_int_equal(run->err, -EINVAL);
	if (!strstr(run->error.text, words))
		fail_msg("\"%s\" does not say \"%s\"", run->error.text, words);
	assert_null(strchr(run->error.text, '\n'));
	assert_memory_equal(run->error.text, "list.txt:", 9);
}

static inline void refused(struct run *run, const char *text, const char *words)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	refused_by(run, &feed, text, strlen(text), words);
}

static inline void run_file(struct run *run, const struct sw_feed_config *feed, const char *path)
{
	struct sw_file file;

	if (sw_file_map(path, &file, &run->error))
		fail_msg("%s", run->error.text);
	run_bytes(run, feed, file.text, file.size);
	sw_file_unmap(&file);
}

#endif
