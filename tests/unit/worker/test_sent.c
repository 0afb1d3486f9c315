// SPDX-License-Identifier: GPL-2.0
/* What a child sends that lies, and how it is refused. */
#include "../feed/copy_fixture.h"

#include "base/clock.h"
#include "worker/sent.h"

#define TEXT "198.51.100.7\n203.0.112.0/23\n2001:db8::/32\n2001:db8:1::/100\n"

/* Sends a copy as a child does, which fits in a pipe. */
static int take(const struct sw_feed_config *feed, const struct sw_feed_copy *copy,
		struct sw_error *error)
{
	struct sw_sent sent = { .report = copy->header->report, .size = copy->header->size };
	size_t rest = copy->header->size - sizeof(*copy->header);
	struct sw_child child = SW_NO_CHILD;
	struct sw_feed_copy taken;
	struct sw_feed_report report;
	int end[2], err;

	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], &sent, sizeof(sent)), sizeof(sent));
	assert_int_equal(write(end[1], copy->header + 1, rest), rest);
	assert_int_equal(write(end[1], copy->header, sizeof(*copy->header)), sizeof(*copy->header));
	close(end[1]);
	child.out = end[0];
	child.until = sw_monotonic_ms() + 60000;
	err = sw_sent_take(feed, &child, &taken, &report, error);
	if (!err) {
		assert_string_equal(entries_of(&taken), entries_of(copy));
		assert_int_equal(taken.header->covers, copy->header->covers);
	}
	sw_feed_copy_close(&taken);
	sw_child_end(&child);
	return err;
}

static void expect_refused(const struct sw_feed_config *feed, const struct sw_feed_copy *copy,
			   const char *why)
{
	struct sw_error error = { 0 };

	assert_int_equal(take(feed, copy, &error), -EBADMSG);
	if (!strstr(error.text, why))
		fail_msg("\"%s\" says nothing of \"%s\"", error.text, why);
}

static void what_is_wider_than_allowed(void **state)
{
	struct sw_feed_config feed = a_list(), other;
	struct sw_feed_copy copy = copy_of(&feed, TEXT);
	struct sw_error error = { 0 };

	(void)state;
	other = feed;
	other.max_width[SW_IPV4] = 23;
	other.max_width[SW_IPV6] = 32;
	assert_int_equal(take(&other, &copy, &error), 0);
	other.max_width[SW_IPV4] = 24;
	expect_refused(&other, &copy, "more than the feed may list");
	other = feed;
	other.max_width[SW_IPV6] = 33;
	expect_refused(&other, &copy, "more than the feed may list");
	other.max_width[SW_IPV6] = 128;
	expect_refused(&other, &copy, "more than the feed may list");
	sw_feed_copy_close(&copy);

	copy = copy_of(&feed, "2001:db8:1::/100\n");
	other.max_width[SW_IPV6] = 100;
	assert_int_equal(take(&other, &copy, &error), 0);
	other.max_width[SW_IPV6] = 101;
	expect_refused(&other, &copy, "more than the feed may list");
	sw_feed_copy_close(&copy);
}

static void sums_that_are_not_its_entries(void **state)
{
	const struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy = copy_of(&feed, TEXT);
	struct sw_copy_header *header = (struct sw_copy_header *)copy.header;

	(void)state;
	header->covers -= 512;
	expect_refused(&feed, &copy, "damaged");
	header->covers += 512;
	header->v4_lengths &= ~(1ULL << 23);
	expect_refused(&feed, &copy, "damaged");
	sw_feed_copy_close(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wider_than_allowed),
		cmocka_unit_test(sums_that_are_not_its_entries),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
