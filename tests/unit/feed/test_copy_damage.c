// SPDX-License-Identifier: GPL-2.0
/* Copies that are damaged, or not ours: known as such, whatever is wrong. */
#include "copy_fixture.h"

#include "base/file.h"
#include "feed/copy_layout.h"

#define TEXT "198.51.100.7 ; SBL1\n198.51.100.0/24 ; SBL2\n2001:db8::/32 ; SBL4\n203.0.113.9\n"

static char *image;
static size_t size;

static int make_image(void **state)
{
	struct sw_feed_config feed = a_list();
	struct sw_file file;

	if (make_dir(state))
		return -1;
	keep(&feed, TEXT);
	if (sw_file_map("state/feeds/list", &file, NULL))
		return -1;
	size = file.size;
	image = aligned_alloc(8, size);
	memcpy(image, file.text, size);
	sw_file_unmap(&file);
	return 0;
}

static int open_it(enum sw_copy_trust trust, struct sw_error *error)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;
	int err = sw_feed_copy_open("state", &feed, trust, &copy, error);

	sw_feed_copy_close(&copy);
	return err;
}

/* What a list covers is summed in one go, and checked in two halves. */
static void lists_of_nested_prefixes_are_good(void **state)
{
	static const char *const ends[] = { ".0.0/16", ".7.0/24", ".7.0/25", ".7.1", ".7.200" };
	struct sw_feed_config feed = a_list();
	char text[1024];
	unsigned lines, i;

	(void)state;
	srand(1);
	for (lines = 1; lines < 40; lines++) {
		text[0] = '\0';
		for (i = 0; i < lines; i++)
			sprintf(text + strlen(text), "203.%u%s\n", rand() % 4, ends[rand() % 5]);
		keep(&feed, text);
		assert_int_equal(open_it(SW_COPY_ENFORCE, NULL), 0);
	}
	keep(&feed, TEXT);
}

static void the_image_is_good(void **state)
{
	(void)state;
	assert_int_equal(open_it(SW_COPY_ENFORCE, NULL), 0);
	assert_int_equal(open_it(SW_COPY_LOOK, NULL), 0);
}

static void any_flipped_bit_shows(void **state)
{
	struct sw_feed_copy copy;
	size_t i;

	(void)state;
	for (i = 0; i < size; i++) {
		image[i] ^= 1 << i % 8;
		assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, NULL),
				 -EBADMSG);
		if (i < sizeof(struct sw_copy_header))
			assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_LOOK, &copy, NULL),
					 -EBADMSG);
		image[i] ^= 1 << i % 8;
	}
	assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, NULL), 0);
}

static void any_other_size_shows(void **state)
{
	struct sw_feed_copy copy;
	size_t cut;

	(void)state;
	for (cut = 0; cut < size; cut++)
		assert_int_equal(sw_feed_copy_check(image, cut, SW_COPY_LOOK, &copy, NULL),
				 -EBADMSG);
}

/* Numbers that are wrong in a header whose digest is right: nothing is read
 * outside the file. */
static void wrong_counts_show(void **state)
{
	static const size_t field[] = {
		offsetof(struct sw_copy_header, size),
		offsetof(struct sw_copy_header, v4),
		offsetof(struct sw_copy_header, v6),
		offsetof(struct sw_copy_header, untils),
		offsetof(struct sw_copy_header, path_size),
		offsetof(struct sw_copy_header, tags_size),
	};
	static const __u64 wrong[] = { 8, 9, 1000, 1ULL << 32, 1ULL << 60, ~0ULL };
	struct sw_copy_header *header = (void *)image;
	struct sw_copy_header good = *header;
	struct sw_feed_copy copy;
	size_t i, j;
	__u64 *at;

	(void)state;
	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		for (j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
			at = (__u64 *)(image + field[i]);
			*at += wrong[j];
			sw_copy_digests(header, false);
			assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_LOOK, &copy, NULL),
					 -EBADMSG);
			*header = good;
		}
	}
}

/* The order is what searches and the tables rest on. */
static void entries_out_of_order_show(void **state)
{
	struct sw_copy_header *header = (void *)image;
	struct sw_copy_header good = *header;
	struct sw_feed_copy copy;
	__u64 swap, *v4;

	(void)state;
	sw_copy_point(&copy, header);
	v4 = (__u64 *)copy.v4;
	swap = v4[0];
	v4[0] = v4[1];
	v4[1] = swap;
	sw_copy_digests(header, true);
	assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, NULL), -EBADMSG);
	v4[1] = v4[0];
	v4[0] = swap;
	*header = good;
}

