// SPDX-License-Identifier: GPL-2.0
/* What feeds give: formats, how they are recognised, what is counted. */
#include <time.h>
#include <unistd.h>

#include "base/entry.h"
#include "feed/parse.h"
#include "feed_run.h"

static struct run run;

static void golden(const char *name, enum sw_format format, const char *expected)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char path[128];

	snprintf(path, sizeof(path), GOLDEN "%s", name);
	run_file(&run, &feed, path);
	assert_string_equal(run.error.text, "");
	assert_int_equal(run.err, 0);
	assert_int_equal(run.report.format, format);
	assert_string_equal(run.got, expected);
	assert_int_equal(run.report.bad, 0);
	assert_int_equal(run.report.bads, 0);
}

static void reads_every_plain_style(void **state)
{
	(void)state;
	golden("mixed.txt", SW_FORMAT_PLAIN,
	       "192.0.2.1@5 192.0.2.16/28@6 192.0.2.40@7=behind white space 192.0.2.41@8=likewise "
	       "192.0.2.42@9=likewise "
	       "192.0.2.64/31@11 192.0.2.66@11 192.0.2.68/30@12=a range 2001:db8::/48@13 "
	       "2001:db8:1::25@14 2001:db8:2::1@15 2001:db8:2::2@15 198.51.100.0/24@16");
	assert_int_equal(run.report.lines, 16);
	assert_int_equal(run.report.content, 11);
	assert_int_equal(run.report.entries, 13);
	assert_int_equal(run.report.host_bits, 1);
	golden("firehol.netset", SW_FORMAT_PLAIN,
	       "192.0.2.0/25@8 198.51.100.4@9 203.0.113.64/26@10");
	golden("addresses.txt", SW_FORMAT_PLAIN,
	       "192.0.2.1@1 192.0.2.77@2 2001:db8:25::1@3 198.51.100.240@4");
}

static void reads_drop(void **state)
{
	(void)state;
	golden("drop.txt", SW_FORMAT_DROP,
	       "198.51.100.0/25@3=SBL100001 198.51.100.128/26@4=SBL100002 "
	       "203.0.113.0/24@5=SBL100003");
	golden("drop_v4.json", SW_FORMAT_NDJSON,
	       "198.51.100.0/25@1=SBL100001 198.51.100.128/26@2=SBL100002 "
	       "203.0.113.0/24@3=SBL100003 203.0.113.0/24@4=SBL100003");
	assert_int_equal(run.report.content, 4);
	golden("drop_v6.json", SW_FORMAT_NDJSON,
	       "2001:db8:100::/48@1=SBL100004 2001:db8:8000::/33@2=SBL100005");
}

static void reads_dshield_with_its_bare_header(void **state)
{
	(void)state;
	golden("dshield.txt", SW_FORMAT_DSHIELD,
	       "198.51.100.0/24@5=EXAMPLE NET 1 203.0.113.0/24@6=OTHER-NET 192.0.2.0/24@7");
	assert_int_equal(run.report.content, 3);
}

static void reads_ipsum(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	golden("ipsum.txt", SW_FORMAT_IPSUM,
	       "198.51.100.7@5=on 10 lists 198.51.100.8@6=on 3 lists "
	       "203.0.113.9@7=on 2 lists 2001:db8::25@8=on 1 lists");
	feed.min_count = 3;
	run_file(&run, &feed, GOLDEN "ipsum.txt");
	assert_int_equal(run.err, 0);
	assert_string_equal(run.got, "198.51.100.7@5=on 10 lists 198.51.100.8@6=on 3 lists");
	assert_int_equal(run.report.below, 2);
	assert_int_equal(run.report.bad, 0);
	assert_int_equal(run.report.content, 4);
}

static void all_below_the_count_is_no_empty_feed(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_IPSUM);

	(void)state;
	feed.min_count = 100;
	taken_by(&run, &feed, "192.0.2.1\t9\n", "");
	assert_int_equal(run.report.below, 1);
}

