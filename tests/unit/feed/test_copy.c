// SPDX-License-Identifier: GPL-2.0
/* Good copies: what is in them, what is found in them, and when they are used. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "copy_fixture.h"
#include "feed/copy_layout.h"

static void entries_are_sorted_with_their_lines_and_tags(void **state)
{
	(void)state;
	expect_entries("203.0.113.0/24 ; SBL9\n2001:db8:7::/48 ; SBL7\n"
		       "198.51.100.0/24 ; SBL9\n198.51.100.0/25 ; SBL8\n"
		       "2001:db8::/32 ; SBL6\n198.51.100.0/24 ; SBL1\n",
		       "198.51.100.0/24@3=SBL9 198.51.100.0/25@4=SBL8 203.0.113.0/24@1=SBL9 "
		       "2001:db8::/32@5=SBL6 2001:db8:7::/48@2=SBL7");
	expect_entries("192.0.2.9\n192.0.2.1-192.0.2.2\n192.0.2.0/24\n",
		       "192.0.2.0/24@3 192.0.2.1@2 192.0.2.2@2 192.0.2.9@1");
}

/* rbldnsd's ip4set has the same answers: the longest prefix counts, and of equal
 * ones the exclusion. */
static void what_is_excluded_is_taken_out(void **state)
{
	(void)state;
	expect_entries("192.0.2.7\n!192.0.2.0/24\n", "192.0.2.7@1");
	expect_entries("198.51.100.0/25\n!198.51.100.0/26\n", "198.51.100.64/26@1");
	expect_entries("!198.51.100.7\n198.51.100.7\n198.51.100.8\n", "198.51.100.8@3");
	expect_entries("198.51.100.0/30\n!198.51.100.1\n", "198.51.100.0@1 198.51.100.2/31@1");
	expect_entries("198.51.100.0/30\n!198.51.100.0/31\n!198.51.100.0\n!198.51.100.3\n",
		       "198.51.100.2@1");
	expect_entries("198.51.100.0/30\n!198.51.100.0/30\n192.0.2.1\n", "192.0.2.1@3");
	expect_entries("198.51.100.0/29\n198.51.100.0/31\n!198.51.100.0/30\n",
		       "198.51.100.0/31@2 198.51.100.4/30@1");
	expect_entries("2001:db8::/126\n!2001:db8::2\n", "2001:db8::/127@1 2001:db8::3@1");
	expect_entries("255.255.255.252/30\n!255.255.255.255\n",
		       "255.255.255.252/31@1 255.255.255.254@1");
}

#define LARGE 700000

