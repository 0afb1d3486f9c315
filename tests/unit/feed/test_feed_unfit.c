// SPDX-License-Identifier: GPL-2.0
/* Feeds that are refused as a whole, and files that are no feeds. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "feed_run.h"

#include "base/file.h"
#include "feed/parse.h"

static struct run run;

static void refuses_binary_files(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	refused_by(&run, &feed, "192.0.2.1\n192\0.2.2\n", 19,
		   "list.txt:2: \"\\x00\": the file is binary");
	refused_by(&run, &feed, "\0", 1, "list.txt:1: \"\\x00\": the file is binary");
	refused_by(&run, &feed,
		   "\xff\xfe"
		   "1\0.\0",
		   6, "is UTF-16 (expected text; `iconv");
	refused_by(&run, &feed, "\xfe\xff\0001\0.", 6, "is UTF-16");
	refused_by(&run, &feed, "1\0009\000", 4, "is UTF-16");
	refused_by(&run, &feed, "\0001\0009", 4, "is UTF-16");
	refused_by(&run, &feed, "\x1f\x8b\x08", 3, "compressed with gzip");
	refused_by(&run, &feed,
		   "\xfd"
		   "7zXZ\0",
		   6, "compressed with xz");
	refused_by(&run, &feed, "BZh91AY", 7, "compressed with bzip2");
	refused_by(&run, &feed, "PK\3\4\24", 5, "a zip archive");
	assert_int_equal(run.emitted, 0);
}

static void refuses_error_pages(void **state)
{
	static const char *const page[] = {
		"<!DOCTYPE html>\n<title>503</title>\n",
		"<html>",
		"\r\n\r\n  <HTML lang=en>\n",
		"<head>\n",
		"<body>\n192.0.2.1\n",
		"\xef\xbb\xbf<!doctype html>",
		"<!-- x -->",
		"<?xml version=\"1.0\"?>",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(page) / sizeof(page[0]); i++)
		refused(&run, page[i], "begins an HTML page");
	refused(&run, page[2], "list.txt:3: \"<HTML lang=en>\"");
	/* An endless line and may_be_empty make no difference. */
	feed.may_be_empty = true;
	refused_by(&run, &feed, page[0], strlen(page[0]), "begins an HTML page");
	refused(&run, "<ht", "list.txt:1: \"<ht\" is no entry");
}

static void refuses_a_page_within_a_list(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char text[2048] = "";
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		sprintf(text + strlen(text), "192.0.2.%d\n", i);
	strcat(text, "<i>a slip</i>\n<header>\n203.0.<headers-removed>\n");
	run_bytes(&run, &feed, text, strlen(text));
	assert_int_equal(run.err, 0);
	strcat(text, "  <HTML>\r\n<body>502\n");
	refused(&run, text,
		"list.txt:104: \"<HTML>\" begins an HTML page within the list (expected its next line)");
}