static void takes_line_ends_of_any_system(void **state)
{
	(void)state;
	taken(&run,
	      "\xef\xbb\xbf"
	      "192.0.2.1\r\n192.0.2.2 \t\r\n\r\n192.0.2.3\r\n",
	      "192.0.2.1@1 192.0.2.2@2 192.0.2.3@4");
	assert_int_equal(run.report.lines, 4);
	taken(&run, "192.0.2.0/24 ; SBL1\r\n", "192.0.2.0/24@1=SBL1");
	taken(&run, "192.0.2.1\t5\r\n192.0.2.2\t4\n",
	      "192.0.2.1@1=on 5 lists 192.0.2.2@2=on 4 lists");
	taken(&run, "192.0.2.0\t192.0.2.255\t24\t1\tNET\r\n", "192.0.2.0/24@1=NET");
	taken(&run,
	      "\xef\xbb\xbf{\"cidr\":\"192.0.2.0/24\"}\r\n"
	      "{\"type\":\"metadata\",\"records\":1}\r\n",
	      "192.0.2.0/24@1");
	taken(&run, "192.0.2.1\n# no newline", "192.0.2.1@1");
}

static void recognises_what_most_first_lines_are(void **state)
{
	(void)state;
	taken(&run, "192.0.2.9 7\n192.0.2.1\n192.0.2.2\n192.0.2.3\n",
	      "192.0.2.1@2 192.0.2.2@3 192.0.2.3@4");
	assert_int_equal(run.report.format, SW_FORMAT_PLAIN);
	taken(&run, "odd\n192.0.2.1 7\n192.0.2.2\t8\n192.0.2.3\t9\n",
	      "192.0.2.1@2=on 7 lists 192.0.2.2@3=on 8 lists 192.0.2.3@4=on 9 lists");
	assert_int_equal(run.report.format, SW_FORMAT_IPSUM);
	taken(&run, "192.0.2.0/24 ; a remark\n192.0.2.1 ; another\n",
	      "192.0.2.0/24@1=a remark 192.0.2.1@2=another");
	assert_int_equal(run.report.format, SW_FORMAT_PLAIN);
	taken(&run, "2001:db8::/32 ; SBL7\n", "2001:db8::/32@1=SBL7");
	assert_int_equal(run.report.format, SW_FORMAT_DROP);
}

static void a_given_format_is_not_guessed(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_DROP);

	(void)state;
	taken_by(&run, &feed, "192.0.2.1\n192.0.2.2;text\n", "192.0.2.1@1 192.0.2.2@2=text");
	feed.format = SW_FORMAT_PLAIN;
	taken_by(&run, &feed, "192.0.2.0/24 ; SBL1\n", "192.0.2.0/24@1=SBL1");
	feed.format = SW_FORMAT_DSHIELD;
	refused_by(&run, &feed, "192.0.2.1\n", 10, "expected first address");
}

static void a_bare_semicolon_hides_no_address(void **state)
{
	(void)state;
	taken(&run, "192.0.2.1;192.0.2.2\n192.0.2.3\n192.0.2.4/30\n192.0.2.9\n",
	      "192.0.2.3@2 192.0.2.4/30@3 192.0.2.9@4");
	assert_int_equal(run.report.bad, 1);
}

static void refuses_odd_ranges(void **state)
{
	static const char *const odd[] = {
		"192.0.2.9-192.0.2.1",
		"192.0.2.1-",
		"-192.0.2.1",
		"192.0.2.1-2001:db8::1",
		"192.0.2.0/24-192.0.3.0/24",
		"192.0.2.1-192.0.2.2-192.0.2.3",
		"192.0.2.1-9",
		"-",
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		snprintf(text, sizeof(text), "192.0.2.7\n%s\n192.0.2.8\n192.0.2.9\n", odd[i]);
		taken(&run, text, "192.0.2.7@1 192.0.2.8@3 192.0.2.9@4");
		assert_int_equal(run.report.bad, 1);
		assert_string_equal(run.report.kept[0].text, odd[i]);
	}
}

static void wide_entries_are_refused_but_not_bad(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	taken(&run,
	      "0.0.0.0/0\n192.0.0.0/7\n10.0.0.0/8\n::/0\n2001::/15\n2001::/16\n"
	      "1.0.0.0-192.0.2.7\n100::-1ff::\n",
	      "10.0.0.0/8@3 2001::/16@6");
	assert_int_equal(run.report.wide, 6);
	assert_int_equal(run.report.bad, 0);
	assert_int_equal(run.report.entries, 2);
	assert_int_equal(run.report.content, 8);
	assert_int_equal(run.report.bads, SW_FEED_BAD_KEPT);
	assert_int_equal(run.report.kept[0].line, 1);
	assert_string_equal(run.report.kept[0].text, "0.0.0.0/0");
	assert_non_null(strstr(run.report.kept[0].expected, "wider"));
	feed.max_width[SW_IPV4] = 24;
	taken_by(&run, &feed, "192.0.2.0/23\n192.0.2.0-192.0.3.255\n192.0.2.0/24\n",
		 "192.0.2.0/24@3");
	feed.max_width[SW_IPV4] = 0;
	taken_by(&run, &feed, "0.0.0.0/0\n", "0.0.0.0/0@1");
}

