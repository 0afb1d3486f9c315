/* SPDX-License-Identifier: GPL-2.0 */
/* A feed's file and its state directory, in a directory of their own. */
#ifndef SPAMWEIR_COPY_FIXTURE_H
#define SPAMWEIR_COPY_FIXTURE_H

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

#include "feed/copy.h"
#include "feed/copy_find.h"
#include "feed/copy_make.h"
#include "feed/copy_save.h"

static char dir[] = "/tmp/spamweir-copy-XXXXXX";

static inline int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && !chdir(dir) ? 0 : -1;
}

static inline int remove_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline struct sw_feed_config a_list(void)
{
	return (struct sw_feed_config){
		.name = "list",
		.kind = SW_KIND_ZOMBIE,
		.path = "list.txt",
		.min_count = 1,
		.max_width = { [SW_IPV4] = 8, [SW_IPV6] = 16 },
	};
}

static inline struct sw_feed_copy copy_of(const struct sw_feed_config *feed, const char *text)
{
	struct sw_feed_report report;
	struct sw_error error = { 0 };
	struct sw_feed_copy copy;

	write_bytes(feed->path, text, strlen(text));
	if (sw_feed_copy_read(feed, &copy, &report, &error))
		fail_msg("%s", error.text);
	assert_memory_equal(&report, &copy.header->report, sizeof(report));
	return copy;
}

/* Reads the text, and keeps it. */
static inline void keep(const struct sw_feed_config *feed, const char *text)
{
	struct sw_feed_copy copy = copy_of(feed, text);
	struct sw_error error = { 0 };
	char *temporary = NULL;

	if (sw_feed_copy_write(&copy, "state", feed->name, &temporary, &error) ||
	    sw_feed_copy_commit(temporary, "state", feed->name, &error))
		fail_msg("%s", error.text);
	free(temporary);
	sw_feed_copy_close(&copy);
}

/* "192.0.2.1@1 2001:db8::/32@2=TAG", in the order of the copy. */
static inline const char *entries_of(const struct sw_feed_copy *copy)
{
	static char text[4096];
	char one[SW_PREFIX_TEXT];
	size_t used = 0;
	__u64 i;

	text[0] = '\0';
	for (i = 0; i < copy->header->v4 + copy->header->v6; i++) {
		struct sw_prefix prefix =
			i < copy->header->v4 ? sw_copy4_prefix(copy->v4[i])
					     : sw_copy6_prefix(&copy->v6[i - copy->header->v4]);
		const struct sw_copy_about *about = &copy->v4_about[i];

		used += snprintf(text + used, sizeof(text) - used, "%s%s@%u%s%s", used ? " " : "",
				 sw_prefix_format(&prefix, one), about->line, about->tag ? "=" : "",
				 copy->tags + about->tag);
	}
	return text;
}

static inline void expect_entries(const char *text, const char *expected)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy = copy_of(&feed, text);

	assert_string_equal(entries_of(&copy), expected);
	sw_feed_copy_close(&copy);
}

#endif