static void refuses_a_page_within_a_line(void **state)
{
	static const char *const page[] = {
		"<html><body>502 Bad Gateway</body></html>",
		"<!DOCTYPE html>",
		"<p><Head\t>",
		"<BODY",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char text[512], line[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(page) / sizeof(page[0]); i++) {
		snprintf(line, sizeof(line), "list.txt:9: \"203.0.%.4s", page[i]);
		snprintf(text, sizeof(text), "%s203.0.%s\n",
			 "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n"
			 "192.0.2.5\n192.0.2.6\n192.0.2.7\n192.0.2.8\n",
			 page[i]);
		refused(&run, text, line);
		refused(&run, text, "begins an HTML page within the list");
	}
	/* Of a remark behind an entry nothing is missing. */
	strcpy(text, "192.0.2.1 # <html>\n");
	run_bytes(&run, &feed, text, strlen(text));
	assert_int_equal(run.err, 0);
}

static void refuses_a_feed_without_entries(void **state)
{
	static const char *const empty[] = {
		"",   "\n\n",	    "\xef\xbb\xbf",	     "# nothing today\n; none\n",
		"[]", "[\r\n]\r\n", "Start\tEnd\tNetmask\n",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		feed.may_be_empty = false;
		refused_by(&run, &feed, empty[i], strlen(empty[i]), "may_be_empty: true");
		feed.may_be_empty = true;
		taken_by(&run, &feed, empty[i], "");
	}
	refused(&run, "# one\n# two\n", "list.txt: no entry in 2 lines");
	feed.format = SW_FORMAT_NDJSON;
	taken_by(&run, &feed, "", "");
	taken_by(&run, &feed, "{\"type\":\"metadata\",\"records\":0}\n", "");
	feed.format = SW_FORMAT_DSHIELD;
	taken_by(&run, &feed, empty[6], "");
	taken_by(&run, &feed, "Start           End             Netmask Attacks Name\n", "");
	feed.may_be_empty = false;
	refused_by(&run, &feed, empty[6], strlen(empty[6]), "no entry");
}

static void refuses_a_feed_of_wide_entries_only(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	refused(&run, "# all\n0.0.0.0/0\n", "list.txt:2: \"0.0.0.0/0\" is wider");
	feed.may_be_empty = true;
	taken_by(&run, &feed, "0.0.0.0/0\n", "");
	assert_int_equal(run.report.wide, 1);
}

static void refuses_an_endless_line(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char text[SW_FEED_LINE_MAX + 64];
	size_t start;

	(void)state;
	memset(text, 'x', sizeof(text));
	start = sprintf(text, "192.0.2.1\n#");
	text[start] = 'x';
	text[start + SW_FEED_LINE_MAX] = '\n';
	refused_by(&run, &feed, text, start + SW_FEED_LINE_MAX + 1, "list.txt:2: \"#xxx");
	assert_non_null(strstr(run.error.text, "longer than 4096 bytes"));
	text[start + SW_FEED_LINE_MAX - 1] = '\n';
	run_bytes(&run, &feed, text, start + SW_FEED_LINE_MAX);
	assert_int_equal(run.err, 0);
}

static void refuses_a_feed_of_bad_lines_only(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	refused(&run, "# x\nfoo bar\n", "list.txt:2: \"foo bar\" is no entry (expected an address");
	refused(&run, "404: Not Found", "list.txt:1: \"404: Not Found\" is no entry");
	refused(&run, "[{\"ip_address\":\"192.0.2.1\"}]\n", "is no entry");
	refused(&run, "0.0.0.0/0\nfoo\n", "list.txt:2: \"foo\"");
	feed.may_be_empty = true;
	refused_by(&run, &feed, "foo\n", 4, "list.txt:1: \"foo\"");
	refused(&run, "{\"asn\":64496}\n{\"type\":\"metadata\",\"records\":1}\n",
		"list.txt:1: \"{\"asn\":64496}\" is no entry (expected an object");
}

static void a_share_of_bad_lines_is_tolerated(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char text[4096], *at;
	int good, bad, i;

	(void)state;
	for (good = 0; good < 90; good++) {
		for (bad = 0; bad < 6; bad++) {
			at = text;
			for (i = 0; i < good; i++)
				at += sprintf(at, "192.0.2.%d\n", i);
			for (i = 0; i < bad; i++)
				at += sprintf(at, "bad %d\n", i);
			run_bytes(&run, &feed, text, at - text);
			if (good && bad * (bad > 3 ? 20 : 4) <= good + bad)
				assert_int_equal(run.err, 0);
			else
				assert_int_equal(run.err, -EINVAL);
		}
	}
	refused(&run, "192.0.2.1\na\nb\nc\nd\n",
		"list.txt:2: \"a\" is no entry (expected an address");
	assert_non_null(strstr(run.error.text, "nor are 3 others of 5 lines"));
	assert_int_equal(run.report.bad, 4);
	refused(&run, "503 from 192.0.2.1\n192.0.2.1\n", "and that is one of only 2 lines");
}

static void refuses_a_cut_last_line(void **state)
{
	(void)state;
	refused(&run, "192.0.2.1\n192.0.2", "list.txt:2: \"192.0.2\" is no entry");
	assert_non_null(strstr(run.error.text, "cut short in transit"));
	refused(&run, "192.0.2.1\t7\n192.0.2.2\t", "cut short");
	refused(&run, "192.0.2.0\t192.0.2.255\t24\n192.0.3.0\t192.0.3.255\t2", "cut short");
	refused(&run, "192.0.2.1\n!198.51.100.7", "says what is not to be listed, and lacks its");
	taken(&run, "192.0.2.1\n# cut com", "192.0.2.1@1");
}

/* Of 198.51.100.123 two digits, perhaps: of what was sent nobody knows. */
static void a_last_entry_without_newline_is_left_out(void **state)
{
	static const char *const text[] = {
		"203.0.113.7\n198.51.100.12",
		"203.0.113.7\t9\n198.51.100.12\t9",
		"203.0.113.7 ; SBL1\n198.51.100.0/24 ; SBL2",
		"203.0.113.0\t203.0.113.255\t24\n198.51.100.0\t198.51.100.255\t24",
		"203.0.113.7\n198.51.100.12-198.51.100.19",
		"203.0.113.7\n198.51.100.12\r",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		run_bytes(&run, &feed, text[i], strlen(text[i]));
		assert_int_equal(run.err, 0);
		assert_int_equal(run.report.entries, 1);
		assert_int_equal(run.report.cut, 1);
		assert_int_equal(run.report.bads, 1);
		assert_int_equal(run.report.kept[0].line, 2);
		assert_memory_equal(run.report.kept[0].text, "198.51.100.", 11);
		assert_memory_equal(run.report.kept[0].expected, "a newline", 9);
	}
	refused(&run, "198.51.100.12", "is the only entry and lacks its newline");
	/* A list with a count of its own shows whether it is whole. */
	taken(&run, "{\"cidr\":\"192.0.2.0/24\"}\n{\"type\":\"metadata\",\"records\":1}",
	      "192.0.2.0/24@1");
}

/* Of 198.51.100.0/24 its first digit, or of 2001:db8::/32. */
static void refuses_a_last_line_that_lost_a_digit(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	refused(&run, "192.0.2.1\n198.51.100.0/2",
		"list.txt:2: \"198.51.100.0/2\" is wider than max_width allows and lacks its "
		"newline: was the file cut short");
	refused(&run, "192.0.2.1\n2001:db8::/3", "cut short");
	refused(&run, "1.0.0.0/24 ; SBL1\n192.0.2.0/2", "cut short");
	refused(&run, "0.0.0.0/0", "cut short");
	feed.may_be_empty = true;
	refused_by(&run, &feed, "0.0.0.0/0", 9, "cut short");
	taken(&run, "192.0.2.1\n198.51.100.0/2\n", "192.0.2.1@1");
	assert_int_equal(run.report.wide, 1);
	taken(&run, "198.51.100.0/2\n192.0.2.1\n", "192.0.2.1@2");
	feed.max_width[SW_IPV4] = 0;
	taken_by(&run, &feed, "192.0.2.1\n128.0.0.0/2", "192.0.2.1@1");
}

static void refuses_incomplete_json_lists(void **state)
{
	static const char row[] = "{\"cidr\":\"192.0.2.0/24\"}\n";
	char text[256];

	(void)state;
	refused(&run, row, "list.txt:1: the last record is no metadata");
	snprintf(text, sizeof(text), "%s{\"type\":\"metadata\",\"records\":2}\n", row);
	refused(&run, text, "list.txt:2: \"records\": 2, but 1 came before it");
	snprintf(text, sizeof(text), "%s%s{\"type\":\"metadata\",\"records\":1}\n", row, row);
	refused(&run, text, "\"records\": 1, but 2 came before it");
	snprintf(text, sizeof(text), "%s{\"type\":\"metadata\",\"records\":1}\n%s", row, row);
	refused(&run, text, "list.txt:3: the last record is no metadata");
	snprintf(text, sizeof(text), "%s%s%s{\"type\":\"metadata\"}\n", row, row, row);
	refused(&run, text, "no metadata");
	snprintf(text, sizeof(text), "%s{\"type\":\"metadata\",\"rec", row);
	refused(&run, text, "cut short");
}

/* Wherever a list with a count is cut, but for its last newline, it shows. */
static void any_cut_of_a_json_list_shows(void **state)
{
	static const char *const path[] = { GOLDEN "drop_v4.json", GOLDEN "drop_v6.json" };
	struct sw_feed_config feed = a_feed(SW_FORMAT_NDJSON);
	struct sw_file file;
	size_t i, size;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(sw_file_map(path[i], &file, NULL), 0);
		for (size = 0; size < file.size - 1; size++) {
			run_bytes(&run, &feed, file.text, size);
			assert_int_equal(run.err, -EINVAL);
		}
		sw_file_unmap(&file);
	}
}