static void single_bad_lines_are_kept_for_the_report(void **state)
{
	(void)state;
	taken(&run,
	      "192.0.2.1\nfoo\x1b[31m bar\n192.0.2.2 and more\n01.2.3.4\n"
	      "192.0.2.0\n192.0.2.2\n192.0.2.3\n192.0.2.4\n192.0.2.5\n192.0.2.6\n"
	      "192.0.2.7\n192.0.2.8\n",
	      "192.0.2.1@1 192.0.2.0@5 192.0.2.2@6 192.0.2.3@7 192.0.2.4@8 192.0.2.5@9 "
	      "192.0.2.6@10 192.0.2.7@11 192.0.2.8@12");
	assert_int_equal(run.report.bad, 3);
	assert_int_equal(run.report.bads, 3);
	assert_int_equal(run.report.kept[0].line, 2);
	assert_string_equal(run.report.kept[0].text, "foo\\x1b[31m bar");
	assert_non_null(strstr(run.report.kept[0].expected, "an address, prefix or range"));
	assert_string_equal(run.report.kept[2].text, "01.2.3.4");
}

static void odd_rows_of_each_format_are_bad(void **state)
{
	static const struct {
		enum sw_format format;
		const char *good, *bad;
	} cases[] = {
		{ SW_FORMAT_IPSUM, "192.0.2.1\t1", "192.0.2.2" },
		{ SW_FORMAT_IPSUM, "192.0.2.1\t1", "192.0.2.2\tmany" },
		{ SW_FORMAT_IPSUM, "192.0.2.1\t1", "192.0.2.2\t4294967296" },
		{ SW_FORMAT_IPSUM, "192.0.2.1\t1", "192.0.2.2\t1 2" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.3.0\t192.0.3.255\t23" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.4.0\t192.0.4.255\t23" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.3.0\t192.0.3.255\t33" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.3.0\t192.0.3.255" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.3.0\t::\t24" },
		{ SW_FORMAT_DSHIELD, "192.0.2.0\t192.0.2.255\t24", "192.0.3.0" },
		{ SW_FORMAT_DROP, "192.0.2.0/24 ; SBL1", "192.0.3/24 ; SBL2" },
		{ SW_FORMAT_DROP, "192.0.2.0/24 ; SBL1", "x;" },
		{ SW_FORMAT_PLAIN, "192.0.2.0/24", "192.0.3.0/255.255.255.0" },
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sw_feed_config feed = a_feed(cases[i].format);

		snprintf(text, sizeof(text), "%s\n%s\n%s\n%s\n", cases[i].good, cases[i].bad,
			 cases[i].good, cases[i].good);
		run_bytes(&run, &feed, text, strlen(text));
		assert_int_equal(run.err, 0);
		assert_int_equal(run.report.bad, 1);
		assert_int_equal(run.report.entries, 3);
		assert_int_equal(run.report.kept[0].line, 2);
	}
}

/* The longest prefix counts later; here they are only handed on. */
static void exclusions_are_no_bad_lines(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_IPSUM);

	(void)state;
	taken(&run,
	      "192.0.2.0/24\n!192.0.2.7\n! 192.0.2.8/30 # spared\n192.0.2.9 nomatch\n"
	      "!192.0.2.32-192.0.2.33\n!2001:db8::\n",
	      "192.0.2.0/24@1 !192.0.2.7@2 !192.0.2.8/30@3 !192.0.2.9@4 !192.0.2.32/31@5 "
	      "!2001:db8::@6");
	assert_int_equal(run.report.bad, 0);
	assert_int_equal(run.report.excluded, 5);
	taken(&run, "198.51.100.0/24 ; SBL1\n!198.51.100.7 ; SBL2\n",
	      "198.51.100.0/24@1=SBL1 !198.51.100.7@2");
	taken_by(&run, &feed, "192.0.2.1\t9\n!192.0.2.2\t9\n",
		 "192.0.2.1@1=on 9 lists !192.0.2.2@2");
	/* Somebody's comments. */
	taken(&run, "! Title: a list\n192.0.2.1\n192.0.2.2\n192.0.2.3\n",
	      "192.0.2.1@2 192.0.2.2@3 192.0.2.3@4");
	assert_int_equal(run.report.bad, 1);
}

