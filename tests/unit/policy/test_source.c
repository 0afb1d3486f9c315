// SPDX-License-Identifier: GPL-2.0
/* Unfit feeds: what takes their place, what is refused, and what has to be accepted. */
#include <sys/stat.h>

#include "feed/copy_make.h"
#include "rules_fixture.h"

static void start(struct fixture *f)
{
	assert_int_equal(system("rm -rf state"), 0);
	f->reading = (struct sw_reading){ .state_dir = "state", .publish = true };
}

/* Reads, keeps what is good; the rules are in f->rules. */
static int publish(struct fixture *f)
{
	int err;

	sw_rules_free(f->rules);
	f->rules = NULL;
	free(f->warnings);
	f->warnings = NULL;
	err = read_rules(f);
	if (f->rules)
		assert_int_equal(sw_rules_keep(&f->config, &f->reading, f->rules), 0);
	return err;
}

static void end(struct fixture *f)
{
	assert_int_equal(system("rm -rf state"), 0);
	clean(f);
}

static void the_good_copy_takes_the_place_of_an_unfit_file(void **state)
{
	static const char *const unfit[] = {
		"<html>\n",
		"; This list has been merged into another\n; EOF\n",
		"",
		"\x1f\x8b\x08",
	};
	struct fixture f = { 0 };
	size_t i;

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n192.0.2.2\n");
	add_file(&f, "other", SW_KIND_CNC, "198.51.100.1\n");
	assert_int_equal(publish(&f), 0);
	for (i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
		write_file("list", unfit[i]);
		write_file("other", "198.51.100.7\n");
		assert_int_equal(publish(&f), 0);
		assert_int_equal(sw_rules_unfit(f.rules), 1);
		assert_int_equal(f.rules->feed[0].source.from, SW_FROM_COPY);
		assert_memory_equal(f.rules->feed[0].source.unfit.text, "list:", 5);
		assert_non_null(strstr(f.warnings, "feed list is unfit: list:"));
		assert_non_null(strstr(f.warnings, "of 2 entries, takes its place\n"));
		expect_rules(&f, SW_KIND_CNC, "192.0.2.1#0 192.0.2.2#0 198.51.100.7#1");
	}
	unlink("list");
	assert_int_equal(publish(&f), 0);
	assert_non_null(strstr(f.warnings, "list: cannot open: No such file"));
	write_file("list", "192.0.2.3\n");
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	assert_string_equal(f.warnings, "");
	end(&f);
}

static void without_a_copy_a_foreign_list_is_left_out_loudly(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_ZOMBIE, "<html>\n");
	add_inline(&f.feed[0], "203.0.113.1", 7);
	add_file(&f, "other", SW_KIND_CNC, "198.51.100.1\n");
	assert_int_equal(publish(&f), 0);
	assert_int_equal(f.rules->feed[0].source.from, SW_FROM_NOWHERE);
	assert_non_null(strstr(f.warnings, "it has no good copy and is LEFT OUT\n"));
	expect_rules(&f, SW_KIND_ZOMBIE, "203.0.113.1#0");
	expect_rules(&f, SW_KIND_CNC, "198.51.100.1#1");
	end(&f);
}

static void without_a_copy_those_that_protect_refuse_all(void **state)
{
	static const enum sw_kind kind[] = { SW_KIND_ALLOW, SW_KIND_OWN };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct fixture f = { 0 };

		start(&f);
		add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n");
		add_file(&f, "ours", kind[i], "<html>\n");
		assert_int_equal(publish(&f), -EINVAL);
		assert_int_equal(f.failed, 1);
		assert_non_null(strstr(f.error.text, "protects people, and has no good copy: "
						     "nothing is published"));
		/* With a copy they are like all others. */
		write_file("ours", "198.51.100.1\n");
		assert_int_equal(publish(&f), 0);
		unlink("ours");
		assert_int_equal(publish(&f), 0);
		assert_int_equal(f.rules->feed[1].source.from, SW_FROM_COPY);
		end(&f);
	}
}

static void a_check_is_strict_whatever_copies_there_are(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n");
	assert_int_equal(publish(&f), 0);
	write_file("list", "<html>\n");
	f.reading.publish = false;
	assert_int_equal(publish(&f), -EINVAL);
	assert_int_equal(f.failed, 0);
	end(&f);
}

static void a_damaged_copy_is_said_and_not_used(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n");
	assert_int_equal(publish(&f), 0);
	write_file("state/feeds/list", "192.0.2.66\n");
	write_file("list", "<html>\n");
	assert_int_equal(publish(&f), 0);
	assert_int_equal(f.rules->feed[0].source.from, SW_FROM_NOWHERE);
	assert_non_null(
		strstr(f.warnings,
		       "feed list: the good copy state/feeds/list is not used: it was not made by"));
	expect_rules(&f, SW_KIND_CNC, "");
	write_file("list", "192.0.2.2\n");
	assert_int_equal(publish(&f), 0);
	write_file("list", "<html>\n");
	assert_int_equal(publish(&f), 0);
	expect_rules(&f, SW_KIND_CNC, "192.0.2.2#0");
	end(&f);
}