/* For a sanitizer: every format on every beginning of every list. */
static void no_cut_makes_a_parser_read_on(void **state)
{
	static const char *const path[] = {
		GOLDEN "mixed.txt",    GOLDEN "drop.txt",    GOLDEN "drop_v4.json",
		GOLDEN "drop_v6.json", GOLDEN "dshield.txt", GOLDEN "ipsum.txt",
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	struct sw_file file;
	size_t i, size;

	(void)state;
	for (i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		assert_int_equal(sw_file_map(path[i], &file, NULL), 0);
		for (feed.format = 0; feed.format < SW_FORMATS; feed.format++) {
			for (size = 0; size <= file.size; size++) {
				run_bytes(&run, &feed, file.text, size);
				assert_true(run.err == 0 || run.err == -EINVAL);
				assert_int_equal(!run.err, !run.error.text[0]);
				assert_int_equal(run.report.entries, run.emitted);
			}
		}
		sw_file_unmap(&file);
	}
}

static void refuses_exclusions_that_cannot_be_read(void **state)
{
	static const char *const odd[] = {
		"!192.0.2",
		"!192.0.2.7-9",
		"!192.0.2.0/33",
		"!127/8",
		"!2001:db8::/129",
		"192.0.2 nomatch",
		"!192.0.2.0 192.0.2.255 24",
		"!192.0.2.7 is ours",
	};
	char text[128], where[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		snprintf(text, sizeof(text), "192.0.2.1\n%s\n", odd[i]);
		snprintf(where, sizeof(where), "list.txt:2: \"%s\" says what is not to be listed",
			 odd[i]);
		refused(&run, text, where);
	}
}

static void refuses_more_entries_than_allowed(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	const char ranges[] = "2001:db8::1-2001:db8::ffff:ffff:ffff:fffe\n"
			      "2001:db8:1::1-2001:db8:1::ffff:ffff:ffff:fffe\n";

	(void)state;
	feed.max_entries[SW_IPV4] = 3;
	feed.max_entries[SW_IPV6] = 200;
	taken_by(&run, &feed, "192.0.2.1\n192.0.2.2\n192.0.2.3\n",
		 "192.0.2.1@1 192.0.2.2@2 192.0.2.3@3");
	refused_by(&run, &feed, "192.0.2.1\n192.0.2.3-192.0.2.6\n", 30,
		   "list.txt:2: more than 3 IPv4 entries so far, ranges counted as the prefixes");
	refused_by(&run, &feed, ranges, strlen(ranges), "list.txt:2: more than 200 IPv6 entries");
}

/* What people take for a list, and what each of them is told. */
static void names_what_a_list_looks_like(void **state)
{
	static const char *const line[][2] = {
		{ "192.0.2.1:443", "an address with a port" },
		{ "[2001:db8::1]:443", "an address with a port" },
		{ "192.0.2.0 255.255.255.0", "a network with a netmask; write 192.0.2.0/24" },
		{ "192.0.2.0/255.255.255.0", "a network with a netmask; write 192.0.2.0/24" },
		{ "2026-11-01 10:00:00,192.0.2.1,443,online",
		  "CSV; `csv: { column: 2 }` of the feed "
		  "reads it" },
		{ "\"2026-11-01\";\"x\";\"192.0.2.1\"", "`csv: { column: 3, delimiter: \";\" }`" },
		{ "192.0.2.1 Mirai C2", "an address with text behind it" },
		{ "0.0.0.0 ads.example.net", "a hosts file" },
		{ "mail.example.net", "a host name" },
		{ "$= $ is listed", "an rbldnsd zone; `format: ip4set` reads it" },
		{ "[{\"ip_address\":\"192.0.2.1\"}]",
		  "JSON of another make; `json: { address: ip }`" },
		{ "<entry>192.0.2.1</entry>", "HTML or XML" },
		{ "192.0.2.1-9", "an rbldnsd zone; `format: ip4set` reads it" },
		{ "192.0.2", "an rbldnsd zone; `format: ip4set` reads it" },
		{ "ip;first_seen;country", "CSV; `csv: { column: ip, delimiter: \";\" }`" },
		{ "\"IP Address\",\"Seen\"", "CSV; `csv: { column: \"ip address\" }`" },
		{ "seen;where;why\n192.0.2.1:25;DE;-",
		  "CSV; `csv: { column: 1, delimiter: \";\" }`" },
		{ "alert ip [192.0.2.1,198.51.100.7] any -> $HOME_NET any (msg:\"x\"; sid:1;)",
		  "rules of Suricata or Snort; take the list of addresses" },
		{ "drop tcp [2001:db8::/32] any -> any 25 (sid:1;)", "rules of Suricata or Snort" },
		{ "[2001:db8::1]", "an address in brackets; `tr -d '[]'`" },
		{ "192.0.2.*", "a network with an asterisk; write 192.0.2.0/24 instead" },
		{ "192.0.*.*", "write 192.0.0.0/16 instead" },
		{ "Some Org:192.0.2.0-192.0.2.255", "a list for PeerGuardian (P2P)" },
		{ "-A INPUT -s 192.0.2.1/32 -j DROP", "commands of another program; grep" },
		{ "deny 192.0.2.1;", "commands of another program" },
		{ "payload:\n  - 192.0.2.0/24", "commands of another program" },
		{ "\"192.0.2.1\"", "CSV; `csv: { column: 1 }`" },
		{ "2001:db8::1 :127.0.0.2:x", "an rbldnsd zone" },
		{ "192.0.2.1\r192.0.2.2", "lines that end in CR alone; `tr '\\r' '\\n'` parts" },
		{ "# ours\r# all\r192.0.2.2", "lines that end in CR alone" },
		{ "192.0.2.0 0.0.0.255", "a network with a netmask; write 192.0.2.0/24" },
		{ "192.0.2.0/0.0.1.255", "a network with a netmask; write 192.0.2.0/23" },
		{ "192.0.2.1, 2001:db8::1", "several addresses a line; tr -s ' ,;' '\\n' parts" },
		{ "192.0.2.1 192.0.2.2 192.0.2.3", "several addresses a line" },
		{ "192.0.2.0 192.0.2.255 24 579 NAME", "the ends of a range; awk" },
		{ "192.0.2.0/24,", "an address with a comma behind it; tr -d ',;' takes it off" },
		{ "192.0.2.1,192.0.2.2,443",
		  "CSV; `csv: { column: 1 }` of the feed reads it, but no range" },
		{ "192.0.2.1 scanner.example.net", "a hosts file, which lists names; if its" },
		{ "127.0.0.1 localhost", "a hosts file" },
		{ "192.000.002.000 - 192.000.002.255 , 000 , Some Org",
		  "an IP filter of eMule's; sed -E" },
		{ "add bad 192.0.2.1", "what `ipset save` writes" },
	};
	static const char *const nothing[] = {
		"add address=192.0.2.1 list=bad",
		"[Adblock Plus]",
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
		snprintf(text, sizeof(text), "%s\n%s\n", line[i][0], line[i][0]);
		refused(&run, text, line[i][1]);
	}
	for (i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		snprintf(text, sizeof(text), "%s\n", nothing[i]);
		refused(&run, text, "is no entry");
		assert_null(strstr(run.error.text, "it looks like"));
	}
}

/* What is left of a list on a day when it has nothing. */
static void knows_a_list_of_nothing(void **state)
{
	static const struct {
		const char *text;
		enum sw_format format;
	} list[] = {
		{ "# block list\nStart\tEnd\tNetblock\tAttacks\tName\tCountry\temail\n",
		  SW_FORMAT_DSHIELD },
		{ "{\"type\":\"bundle\",\"id\":\"bundle--1\"}\n", SW_FORMAT_STIX },
		{ "{\"id\":\"bundle--1\",\"objects\":[],\n\"type\":\"bundle\"}", SW_FORMAT_STIX },
		{ "\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\"\n# END 0 entries\n",
		  SW_FORMAT_FEODO_CSV },
		{ "{\"new\":null,\"deleted\":null}\n", SW_FORMAT_CROWDSEC },
		{ "[]\n", SW_FORMAT_FEODO_JSON },
	};
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	size_t i;

	(void)state;
	feed.may_be_empty = true;
	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		refused(&run, list[i].text, "list.txt: no entry in ");
		taken_by(&run, &feed, list[i].text, "");
		assert_int_equal(run.report.format, list[i].format);
	}
}

