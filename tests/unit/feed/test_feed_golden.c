// SPDX-License-Identifier: GPL-2.0
/*
 * Every list in tests/golden/feeds gives what the file of its name with .expected
 * says, in the format behind an "@" in its name if there is one; cut short anywhere, it
 * gives nothing that it does not give whole. With
 * WRITE=1 in the environment the expected files are written, to be looked at.
 */
#include <dirent.h>
#include <limits.h>
#include <unistd.h>

#include "config/words.h"
#include "feed/parse.h"
#include "feed_run.h"

#define EXPECTED ".expected"
#define AS_OF 1796000000 /* 2026-11-30T00:53:20Z */

struct listing {
	FILE *out;
	char *text;
	size_t size;
};

static int emit(void *ctx, const struct sw_feed_entry *entry)
{
	struct listing *listing = ctx;
	char text[SW_PREFIX_TEXT];

	fprintf(listing->out, "%u: %s", entry->line, sw_prefix_format(&entry->prefix, text));
	if (entry->about.size)
		fprintf(listing->out, " (%.*s)", (int)entry->about.size, entry->about.at);
	if (entry->until)
		fprintf(listing->out, " until %llu", entry->until);
	fputc('\n', listing->out);
	return 0;
}

static int exclude(void *ctx, const struct sw_prefix *prefix, __u32 line, enum sw_exclusion rule)
{
	struct listing *listing = ctx;
	char text[SW_PREFIX_TEXT];

	fprintf(listing->out, "%u: not %s, rule %d\n", line, sw_prefix_format(prefix, text), rule);
	return 0;
}

static enum sw_format format_of(const char *name)
{
	const char *at = strchr(name, '@'), *word;
	enum sw_format format;

	for (format = 0; at && format < SW_FORMATS; format++) {
		word = sw_format_name(format);
		if (!strncmp(at + 1, word, strlen(word)) && at[1 + strlen(word)] == '.')
			return format;
	}
	assert_null(at);
	return SW_FORMAT_AUTO;
}

/* What a text gives, a line each. The caller frees it. NULL: the list is unfit. */
static char *read_list(const char *name, const char *text, size_t size,
		       struct sw_feed_report *report, struct sw_error *error)
{
	struct sw_feed_config feed = a_feed(format_of(name));
	struct listing listing = { 0 };
	const struct sw_feed_sink sink = {
		.emit = emit,
		.exclude = exclude,
		.ctx = &listing,
		.as_of_s = AS_OF,
		.now_s = AS_OF,
	};
	char *copy = malloc(size + !size);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, size); /* of that very size: a sanitizer sees any read behind it */
	feed.path = (char *)name;
	listing.out = open_memstream(&listing.text, &listing.size);
	err = sw_feed_parse(&feed, copy, size, &sink, report, error);
	fclose(listing.out);
	free(copy);
	assert_true(err == 0 || (err == -EINVAL && error->text[0]));
	if (!err)
		return listing.text;
	free(listing.text);
	return NULL;
}

static char *describe(const char *name, const struct sw_file *file)
{
	struct sw_feed_report report;
	struct sw_error error = { 0 };
	char *entries = read_list(name, file->text, file->size, &report, &error), *all;
	size_t size;
	FILE *out = open_memstream(&all, &size);
	__u32 i;

	fprintf(out, "%s, %u lines, %u content, %u bad, %u wide, %u passed over\n",
		sw_format_name(report.format), report.lines, report.content, report.bad,
		report.wide, report.below);
	for (i = 0; i < report.bads; i++)
		fprintf(out, "%u: \"%s\" is bad, expected %s\n", report.kept[i].line,
			report.kept[i].text, report.kept[i].expected);
	if (entries)
		fputs(entries, out);
	else
		fprintf(out, "%s\n", error.text);
	fclose(out);
	free(entries);
	return all;
}

static void write_expected(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void check_file(const char *name, const struct sw_file *file)
{
	struct sw_file expected;
	char path[PATH_MAX], *got = describe(name, file);
	struct sw_error error = { 0 };

	snprintf(path, sizeof(path), GOLDEN "%s" EXPECTED, name);
	if (getenv("WRITE"))
		write_expected(path, got);
	if (sw_file_map(path, &expected, &error))
		fail_msg("%s", error.text);
	if (strlen(got) != expected.size || memcmp(got, expected.text, expected.size))
		fail_msg("%s gives:\n%sexpected:\n%.*s", name, got, (int)expected.size,
			 expected.text);
	sw_file_unmap(&expected);
	free(got);
}

static void each_file(void (*check)(const char *name, const struct sw_file *file))
{
	struct sw_error error = { 0 };
	DIR *dir = opendir(GOLDEN);
	struct dirent *entry;
	char path[PATH_MAX];
	struct sw_file file;
	unsigned files = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.' || strstr(entry->d_name, EXPECTED))
			continue;
		snprintf(path, sizeof(path), GOLDEN "%s", entry->d_name);
		if (sw_file_map(path, &file, &error))
			fail_msg("%s", error.text);
		check(entry->d_name, &file);
		sw_file_unmap(&file);
		files++;
	}
	closedir(dir);
	assert_true(files > 8);
}

static void every_list_gives_what_is_expected(void **state)
{
	(void)state;
	each_file(check_file);
}

static bool has_line(const char *all, const char *line, size_t size)
{
	const char *at;

	for (at = all; (at = memmem(at, strlen(at), line, size)); at++) {
		if (at == all || at[-1] == '\n')
			return true;
	}
	return false;
}

/* A longer list may be unfit where its beginning is not: then what that beginning
 * gives is held against what all longer ones that are fit give. */
static void check_cuts(const char *name, const struct sw_file *file)
{
	char *longest = NULL, *got, *at, *end;
	struct sw_feed_report report;
	struct sw_error error;
	size_t size = file->size + 1;

	while (size--) {
		error = (struct sw_error){ 0 };
		got = read_list(name, file->text, size, &report, &error);
		if (!got)
			continue;
		if (!longest) {
			longest = got;
			continue;
		}
		for (at = got; *at; at = end + 1) {
			end = strchr(at, '\n');
			if (!has_line(longest, at, end + 1 - at))
				fail_msg("%s cut to %zu bytes gives %.*s", name, size,
					 (int)(end - at), at);
		}
		free(got);
	}
	free(longest);
}

static void no_list_gives_more_for_being_cut_short(void **state)
{
	(void)state;
	each_file(check_cuts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_gives_what_is_expected),
		cmocka_unit_test(no_list_gives_more_for_being_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