/* What is behind is released while more is read, and as entries are taken over. */
static void a_large_list_is_all_there(void **state)
{
	struct sw_feed_config feed = a_list();
	FILE *file = fopen(feed.path, "w");
	struct sw_feed_report report;
	struct sw_feed_copy copy;
	struct sw_prefix prefix;
	__u32 i, place;
	char tag[16];

	(void)state;
	assert_non_null(file);
	for (i = 0; i < LARGE; i++) {
		place = (__u64)i * 499979 % LARGE; /* a prime: each once, in no order */
		fprintf(file, "%u.%u.%u.%u", 11 + (place >> 22), place >> 14 & 255,
			place >> 6 & 255, place << 2 & 255);
		fprintf(file, i % 64 ? "\n" : " # t%u\n", place);
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(sw_feed_copy_read(&feed, &copy, &report, NULL), 0);
	assert_int_equal(copy.header->v4, LARGE);
	for (i = 0; i < LARGE; i++) {
		__u32 line = copy.v4_about[i].line - 1;

		prefix = sw_copy4_prefix(copy.v4[i]);
		assert_int_equal(prefix.length, 32);
		assert_int_equal(prefix.address, (11 << 24) + (i << 2));
		assert_int_equal((__u64)line * 499979 % LARGE, i);
		snprintf(tag, sizeof(tag), line % 64 ? "" : "t%u", i);
		assert_string_equal(copy.tags + copy.v4_about[i].tag, tag);
	}
	sw_feed_copy_close(&copy);
}

static void addresses_are_counted_once(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;

	(void)state;
	copy = copy_of(&feed, "10.0.0.0/8\n10.1.0.0/16\n192.0.2.0/30\n192.0.2.1\n192.0.2.4\n");
	assert_int_equal(copy.header->covers, (1 << 24) + 5);
	sw_feed_copy_close(&copy);
}

static int note(void *ctx, const struct sw_feed_found *found)
{
	char *text = ctx, one[SW_PREFIX_TEXT];

	sprintf(text + strlen(text), " %s@%u%s", sw_prefix_format(&found->prefix, one), found->line,
		found->tag);
	return 0;
}

static void expect_found(const struct sw_feed_copy *copy, const char *address, const char *expected)
{
	struct sw_prefix prefix;
	char text[512] = "";

	assert_int_equal(sw_prefix_parse(address, strlen(address), &prefix), 0);
	assert_int_equal(sw_feed_copy_find(copy, &prefix, note, text), 0);
	assert_string_equal(text, expected);
}

static bool overlaps(const struct sw_feed_copy *copy, const char *text)
{
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	return sw_feed_copy_overlaps(copy, &prefix);
}

static void finds_all_that_cover_an_address(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;

	(void)state;
	keep(&feed, "198.51.100.7 ; SBL1\n198.51.100.0/24 ; SBL2\n203.0.113.0/24 ; SBL3\n"
		    "2001:db8::/32 ; SBL4\n2001:db8::7 ; SBL5\n255.255.255.255 ; SBL6\n");
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_LOOK, &copy, NULL), 0);
	expect_found(&copy, "198.51.100.7", " 198.51.100.0/24@2SBL2 198.51.100.7@1SBL1");
	expect_found(&copy, "198.51.100.8", " 198.51.100.0/24@2SBL2");
	expect_found(&copy, "198.51.100.0/25", " 198.51.100.0/24@2SBL2");
	expect_found(&copy, "198.51.100.0/23", "");
	expect_found(&copy, "198.51.101.7", "");
	expect_found(&copy, "0.0.0.0", "");
	expect_found(&copy, "255.255.255.255", " 255.255.255.255@6SBL6");
	expect_found(&copy, "2001:db8::7", " 2001:db8::/32@4SBL4 2001:db8::7@5SBL5");
	expect_found(&copy, "2001:db9::", "");
	assert_true(overlaps(&copy, "198.51.100.9"));
	assert_true(overlaps(&copy, "198.51.0.0/16"));
	assert_true(overlaps(&copy, "2001::/16"));
	assert_false(overlaps(&copy, "198.51.101.0/24"));
	assert_false(overlaps(&copy, "2001:db9::/32"));
	sw_feed_copy_close(&copy);
}

static void what_was_kept_is_what_was_read(void **state)
{
	static const char text[] = "192.0.2.1\nodd\n192.0.2.2\n2001:db8::/32\n0.0.0.0/0\n192.0.2.3";
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy read, kept;

	(void)state;
	read = copy_of(&feed, text);
	keep(&feed, text);
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_ENFORCE, &kept, NULL), 0);
	assert_string_equal(entries_of(&kept), "192.0.2.1@1 192.0.2.2@3 2001:db8::/32@4");
	assert_memory_equal(&kept.header->report, &read.header->report,
			    sizeof(struct sw_feed_report));
	assert_int_equal(kept.header->report.bad, 1);
	assert_int_equal(kept.header->report.cut, 1);
	assert_string_equal(kept.header->report.kept[0].text, "odd");
	sw_feed_copy_close(&read);
	sw_feed_copy_close(&kept);
}

static void a_name_leads_nowhere_else(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;
	char *path;

	(void)state;
	feed.name = "..";
	path = sw_copy_path("state", feed.name);
	assert_string_equal(path, "state/feeds/%2E.");
	free(path);
	keep(&feed, "192.0.2.1\n");
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_ENFORCE, &copy, NULL), 0);
	sw_feed_copy_close(&copy);
}

static void set_age(const char *path, int seconds)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - seconds },
				     { .tv_sec = time(NULL) - seconds } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* The kernel's clock of files is coarse: what has just been written may be written
 * to again and look the same. */