/* Of which every line might be a comment, and the whole list none. */
static void refuses_lines_that_end_in_cr_alone(void **state)
{
	static const char *const text[] = {
		"192.0.2.1\r192.0.2.2\r",
		"# a list\r192.0.2.1\r",
		"\xef\xbb\xbf; a list\r\r192.0.2.1",
		"ip,port\r192.0.2.1,443\r",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		refused(&run, text[i], "list.txt: its lines end in CR alone, as on an old Mac");
	taken(&run, "192.0.2.1\r\n192.0.2.2\r\n", "192.0.2.1@1 192.0.2.2@2");
	taken(&run, "# what\r\r\n192.0.2.2\r\r\n", "192.0.2.2@2");
	taken(&run, "[{\"ip_address\":\"192.0.2.1\",\"port\":443,\r\"status\":\"online\"}]\r",
	      "192.0.2.1@1=port 443, online");
}

static void a_long_line_is_named_too(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);
	char text[SW_FEED_LINE_MAX + 256];
	size_t size = sprintf(text, "alert ip [192.0.2.1");

	(void)state;
	while (size < SW_FEED_LINE_MAX)
		size += sprintf(text + size, ",198.51.100.77");
	size += sprintf(text + size, "] any -> $HOME_NET any (sid:1;)\n");
	refused_by(&run, &feed, text, size, "it looks like rules of Suricata or Snort");
}