/* A tag may be written with escapes. */
static void json_rows_may_be_odd(void **state)
{
	(void)state;
	taken(&run,
	      "{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"S\\u0042L\"}\n"
	      "{\"sblid\":\"SBL9\",\"cidr\":\"198.51.100.0\\/24\"}\n"
	      "{\"asn\":64496}\n"
	      "{\"cidr\":\"203.0.113.0/25\"}\n"
	      "{\"cidr\":\"203.0.113.128/25\"}\n"
	      "{\"cidr\":\"2001:db8::/32\"}\n"
	      "{\"cidr\":7}\n"
	      "{\"cidr\":\"2001:db8::/33\"}\n"
	      "{\"cidr\":\"2001:db8::/34\"}\n"
	      "{\"cidr\":\"2001:db8::/35\"}\n"
	      "{\"cidr\":\"2001:db8::/36\"}\n"
	      "not json\n"
	      "{\"type\":\"metadata\",\"records\":12}\n",
	      "192.0.2.0/24@1=SBL 198.51.100.0/24@2=SBL9 203.0.113.0/25@4 203.0.113.128/25@5 "
	      "2001:db8::/32@6 2001:db8::/33@8 2001:db8::/34@9 2001:db8::/35@10 "
	      "2001:db8::/36@11");
	assert_int_equal(run.report.bad, 3);
	assert_int_equal(run.report.content, 12);
}

static void joined_json_lists_each_have_a_count(void **state)
{
	(void)state;
	taken(&run,
	      "{\"cidr\":\"192.0.2.0/24\"}\n{\"type\":\"metadata\",\"records\":1}\n"
	      "{\"cidr\":\"2001:db8::/32\"}\n{\"cidr\":\"2001:db8::/32\"}\n"
	      "{\"type\":\"metadata\",\"records\":2}\n",
	      "192.0.2.0/24@1 2001:db8::/32@3 2001:db8::/32@4");
}

static void stops_when_told(void **state)
{
	static const char *const text[] = {
		"192.0.2.1\n192.0.2.2\nbad\n",
		"192.0.2.1-192.0.2.2\n",
		"192.0.2.1\t1\n192.0.2.2\t1\n",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		run.stop_after = 1;
		run_bytes(&run, &feed, text[i], strlen(text[i]));
		run.stop_after = 0;
		assert_int_equal(run.err, -ECANCELED);
		assert_int_equal(run.emitted, 1);
		assert_string_equal(run.error.text, "");
	}
}

static void ipv4_mapped_entries_are_ipv4(void **state)
{
	static const char expected[] = "list.txt:2: \"::ffff:192.0.2.0/64\" is no entry";

	(void)state;
	taken(&run, "::ffff:192.0.2.1\n::ffff:192.0.2.0/120\n::ffff:192.0.2.1-::ffff:192.0.2.2\n",
	      "192.0.2.1@1 192.0.2.0/24@2 192.0.2.1@3 192.0.2.2@3");
	taken(&run, "192.0.2.1\n::ffff:0:0/96\n", "192.0.2.1@1");
	assert_int_equal(run.report.wide, 1);
	taken(&run, "192.0.2.1\n::ffff:192.0.2.0/64\n192.0.2.2\n192.0.2.3\n",
	      "192.0.2.1@1 192.0.2.2@3 192.0.2.3@4");
	assert_int_equal(run.report.bad, 1);
	refused(&run, "192.0.2.1\n::ffff:192.0.2.0/64\n", expected);
	taken(&run, "::ffff:192.0.2.1\t9\n", "192.0.2.1@1=on 9 lists");
	taken(&run, "::ffff:192.0.2.0/120 ; SBL1\n", "192.0.2.0/24@1=SBL1");
}

static int note_prefix(void *ctx, const struct sw_prefix *prefix)
{
	char *text = ctx, one[SW_PREFIX_TEXT];

	sprintf(text + strlen(text), " %s", sw_prefix_format(prefix, one));
	return 0;
}

static int refuse_prefix(void *ctx, const struct sw_prefix *prefix)
{
	(void)ctx, (void)prefix;
	return -ECANCELED;
}

