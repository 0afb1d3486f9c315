// SPDX-License-Identifier: GPL-2.0
/* Lines that are nothing but an entry are read in a way of their own, and mean the same. */
#include "feed_run.h"

static const char *const lines[] = {
	"192.0.2.1",
	"0.0.0.0",
	"255.255.255.255",
	"255.255.255.255/32",
	"198.51.100.0/24",
	"198.51.100.77/24",
	"198.51.100.77/9",
	"10.0.0.0/8",
	"10.1.2.3/0",
	"10.1.2.3/1",
	"10.1.2.3/7",
	"192.0.2.1/",
	"192.0.2.1/33",
	"192.0.2.1/032",
	"192.0.2.1/08",
	"192.0.2.1/320",
	"192.0.2.1/24/24",
	"192.0.2.1/2x",
	"192.0.2.256",
	"192.0.2.300",
	"192.0.2.999",
	"192.0.2.1000",
	"192.0.2.01",
	"192.0.2.001",
	"192.0.02.1",
	"192.00.2.1",
	"0192.0.2.1",
	"00.0.2.1",
	"192.0.2",
	"192.0.2.",
	"192.0.2.1.",
	"192.0.2.1.1",
	".192.0.2.1",
	"192..2.1",
	"192.0.2.1a",
	"192.0.2.a",
	"a92.0.2.1",
	"192.0.2.\xb1",
	"192.0.2.1\x80",
	"192.0.2.1\xff",
	"192,0.2.1",
	"192.0.2:1",
	"192.0.2/24",
	"192.0.2.1;2",
	"192.0.2.1 # why",
	"192.0.2.1-192.0.2.3",
	"!192.0.2.1",
	"# 192.0.2.1",
	"# Number of entries: 1",
	"2001:db8::1",
	"2001:db8::/32",
	"::ffff:192.0.2.1",
	"",
	"1",
	"1111111111111111111111111111111111",
	"192.0.2.-1",
	"192.0.2.+1",
};

#define LINES (sizeof(lines) / sizeof(*lines))
#define ROOM 4096

static struct sw_feed_config plain_feed(void)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_PLAIN);

	feed.may_be_empty = true;
	return feed;
}

/* Each line with one before and one behind it, so that it is neither the first nor cut. */
static void lay_out(char *text, const char *line, const char *behind)
{
	snprintf(text, ROOM, "203.0.113.1\n%s%s\n203.0.113.2/31\n203.0.113.9%s\n# the end of it\n",
		 line, behind, behind);
}

static void parse(struct run *run, const struct sw_feed_config *feed, const char *text)
{
	run_bytes(run, feed, text, strlen(text));
}

/* With a blank behind it no line is bare. */
static void expect_the_same(const struct sw_feed_config *feed, const char *line)
{
	char bare[ROOM], blank[ROOM];
	static struct run a, b;

	lay_out(bare, line, "");
	lay_out(blank, line, " ");
	parse(&a, feed, bare);
	parse(&b, feed, blank);
	assert_int_equal(a.err, b.err);
	assert_string_equal(a.got, b.got);
	assert_string_equal(a.error.text, b.error.text);
	assert_memory_equal(&a.report, &b.report, sizeof(a.report));
}

static void they_mean_what_they_mean_with_a_blank_behind(void **state)
{
	const struct sw_feed_config feed = plain_feed();
	size_t i;

	(void)state;
	for (i = 0; i < LINES; i++)
		expect_the_same(&feed, lines[i]);
}

#define DRAWN 20000 /* lines */

/* An entry of which up to three bytes are others. */
static void draw(char *line, size_t room)
{
	static const char bytes[] = "0123456789./.0128 #:-\x01\x1e\x80\x8a\x8f\xb9\xba\xff";
	static const unsigned most[] = { 9, 99, 255, 300 };
	int changes = rand() % 4;

	snprintf(line, room, "%u.%u.%u.%u", rand() % (most[rand() % 4] + 1),
		 rand() % (most[rand() % 4] + 1), rand() % (most[rand() % 4] + 1),
		 rand() % (most[rand() % 4] + 1));
	if (rand() % 2)
		snprintf(line + strlen(line), room - strlen(line), "/%u", rand() % 40);
	while (changes--)
		line[rand() % strlen(line)] = bytes[rand() % (sizeof(bytes) - 1)];
}

static void so_do_lines_with_bytes_changed(void **state)
{
	const struct sw_feed_config feed = plain_feed();
	char line[64];
	int i;

	(void)state;
	srand(1);
	for (i = 0; i < DRAWN; i++) {
		draw(line, sizeof(line));
		expect_the_same(&feed, line);
	}
}

static void no_more_are_taken_than_the_feed_may_have(void **state)
{
	struct sw_feed_config feed = plain_feed();
	static struct run run;

	(void)state;
	feed.max_entries[SW_IPV4] = 2;
	parse(&run, &feed, "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n# the end of it all\n");
	assert_int_equal(run.err, -EINVAL);
	assert_non_null(strstr(run.error.text, "list.txt:3: more than 2 IPv4 entries"));
}

static void the_last_without_its_newline_may_be_cut(void **state)
{
	const struct sw_feed_config feed = plain_feed();
	static struct run run;

	(void)state;
	parse(&run, &feed, "192.0.2.1\n192.0.2.2\n203.0.113.100/31");
	assert_string_equal(run.got, "192.0.2.1@1 192.0.2.2@2");
	assert_int_equal(run.report.cut, 1);
	assert_int_equal(run.report.lines, 3);
}

static void who_takes_them_may_stop(void **state)
{
	const struct sw_feed_config feed = plain_feed();
	static struct run run;
	static const char text[] = "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n# the end of it\n";

	(void)state;
	run = (struct run){ .stop_after = 2 };
	parse(&run, &feed, text);
	assert_int_equal(run.err, -ECANCELED);
	assert_int_equal(run.report.entries, 1);
	assert_string_equal(run.got, "192.0.2.1@1 192.0.2.2@2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_mean_what_they_mean_with_a_blank_behind),
		cmocka_unit_test(so_do_lines_with_bytes_changed),
		cmocka_unit_test(no_more_are_taken_than_the_feed_may_have),
		cmocka_unit_test(the_last_without_its_newline_may_be_cut),
		cmocka_unit_test(who_takes_them_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