static void refuses_a_minimum_count_where_nothing_counts(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	feed.min_count = 10;
	refused_by(&run, &feed, "192.0.2.1\n192.0.2.2\n", 20,
		   "`min_count: 10`, but its format is plain, which has no counts");
	feed.may_be_empty = true;
	taken_by(&run, &feed, "# none\n", "");
}

static void errors_need_no_path_and_no_listener(void **state)
{
	const struct sw_feed_sink sink = {
		.emit = run_emit,
		.exclude = run_exclude,
		.ctx = &run,
	};
	struct sw_feed_config feed = { .name = "list.txt" };
	struct sw_feed_report report;

	(void)state;
	refused_by(&run, &feed, "foo\n", 4, "list.txt:1: \"foo\"");
	assert_int_equal(sw_feed_parse(&feed, "foo\n", 4, &sink, &report, NULL), -EINVAL);
}

static char dir[] = "/tmp/spamweir-feed-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && !chdir(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void expect_no_file(const char *path, int err, const char *words)
{
	struct sw_file file = { .size = 7 };
	struct sw_error error;

	assert_int_equal(sw_file_map(path, &file, &error), err);
	assert_non_null(strstr(error.text, words));
	assert_memory_equal(error.text, path, strlen(path));
	assert_int_equal(file.size, 7);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void maps_regular_files_only(void **state)
{
	(void)state;
	expect_no_file("missing", -ENOENT, "missing: cannot open: No such file or directory");
	expect_no_file("/dev/null", -EINVAL, "/dev/null: is a device");
	expect_no_file("/tmp", -EINVAL, "/tmp: is a directory (expected a regular file)");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	expect_no_file("fifo", -EINVAL, "fifo: is a FIFO");
	unlink("fifo");
	make_socket("socket");
	expect_no_file("socket", -ENXIO, "socket: cannot open");
	unlink("socket");
}

static void maps_what_a_file_holds(void **state)
{
	struct timespec times[2] = { { 1700000000, 0 }, { 1700000000, 0 } };
	struct sw_file file;
	int fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(sw_file_map("file", &file, NULL), 0);
	assert_int_equal(file.size, 0);
	sw_file_unmap(&file);
	assert_int_equal(write(fd, "192.0.2.1\n", 10), 10);
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(sw_file_map("file", &file, NULL), 0);
	assert_int_equal(file.size, 10);
	assert_int_equal(file.modified_s, 1700000000);
	/* What was read stays readable when the file shrinks under it. */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_memory_equal(file.text, "192.0.2.1\n", 10);
	sw_file_unmap(&file);
	assert_int_equal(file.size, 0);
	close(fd);
	unlink("file");
}

/* sysfs says 4096 bytes and gives fewer, as a file does that shrinks while it
 * is read. */
static void refuses_a_file_that_ends_early(void **state)
{
	static const char path[] = "/sys/class/net/lo/mtu";
	struct stat info;

	(void)state;
	if (stat(path, &info) || info.st_size < 100) {
		print_message("%s: not there\n", path);
		skip();
	}
	expect_no_file(path, -EINVAL, "changed while it was read");
}

/* Sparse: it takes no room, and would take an hour to read. */
static void refuses_a_huge_file_unread(void **state)
{
	int fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0600);

	(void)state;
	assert_true(fd >= 0);
	if (ftruncate(fd, 1LL << 40)) {
		print_message("no file of a TiB here: %s\n", strerror(errno));
		close(fd);
		unlink("file");
		skip();
	}
	expect_no_file("file", -EFBIG,
		       "file: has 1099511627776 bytes (expected 1073741824 at most)");
	assert_int_equal(ftruncate(fd, SW_FILE_MAX + 1), 0);
	expect_no_file("file", -EFBIG, "file: has 1073741825 bytes");
	close(fd);
	unlink("file");
}