/* All is in force, and it is said that nothing could take a feed's place. */
static void a_state_directory_that_cannot_be_written_hinders_nothing(void **state)
{
	struct fixture f = { 0 };
	char *warnings;
	size_t size, unkept;
	FILE *real;

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n");
	add_file(&f, "more", SW_KIND_CNC, "192.0.2.2\n");
	f.reading.state_dir = "list/none";
	assert_int_equal(read_rules(&f), 0);
	expect_rules(&f, SW_KIND_CNC, "192.0.2.1#0 192.0.2.2#1");
	real = stderr;
	stderr = open_memstream(&warnings, &size);
	unkept = sw_rules_keep(&f.config, &f.reading, f.rules);
	fclose(stderr);
	stderr = real;
	assert_int_equal(unkept, 2);
	assert_non_null(strstr(warnings, "the good copies of 2 feeds cannot be kept: "
					 "list/none/feeds: Not a directory; should one"));
	free(warnings);
	end(&f);
}

static void write_many(const char *path, unsigned count)
{
	FILE *file = fopen(path, "w");
	unsigned i;

	for (i = 0; i < count; i++)
		fprintf(file, "198.51.%u.%u\n", i / 256, i % 256);
	fclose(file);
}

static void a_list_that_changes_much_waits_to_be_accepted(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_feed(&f, "list", SW_KIND_CNC)->path = "list";
	write_many("list", 1000);
	assert_int_equal(publish(&f), 0);
	write_many("list", 4000);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	write_many("list", 999);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(f.rules->feed[0].source.from, SW_FROM_COPY);
	assert_non_null(strstr(f.warnings, "list: has 999 entries, and its good copy of "));
	assert_non_null(strstr(f.warnings, " ago has 4000 (max_change allows a factor of 4); if "
					   "that is meant: spamweir feed update list --accept"));
	f.feed[0].max_change = 5;
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	f.feed[0].max_change = 4;
	write_many("list", 100);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 1);
	f.reading.accept = "list";
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	assert_int_equal(f.rules->feed[0].prefixes, 100);
	/* Of a hundred a factor means nothing. */
	f.reading.accept = NULL;
	write_many("list", 5);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	end(&f);
}

static void write_nets(const char *path, unsigned first, unsigned last)
{
	FILE *file = fopen(path, "w");
	unsigned i;

	for (i = first; i <= last; i++)
		fprintf(file, "%u.0.0.0/8\n", i);
	fclose(file);
}

static void a_list_of_much_of_the_internet_waits_to_be_accepted(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_feed(&f, "list", SW_KIND_CNC)->path = "list";
	write_nets("list", 11, 41); /* one less than an eighth */
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	write_nets("list", 11, 42);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(f.rules->feed[0].source.from, SW_FROM_COPY);
	assert_non_null(strstr(f.warnings, "list: lists 12% of the Internet's IPv4 space (expected "
					   "less than an eighth); if that is meant"));
	f.feed[0].max_change = SW_ANY_CHANGE;
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	f.feed[0].max_change = 0;
	write_nets("list", 11, 41);
	assert_int_equal(publish(&f), 0);
	write_nets("list", 11, 42);
	f.reading.accept = "list";
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	/* What was accepted stays so, and is no licence for more. */
	f.reading.accept = NULL;
	write_nets("list", 12, 43);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	write_nets("list", 11, 43);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 1);
	end(&f);
}

/* Bogons are no part of the Internet. */
static void what_is_left_out_anyway_does_not_count(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_feed(&f, "list", SW_KIND_CNC)->path = "list";
	write_nets("list", 224, 255);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 0);
	assert_int_equal(f.rules->feed[0].special, 32);
	end(&f);
}

static void a_leap_over_a_fifth_of_the_space_waits_to_be_accepted(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_feed(&f, "list", SW_KIND_CNC)->path = "list";
	f.reading.accept = "list";
	write_nets("list", 11, 70);
	assert_int_equal(publish(&f), 0);
	f.reading.accept = NULL;
	write_nets("list", 11, 13);
	assert_int_equal(publish(&f), 0);
	assert_int_equal(sw_rules_unfit(f.rules), 1);
	assert_non_null(
		strstr(f.warnings, "list: lists 1% of the IPv4 space, and its good copy 23%"));
	end(&f);
}