static void a_file_that_has_just_been_written_is_read_anew(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_report report;
	struct sw_feed_copy copy;
	struct sw_file file;
	int later;

	(void)state;
	write_bytes("list.txt", "192.0.2.1\n", 10);
	for (later = 0; later < 2; later++) {
		__u64 read_ns;

		assert_int_equal(sw_file_map("list.txt", &file, NULL), 0);
		read_ns = file.id.changed_ns + later * 3000000000ULL;
		assert_int_equal(sw_feed_copy_make(&feed, &file, read_ns, &copy, &report, NULL), 0);
		assert_int_equal(sw_feed_copy_is_current(&copy, &feed), later);
		assert_false(sw_feed_copy_is_outdated(&copy));
		sw_feed_copy_close(&copy);
	}
}

static void a_copy_knows_when_its_source_has_changed(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;

	(void)state;
	keep(&feed, "192.0.2.1\n");
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_LOOK, &copy, NULL), 0);
	set_age("list.txt", 100);
	assert_true(sw_feed_copy_is_outdated(&copy));
	unlink("list.txt");
	assert_true(sw_feed_copy_is_outdated(&copy));
	sw_feed_copy_close(&copy);
}

static void a_copy_of_another_file_is_not_used(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_error error = { 0 };
	struct sw_feed_copy copy;

	(void)state;
	keep(&feed, "192.0.2.1\n");
	feed.path = "other.txt";
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_LOOK, &copy, &error), -EBADMSG);
	assert_string_equal(
		error.text,
		"the good copy state/feeds/list is not used: it is a copy of another file");
	/* But it does not matter from where it is named. */
	assert_true(asprintf(&feed.path, "%s/./list.txt", dir) > 0);
	assert_int_equal(sw_feed_copy_open("state", &feed, SW_COPY_LOOK, &copy, &error), 0);
	sw_feed_copy_close(&copy);
	free(feed.path);
}

static void what_cannot_be_kept_is_said(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy = copy_of(&feed, "192.0.2.1\n");
	struct sw_error error = { 0 };
	char *temporary = NULL;

	(void)state;
	write_bytes("nodir", "", 0);
	assert_int_equal(sw_feed_copy_write(&copy, "nodir", "list", &temporary, &error), -ENOTDIR);
	assert_string_equal(error.text, "nodir/feeds: Not a directory");
	assert_int_equal(sw_feed_copy_write(&copy, "/dev/full", "list", &temporary, &error),
			 -ENOTDIR);
	assert_null(temporary);
	sw_feed_copy_close(&copy);
}

/* A writer that was killed leaves a temporary file; the next one takes it away. */
static void unfinished_copies_are_removed(void **state)
{
	struct sw_feed_config feed = a_list();

	(void)state;
	keep(&feed, "192.0.2.1\n");
	write_bytes("state/feeds/list%abcdef", "x", 1);
	write_bytes("state/feeds/listed%abcdef", "x", 1);
	keep(&feed, "192.0.2.1\n");
	assert_int_equal(access("state/feeds/list%abcdef", F_OK), -1);
	assert_int_equal(access("state/feeds/listed%abcdef", F_OK), 0);
	assert_int_equal(access("state/feeds/list", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_sorted_with_their_lines_and_tags),
		cmocka_unit_test(what_is_excluded_is_taken_out),
		cmocka_unit_test(a_large_list_is_all_there),
		cmocka_unit_test(addresses_are_counted_once),
		cmocka_unit_test(finds_all_that_cover_an_address),
		cmocka_unit_test(what_was_kept_is_what_was_read),
		cmocka_unit_test(a_name_leads_nowhere_else),
		cmocka_unit_test(a_file_that_has_just_been_written_is_read_anew),
		cmocka_unit_test(a_copy_knows_when_its_source_has_changed),
		cmocka_unit_test(a_copy_of_another_file_is_not_used),
		cmocka_unit_test(what_cannot_be_kept_is_said),
		cmocka_unit_test(unfinished_copies_are_removed),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