/* 0 would say that there is no file. */
static void a_file_of_1970_or_before_has_an_age(void **state)
{
	static const time_t when[] = { 0, -1, -86400 };
	struct timespec times[2] = {};
	struct sw_file file;
	int fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0600);
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	for (i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		times[1].tv_sec = when[i];
		assert_int_equal(futimens(fd, times), 0);
		assert_int_equal(sw_file_map("file", &file, NULL), 0);
		assert_int_equal(file.modified_s, 1);
		sw_file_unmap(&file);
	}
	close(fd);
	unlink("file");
}

int main(void)
{
	const struct CMUnitTest feeds[] = {
		cmocka_unit_test(refuses_binary_files),
		cmocka_unit_test(refuses_error_pages),
		cmocka_unit_test(refuses_a_page_within_a_list),
		cmocka_unit_test(refuses_a_page_within_a_line),
		cmocka_unit_test(refuses_a_feed_without_entries),
		cmocka_unit_test(refuses_a_feed_of_wide_entries_only),
		cmocka_unit_test(refuses_an_endless_line),
		cmocka_unit_test(refuses_a_feed_of_bad_lines_only),
		cmocka_unit_test(a_share_of_bad_lines_is_tolerated),
		cmocka_unit_test(refuses_a_cut_last_line),
		cmocka_unit_test(a_last_entry_without_newline_is_left_out),
		cmocka_unit_test(refuses_exclusions_that_cannot_be_read),
		cmocka_unit_test(refuses_more_entries_than_allowed),
		cmocka_unit_test(names_what_a_list_looks_like),
		cmocka_unit_test(knows_a_list_of_nothing),
		cmocka_unit_test(refuses_lines_that_end_in_cr_alone),
		cmocka_unit_test(a_long_line_is_named_too),
		cmocka_unit_test(refuses_a_minimum_count_where_nothing_counts),
		cmocka_unit_test(refuses_a_last_line_that_lost_a_digit),
		cmocka_unit_test(refuses_incomplete_json_lists),
		cmocka_unit_test(any_cut_of_a_json_list_shows),
		cmocka_unit_test(no_cut_makes_a_parser_read_on),
		cmocka_unit_test(errors_need_no_path_and_no_listener),
	};
	const struct CMUnitTest files[] = {
		cmocka_unit_test(maps_regular_files_only),
		cmocka_unit_test(maps_what_a_file_holds),
		cmocka_unit_test(refuses_a_file_that_ends_early),
		cmocka_unit_test(refuses_a_huge_file_unread),
		cmocka_unit_test(a_file_of_1970_or_before_has_an_age),
	};

	return cmocka_run_group_tests_name("feeds", feeds, NULL, NULL) ||
	       cmocka_run_group_tests_name("files", files, make_dir, remove_dir);
}