static void expect_damaged(struct sw_copy_header *header)
{
	struct sw_feed_copy copy;

	sw_copy_digests(header, true);
	assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_SENT, &copy, NULL), -EBADMSG);
	assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, NULL), -EBADMSG);
}

/* Entries that no list can have, and sums that are not theirs. */
static void unclean_entries_show(void **state)
{
	static const __u64 bits[] = { 1, 1 << 23, 33ULL << 24, 64ULL << 24, 1 << 24 };
	struct sw_copy_header *header = (void *)image;
	struct sw_copy_header good = *header;
	struct sw_feed_copy copy;
	__u64 *v4, before;
	size_t i;

	(void)state;
	sw_copy_point(&copy, header);
	v4 = (__u64 *)copy.v4 + header->v4 - 1;
	before = *v4;
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		*v4 = before ^ bits[i];
		expect_damaged(header);
		*v4 = before;
		*header = good;
	}
	((struct sw_copy_about *)copy.v4_about)[0].tag += header->tags_size;
	expect_damaged(header);
	((struct sw_copy_about *)copy.v4_about)[0].tag -= header->tags_size;
	header->covers++;
	expect_damaged(header);
	*header = good;
	header->v4_lengths = 0;
	expect_damaged(header);
	*header = good;
	assert_int_equal(sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, NULL), 0);
}

#define LONG 600000 /* entries: two threads look at them */

/* A list of single addresses, each of its own /24. */
static char *long_list(void)
{
	char *text = malloc(LONG * 16), *at = text;
	int i;

	assert_non_null(text);
	for (i = 0; i < LONG; i++)
		at += sprintf(at, "%d.%d.%d.1\n", 11 + (i >> 16), i >> 8 & 255, i & 255);
	return text;
}

static void damage_to_a_long_one_shows(void **state)
{
	const struct sw_feed_config feed = a_list();
	char *text = long_list();
	struct sw_feed_copy copy = copy_of(&feed, text), found;
	struct sw_copy_header *header = (struct sw_copy_header *)copy.header;
	__u64 *entry = (__u64 *)copy.v4 + LONG / 2;
	__u32 *tag = &((struct sw_copy_about *)copy.v4_about)[LONG / 2].tag;

	(void)state;
	free(text);
	assert_int_equal(header->v4, LONG);
	assert_int_equal(sw_feed_copy_check(header, copy.size, SW_COPY_SENT, &found, NULL), 0);
	++*tag;
	assert_int_equal(sw_feed_copy_check(header, copy.size, SW_COPY_SENT, &found, NULL),
			 -EBADMSG);
	--*tag;
	*entry = entry[1];
	assert_int_equal(sw_feed_copy_check(header, copy.size, SW_COPY_SENT, &found, NULL),
			 -EBADMSG);
	sw_feed_copy_close(&copy);
}

static void each_is_told_apart(void **state)
{
	struct sw_copy_header *header = (void *)image;
	struct sw_error error = { 0 };

	(void)state;
	write_bytes("state/feeds/list", "192.0.2.1\n", 10);
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -EBADMSG);
	assert_string_equal(
		error.text,
		"the good copy state/feeds/list is not used: it was not made by spamweir");
	write_bytes("state/feeds/list", "", 0);
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "it is empty"));
	write_bytes("state/feeds/list", image, size / 2);
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "it is damaged"));
	header->version++;
	write_bytes("state/feeds/list", image, size);
	header->version--;
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "it has version 3, this spamweir writes 2"));
	unlink("state/feeds/list");
	assert_int_equal(symlink("../../list.txt", "state/feeds/list"), 0);
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -ELOOP);
	unlink("state/feeds/list");
	assert_int_equal(open_it(SW_COPY_ENFORCE, &error), -ENOENT);
	free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_nested_prefixes_are_good),
		cmocka_unit_test(the_image_is_good),
		cmocka_unit_test(any_flipped_bit_shows),
		cmocka_unit_test(any_other_size_shows),
		cmocka_unit_test(wrong_counts_show),
		cmocka_unit_test(entries_out_of_order_show),
		cmocka_unit_test(unclean_entries_show),
		cmocka_unit_test(damage_to_a_long_one_shows),
		cmocka_unit_test(each_is_told_apart),
	};

	return cmocka_run_group_tests(tests, make_image, remove_dir);
}