static void inline_entries_share_the_grammar(void **state)
{
	static const char *const odd[] = {
		"", " ", "192.0.2.1 # remark", "192.0.2.2-192.0.2.1", "x",
	};
	char text[512] = "";
	size_t i;

	(void)state;
	assert_int_equal(sw_entry_parse("192.0.2.7/24", 12, note_prefix, text), 0);
	assert_int_equal(sw_entry_parse("192.0.2.1 - 192.0.2.2", 21, note_prefix, text), 0);
	assert_int_equal(sw_entry_parse("2001:db8::1", 11, note_prefix, text), 0);
	assert_int_equal(sw_entry_parse("::ffff:192.0.2.3", 16, note_prefix, text), 0);
	assert_string_equal(text, " 192.0.2.0/24 192.0.2.1 192.0.2.2 2001:db8::1 192.0.2.3");
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(sw_entry_parse(odd[i], strlen(odd[i]), note_prefix, text),
				 -EINVAL);
	assert_int_equal(sw_entry_parse("192.0.2.1", 9, refuse_prefix, NULL), -ECANCELED);
}

static int count_entry(void *ctx, const struct sw_feed_entry *entry)
{
	__u64 *sum = ctx;

	*sum += (__u64)entry->prefix.address;
	return 0;
}

static void reads_the_real_ipsum_list(void **state)
{
	static const char path[] = "../shared/feeds/ipsum.txt";
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	struct sw_feed_report report;
	struct sw_file file;
	__u64 sum = 0;
	const struct sw_feed_sink sink = { .emit = count_entry, .ctx = &sum };

	(void)state;
	if (access(path, R_OK)) {
		print_message("%s: not there\n", path);
		skip();
	}
	assert_int_equal(sw_file_map(path, &file, NULL), 0);
	assert_int_equal(sw_feed_parse(&feed, file.text, file.size, &sink, &report, NULL), 0);
	assert_int_equal(report.format, SW_FORMAT_IPSUM);
	assert_int_equal(report.entries, 120430);
	assert_int_equal(report.bad, 0);
	/* awk '!/^#/ && $2 >= 3' ipsum.txt | wc -l */
	feed.min_count = 3;
	assert_int_equal(sw_feed_parse(&feed, file.text, file.size, &sink, &report, NULL), 0);
	assert_int_equal(report.entries, 14217);
	assert_int_equal(report.below, 120430 - 14217);
	sw_file_unmap(&file);
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void reads_a_million_lines(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char *text = malloc(16 << 20), *at = text;
	struct sw_feed_report report;
	__u64 sum = 0, expected = 0;
	const struct sw_feed_sink sink = { .emit = count_entry, .ctx = &sum };
	double before;
	__u32 i, address;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		address = i * 2654435761U;
		expected += address;
		at += sprintf(at, "%u.%u.%u.%u\n", address >> 24, address >> 16 & 255,
			      address >> 8 & 255, address & 255);
	}
	before = cpu_ms();
	assert_int_equal(sw_feed_parse(&feed, text, at - text, &sink, &report, NULL), 0);
	print_message("1M lines of IPv4: %.1f ms of CPU\n", cpu_ms() - before);
	assert_int_equal(report.entries, 1000000);
	assert_int_equal(sum, expected);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_plain_style),
		cmocka_unit_test(reads_drop),
		cmocka_unit_test(reads_dshield_with_its_bare_header),
		cmocka_unit_test(reads_ipsum),
		cmocka_unit_test(all_below_the_count_is_no_empty_feed),
		cmocka_unit_test(takes_line_ends_of_any_system),
		cmocka_unit_test(recognises_what_most_first_lines_are),
		cmocka_unit_test(a_given_format_is_not_guessed),
		cmocka_unit_test(a_bare_semicolon_hides_no_address),
		cmocka_unit_test(refuses_odd_ranges),
		cmocka_unit_test(wide_entries_are_refused_but_not_bad),
		cmocka_unit_test(single_bad_lines_are_kept_for_the_report),
		cmocka_unit_test(odd_rows_of_each_format_are_bad),
		cmocka_unit_test(exclusions_are_no_bad_lines),
		cmocka_unit_test(json_rows_may_be_odd),
		cmocka_unit_test(joined_json_lists_each_have_a_count),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(ipv4_mapped_entries_are_ipv4),
		cmocka_unit_test(inline_entries_share_the_grammar),
		cmocka_unit_test(reads_the_real_ipsum_list),
		cmocka_unit_test(reads_a_million_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