static void a_file_of_the_future_is_said(void **state)
{
	const struct timespec times[2] = { { .tv_sec = 4102444800 }, { .tv_sec = 4102444800 } };
	struct fixture f = { 0 };

	(void)state;
	start(&f);
	add_file(&f, "list", SW_KIND_CNC, "192.0.2.1\n");
	assert_int_equal(utimensat(-100, "list", times, 0), 0);
	assert_int_equal(publish(&f), 0);
	assert_non_null(strstr(f.warnings, "list: is dated in the future, 2100-01-01T00:00:00Z"));
	end(&f);
}

/* Lists that are "parsed" elsewhere: in this process, once they are waited for. */
struct fake {
	struct sw_begun begun;
	const struct sw_feed_config *feed;
};

static unsigned fakes, fakes_at_most, fakes_begun, fakes_fail;

static void drop_fake(struct sw_begun *begun)
{
	fakes--;
	free(begun);
}

static int finish_fake(struct sw_begun *begun, struct sw_feed_copy *copy,
		       struct sw_feed_report *report, struct sw_error *error)
{
	const struct sw_feed_config *feed = ((struct fake *)begun)->feed;

	drop_fake(begun);
	return sw_feed_copy_read(feed, copy, report, error);
}

static struct sw_begun *begin_fake(const struct sw_feed_config *feed)
{
	struct fake *fake;

	if (fakes_fail && !--fakes_fail)
		return NULL;
	fake = malloc(sizeof(*fake));
	assert_non_null(fake);
	*fake = (struct fake){ { finish_fake, drop_fake }, feed };
	fakes_begun++;
	fakes++;
	if (fakes > fakes_at_most)
		fakes_at_most = fakes;
	return &fake->begun;
}

static int publish_ahead(struct fixture *f)
{
	struct sw_opened opened[8] = { { 0 } };
	size_t i;
	int err;

	fakes_begun = fakes_at_most = 0;
	f->reading.begin = begin_fake;
	f->reading.opened = opened;
	err = publish(f);
	for (i = 0; i < sizeof(opened) / sizeof(opened[0]); i++)
		sw_opened_close(&opened[i]);
	assert_int_equal(fakes, 0);
	return err;
}

static void lists_are_parsed_side_by_side_and_each_once(void **state)
{
	static char *const name[] = { "a", "b", "c", "d", "e", "f" };
	const struct timespec past[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct fixture f = { 0 };
	char text[32];
	size_t i;

	(void)state;
	start(&f);
	for (i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "192.0.2.%zu\n", i + 1);
		add_file(&f, name[i], i == 4 ? SW_KIND_OWN : SW_KIND_CNC, text);
	}
	assert_int_equal(publish_ahead(&f), 0);
	assert_int_equal(fakes_begun, 6);
	assert_in_range(fakes_at_most, 1, 4);
	expect_rules(&f, SW_KIND_CNC,
		     "192.0.2.1#0 192.0.2.2#1 192.0.2.3#2 192.0.2.4#3 "
		     "192.0.2.6#5");

	/* One that cannot be begun is read when its turn comes; an unfit one fails alone. */
	for (i = 0; i < 6; i++)
		unlink(name[i]);
	for (i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), i == 3 ? "<html>\n" : "192.0.2.%zu\n", i + 11);
		write_file(name[i], text);
		assert_int_equal(utimensat(-100, name[i], past, 0), 0);
	}
	fakes_fail = 2;
	assert_int_equal(publish_ahead(&f), 0);
	assert_int_equal(fakes_begun, 5);
	assert_int_equal(sw_rules_unfit(f.rules), 1);
	expect_rules(&f, SW_KIND_CNC,
		     "192.0.2.4#3 192.0.2.11#0 192.0.2.12#1 192.0.2.13#2 "
		     "192.0.2.16#5");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_good_copy_takes_the_place_of_an_unfit_file),
		cmocka_unit_test(without_a_copy_a_foreign_list_is_left_out_loudly),
		cmocka_unit_test(without_a_copy_those_that_protect_refuse_all),
		cmocka_unit_test(a_check_is_strict_whatever_copies_there_are),
		cmocka_unit_test(a_damaged_copy_is_said_and_not_used),
		cmocka_unit_test(a_state_directory_that_cannot_be_written_hinders_nothing),
		cmocka_unit_test(a_list_that_changes_much_waits_to_be_accepted),
		cmocka_unit_test(a_list_of_much_of_the_internet_waits_to_be_accepted),
		cmocka_unit_test(what_is_left_out_anyway_does_not_count),
		cmocka_unit_test(a_leap_over_a_fifth_of_the_space_waits_to_be_accepted),
		cmocka_unit_test(a_file_of_the_future_is_said),
		cmocka_unit_test(lists_are_parsed_side_by_side_and_each_once),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
