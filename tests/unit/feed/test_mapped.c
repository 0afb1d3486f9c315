// SPDX-License-Identifier: GPL-2.0
/* Lists of any make, as `csv` and `json` of a feed tell of them. */
#include "feed/mapped.h"
#include "feed/where.h"
#include "feed_run.h"

static struct run run;

static void refused_with(const struct sw_feed_config *feed, const char *text, const char *words)
{
	refused_by(&run, feed, text, strlen(text), words);
}

static struct sw_feed_config mapped(enum sw_format format, struct sw_fields_config *fields)
{
	struct sw_feed_config feed = a_feed(format);

	fields->format = format;
	if (!fields->delimiter)
		fields->delimiter = ',';
	feed.fields = fields;
	return feed;
}

static void csv_columns_have_names_or_numbers(void **state)
{
	struct sw_fields_config fields = { .address = "host", .tag = { "why", "5" }, .tags = 2 };
	struct sw_feed_config feed = mapped(SW_FORMAT_CSV, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "id,Host,why,n,x\n1,192.0.2.1,spam,9,a\n2,\"192.0.2.2:25\",\"a, b\",9,b\n"
		 "3,192.0.2.4-192.0.2.5,c,9,\n# 4,192.0.2.9,c,9,\n",
		 "192.0.2.1@2=spam, a 192.0.2.2@3=a, b, b, port 25 192.0.2.4/31@4=c");
	refused_with(&feed, "1,192.0.2.1,spam,9,a\n",
		     "list.txt:1: \"1,192.0.2.1,spam,9,a\" comes before any header (expected a line "
		     "that names the columns, these among them: host, why)");
	fields = (struct sw_fields_config){ .address = "2", .delimiter = ';' };
	feed = mapped(SW_FORMAT_CSV, &fields);
	taken_by(&run, &feed, "1;192.0.2.1\n2;2001:db8::1\n", "192.0.2.1@1 2001:db8::1@2");
	taken_by(&run, &feed, "id;address\n2;2001:db8::/32\n", "2001:db8::/32@2");
	refused_with(&feed, "id;address\nid;address\n",
		     "list.txt:2: \"address\" is no entry (expected an address, prefix or range");
	refused_with(&feed, "1;192.0.2.1\n2\n", "list.txt:2: \"2\" is no entry");
}

static void rows_may_be_chosen(void **state)
{
	struct sw_fields_config fields = {
		.address = "ip",
		.where = { { "status", { "online", "odd" }, 2 }, { "score", { ">= 75" }, 1 } },
		.wheres = 2,
	};
	struct sw_feed_config feed = mapped(SW_FORMAT_CSV, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "ip,status,score\n192.0.2.1,online,75\n192.0.2.2,offline,99\n192.0.2.3,odd,74.9\n"
		 "not to be read,offline,0\n192.0.2.4,odd,100\n",
		 "192.0.2.1@2 192.0.2.4@6");
	assert_int_equal(run.report.below, 3);
	refused_with(&feed, "ip,status,score\n192.0.2.1,x,1\n",
		     "list.txt: none of its 1 records lists an address");
	refused_with(&feed, "ip,state,score\n192.0.2.1,x,1\n", "names the columns");
}

static bool holds(const char *wanted, const char *value)
{
	const struct sw_where_config where = { "x", { (char *)wanted }, 1 };

	return sw_where_holds(&where, (struct sw_span){ value, strlen(value) });
}

static void conditions_compare_numbers(void **state)
{
	const struct sw_where_config neither = { "x", { "!a", "!b" }, 2 };

	(void)state;
	assert_true(holds("5", "5") && !holds("5", "5.0") && !holds("", "x"));
	assert_true(holds(">5", "5.1") && !holds("> 5", "5") && holds(">= 5", "5"));
	assert_true(holds("<5", "-1") && holds("<= 5", " 5") && !holds("<5", "x"));
	assert_true(holds("!5", "6") && !holds("!5", "5") && holds("!", "!"));
	assert_true(holds("< a", "< a") && !holds("> nan", "5") && !holds("> 5", "inf"));
	assert_true(sw_where_holds(&neither, (struct sw_span){ "c", 1 }));
	assert_false(sw_where_holds(&neither, (struct sw_span){ "b", 1 }));
}

static void json_members_are_found(void **state)
{
	struct sw_fields_config fields = {
		.each = "data.items",
		.address = "net.cidr",
		.tag = { "why" },
		.tags = 1,
		.until = "ends",
		.where = { { "on", { "true" }, 1 } },
		.wheres = 1,
	};
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	run.as_of_s = 1000;
	taken_by(&run, &feed,
		 "{\"data\":{\"x\":[],\"items\":[\n"
		 "{\"net\":{\"cidr\":\"192.0.2.0/25\"},\"on\":true,\"why\":[\"a\",7],"
		 "\"ends\":\"2026-11-29T10:00:00Z\"},\n"
		 "{\"net.cidr\":[\"192.0.2.128\",\"2001:db8::1\"],\"on\":true,\"ends\":\"1m\"},\n"
		 "{\"net\":{\"cidr\":\"192.0.2.129\"},\"on\":false},\n"
		 "{\"net\":{\"cidr\":\"192.0.2.130\"},\"on\":true,\"ends\":1795946400}]}}\n",
		 "192.0.2.0/25@2=a,7..1795946400 192.0.2.128@3..1060 2001:db8::1@3..1060 "
		 "192.0.2.130@5..1795946400");
	taken_by(&run, &feed,
		 "{\"data\":{\"items\":[{\"net\":{\"cidr\":\"192.0.2.1\"},\"on\":true,"
		 "\"id\":99999999999999999999,\"why\":[4.5,17],\"ends\":1795946400123456}]}}",
		 "192.0.2.1@1=4.5,17..1795946400");
	refused_with(&feed, "{\"data\":[]}\n",
		     "list.txt: has no \"data.items\" (expected JSON with that)");
	refused_with(&feed,
		     "{\"data\":{\"items\":[{\"net\":{\"cidr\":\"192.0.2.1\"},\"on\":true,"
		     "\"ends\":\"soon\"}]}}",
		     "list.txt:1: \"soon\" is no entry (expected a time such as");
	refused_with(
		&feed,
		"{\"data\":{\"items\":[{\"net\":{\"cidr\":\"192.0.2.1\"},\"on\":true,"
		"\"ends\":3600}]}}",
		"list.txt:1: \"3600\" is no entry (expected a time such as 2026-11-29T10:00:00Z "
		"or Unix seconds, or a duration with its units, such as 4h30m)");
	run.as_of_s = 0;
}

/* Of a list of clouds or of mail servers, say, all may be in one array. */
static void json_arrays_may_be_long(void **state)
{
	struct sw_fields_config fields = { .address = "v4", .tag = { "v4" }, .tags = 1 };
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);
	char text[4096] = "{\"n\":1,\"v4\":[";
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		sprintf(text + strlen(text), "%s\"192.0.2.%d\"", i ? "," : "", i);
	strcat(text, "]}");
	run_bytes(&run, &feed, text, strlen(text));
	assert_int_equal(run.err, 0);
	assert_int_equal(run.emitted, 200);
	assert_memory_equal(run.got, "192.0.2.0@1=192.0.2.0,192.0.2.1,", 32);
	refused_with(
		&feed, "{\"v4\":\"192.0.2.1\",\"x\":NaN}\n",
		"list.txt:1: \"{\"v4\":\"192.0.2.1\",\"x\":NaN}\" is no entry (expected JSON as "
		"RFC 8259 has it: UTF-8, no control characters, NaN or");
	refused_with(&feed, "{\"v4\":\"192.0.2.1\",\"x\":\"\xfc\"}\n", "expected JSON as RFC 8259");
}

static void json_texts_are_addresses_themselves(void **state)
{
	struct sw_fields_config fields = { .address = "ip", .each = "*" };
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "{\"web\":[\"192.0.2.0\\/25\",\n\"2001:db8::/32\"],\"x\":[\"192.0.2.129\","
		 "{\"ip\":\"192.0.2.130\"},\"\"]}\n",
		 "192.0.2.0/25@1 2001:db8::/32@2 192.0.2.129@2 192.0.2.130@2");
	assert_int_equal(run.report.below, 1);
	refused_with(&feed, "{\"x\":[\"192.0.2\"]}\n", "list.txt:1: \"192.0.2\" is no entry");
	refused_with(&feed, "{\"x\":[\"\xfc\"]}\n", "expected JSON as RFC 8259");
}

static void addresses_may_be_in_several_members(void **state)
{
	struct sw_fields_config fields = { .address = "v4,net.v6", .tag = { "at" }, .tags = 1 };
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "[{\"v4\":\"192.0.2.0/25\",\"at\":7},\n{\"net\":{\"v6\":\"2001:db8::/32\"},"
		 "\"at\":8},\n{\"v4\":[\"192.0.2.129\",\"192.0.2.130\"],"
		 "\"net.v6\":\"2001:db8::1\"},\n{\"v4\":null},{\"v4\":[],\"net.v6\":\"\"}]\n",
		 "192.0.2.0/25@1=7 2001:db8::/32@2=8 192.0.2.129@3 192.0.2.130@3 2001:db8::1@3");
	assert_int_equal(run.report.below, 2);
	refused_with(&feed, "[{\"v6\":\"192.0.2.1\"}]\n",
		     "list.txt:1: \"{\"v6\":\"192.0.2.1\"}\" is no entry");
}

/* As of services that are known by their names alone. */
static void objects_without_an_address_are_passed_over(void **state)
{
	struct sw_fields_config fields = { .address = "ips" };
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "[{\"id\":1,\"urls\":[\"a.example\"]},\n{\"id\":2,\"ips\":[\"192.0.2.0/25\"]},\n"
		 "{\"id\":3}]\n",
		 "192.0.2.0/25@2");
	assert_int_equal(run.report.below, 2);
	assert_int_equal(run.report.bad, 0);
	taken_by(&run, &feed, "{\"id\":1}\n{\"id\":2,\"ips\":\"192.0.2.1\"}\n", "192.0.2.1@2");
	assert_int_equal(run.report.below, 1);
	/* If none has it, that is no name of theirs. */
	refused_with(&feed, "[{\"ip\":\"192.0.2.1\"}]\n",
		     "list.txt:1: \"{\"ip\":\"192.0.2.1\"}\" is no entry");
	refused_with(&feed, "{\"ip\":\"192.0.2.1\"}\n{\"ip\":\"192.0.2.2\"}\n", "is no entry");
}

/* As of domains beside them. */
static void rows_without_an_address_are_passed_over(void **state)
{
	struct sw_fields_config fields = { .address = "ip" };
	struct sw_feed_config feed = mapped(SW_FORMAT_CSV, &fields);

	(void)state;
	taken_by(&run, &feed, "ip,domain\n192.0.2.1,\n,a.example\n\"\",b.example\n", "192.0.2.1@2");
	assert_int_equal(run.report.below, 2);
	refused_with(&feed, "ip,domain\n,a.example\n", "none of its 1 records lists an address");
	fields.address = "2";
	refused_with(&feed, "a,192.0.2.1\nb,192.0.2.2\nc,",
		     "and lacks its newline: was the file cut short in transit?");
}

static void json_may_come_a_line_each(void **state)
{
	struct sw_fields_config fields = { .address = "ip" };
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed, "{\"ip\":\"192.0.2.1\"}\r\n\n{\"ip\":\"192.0.2.2\"}",
		 "192.0.2.1@1 192.0.2.2@3");
	taken_by(&run, &feed, "[{\"ip\":\"192.0.2.1\"},\n{\"ip\":\"192.0.2.2\"}]",
		 "192.0.2.1@1 192.0.2.2@2");
	taken_by(&run, &feed, "{\n\"ip\":\"192.0.2.1\"}\n", "192.0.2.1@1");
	taken_by(&run, &feed,
		 "{\"ip\":\"192.0.2.1\"}\n{\"ip\":\"192.0.2.2\"}\n{\"ip\":7}\n"
		 "{\"ip\":\"192.0.2.3\"}\n",
		 "192.0.2.1@1 192.0.2.2@2 192.0.2.3@4");
	assert_int_equal(run.report.bad, 1);
	refused_with(&feed, "{\"ip\":\"192.0.2.1\"}\n{\"ip\":\"192.0.2",
		     "and lacks its newline: was the file cut short in transit?");
	refused_with(&feed, "\n", "list.txt: no entry in 1 lines (expected some; may_be_empty");
	feed.may_be_empty = true;
	taken_by(&run, &feed, "", "");
}

static void json_keys_may_be_addresses(void **state)
{
	struct sw_fields_config fields = {
		.address = "$key",
		.tag = { "why" },
		.tags = 1,
		.where = { { "score", { ">= 50" }, 1 } },
		.wheres = 1,
	};
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed,
		 "{\"192.0.2.1\":{\"score\":90,\"why\":\"ssh\"},\n\"192.0.2.2\":{\"score\":9},\n"
		 "\"2001:db8::\\/32\":{\"score\":50}}\n",
		 "192.0.2.1@1=ssh 2001:db8::/32@3");
	refused_with(&feed, "[{\"score\":90}]",
		     "list.txt:1: \"{\"score\":90}\" is no entry (expected a key before it, or a "
		     "member that `address` of the feed's json names; `each` says where such are)");
	fields = (struct sw_fields_config){
		.address = "$key", .each = "*.banned.*", .tag = { "$value" }, .tags = 1
	};
	feed = mapped(SW_FORMAT_JSON, &fields);
	taken_by(&run, &feed,
		 "{\"a\":{\"banned\":{\"192.0.2.1\":7,\"192.0.2.2\":[]}},"
		 "\"b\":{\"banned\":{\"192.0.2.3\":[\"x\",\"y\"],\"192.0.2.4\":null}}}",
		 "192.0.2.1@1=7 192.0.2.2@1 192.0.2.3@1=x,y 192.0.2.4@1");
	refused_with(&feed, "{\"a\":{\"banned\":{\"bad\\u0000\":7}}}",
		     "list.txt:1: \"\"bad\\u0000\"\" is no entry (expected JSON as RFC 8259");
	fields = (struct sw_fields_config){ .address = "$key" };
	feed = mapped(SW_FORMAT_JSON, &fields);
	refused_with(&feed, "{}", "list.txt: no entry in 1 lines (expected some; may_be_empty");
	feed.may_be_empty = true;
	taken_by(&run, &feed, "{}", "");
	fields = (struct sw_fields_config){ .address = "$value", .tag = { "$key" }, .tags = 1 };
	feed = mapped(SW_FORMAT_JSON, &fields);
	taken_by(&run, &feed, "{\"bot\":\"192.0.2.1\",\"c2\":[\"192.0.2.2\",\"192.0.2.3\"]}",
		 "192.0.2.1@1=bot 192.0.2.2@1=c2 192.0.2.3@1=c2");
	/* A row is taken whole or not; the elements of an array, each by itself. */
	refused_with(&feed,
		     "{\"c2\":[\"192.0.2.2\",\"x\",\"192.0.2.3\",\"192.0.2.4\",\"192.0.2.5\"]}",
		     "list.txt:1: \"192.0.2.2,x,192.0.2.3,192.0.2.4,192.0.2.5\" is no entry");
	fields = (struct sw_fields_config){ .address = "ip", .each = "*" };
	taken_by(&run, &feed,
		 "{\"c2\":[\"192.0.2.2\",\"x\",\"192.0.2.3\",\"192.0.2.4\",\"192.0.2.5\"]}",
		 "192.0.2.2@1 192.0.2.3@1 192.0.2.4@1 192.0.2.5@1");
	assert_int_equal(run.report.bad, 1);
	fields = (struct sw_fields_config){ .address = "ip", .tag = { "$key" }, .tags = 1 };
	fields.each = "*";
	feed = mapped(SW_FORMAT_JSON, &fields);
	taken_by(&run, &feed, "{\"bot\":{\"ip\":\"192.0.2.1\"},\"x\":{}}", "192.0.2.1@1=bot");
}

/* "until 192.0.2.1", a line each. */
static char *names_that_nothing_has(const struct sw_fields_config *fields)
{
	static char text[256];
	__u16 unnamed = run.report.unnamed;
	struct sw_span name;
	const char *key;

	text[0] = '\0';
	while (sw_mapped_unnamed(fields, &unnamed, &name, &key))
		sprintf(text + strlen(text), "%s %.*s\n", key, (int)name.size, name.at);
	return text;
}

static void names_that_no_object_has_are_noted(void **state)
{
	struct sw_fields_config fields = {
		.address = "ip,ip6,v6",
		.until = "end",
		.where = { { "kind", { "!ham" }, 1 }, { "on", { "!false" }, 1 } },
		.wheres = 2,
		.tag = { "none" },
		.tags = 1,
	};
	struct sw_feed_config feed = mapped(SW_FORMAT_JSON, &fields);

	(void)state;
	taken_by(&run, &feed, "{\"ip\":\"192.0.2.1\",\"on\":null}\n{\"v6\":\"2001:db8::1\"}\n",
		 "192.0.2.1@1 2001:db8::1@2");
	assert_string_equal(names_that_nothing_has(&fields),
			    "until end\nwhere kind\naddress ip6\n");
	taken_by(&run, &feed,
		 "{\"ip\":\"192.0.2.1\",\"kind\":\"x\",\"ip6\":null}\n"
		 "{\"v6\":[],\"on\":true,\"end\":0}\n",
		 "192.0.2.1@1");
	assert_string_equal(names_that_nothing_has(&fields), "");
	fields.where[0].value[0] = "spam";
	refused_with(
		&feed, "{\"ip\":\"192.0.2.1\",\"on\":1}\n",
		"list.txt: none of its 1 records lists an address, and none has \"kind\", which "
		"`where` names (expected a name as the list has it)");
	feed.may_be_empty = true;
	taken_by(&run, &feed, "[]", "");
	assert_string_equal(names_that_nothing_has(&fields), "");
}

/* Cut anywhere it is refused, or gives the beginning of what it gives whole. */
static void cut_short_nothing_is_added(void **state)
{
	static const char json[] =
		"{\"a\":[{\"ip\":\"192.0.2.123\"},{\"ip\":\"198.51.100.0/24\"}]}";
	static const char csv[] = "ip,x\n192.0.2.123,y\n198.51.100.0/24,z\n";
	static const char lines[] = "{\"ip\":\"192.0.2.123\"}\n{\"ip\":\"198.51.100.0/24\"}\n";
	static const struct {
		enum sw_format format;
		const char *text, *each, *whole;
	} list[] = {
		{ SW_FORMAT_JSON, json, "a", "192.0.2.123@1 198.51.100.0/24@1" },
		{ SW_FORMAT_CSV, csv, NULL, "192.0.2.123@2 198.51.100.0/24@3" },
		{ SW_FORMAT_JSON, lines, NULL, "192.0.2.123@1 198.51.100.0/24@2" },
	};
	struct sw_fields_config fields;
	struct sw_feed_config feed;
	size_t i, size;

	(void)state;
	for (i = 0; i < 3; i++) {
		fields = (struct sw_fields_config){ .address = "ip", .each = (char *)list[i].each };
		feed = mapped(list[i].format, &fields);
		for (size = 0; size <= strlen(list[i].text); size++) {
			run_bytes(&run, &feed, list[i].text, size);
			if (!run.err && strncmp(list[i].whole, run.got, strlen(run.got)))
				fail_msg("%.*s gives %s", (int)size, list[i].text, run.got);
		}
		assert_string_equal(run.got, list[i].whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_columns_have_names_or_numbers),
		cmocka_unit_test(rows_may_be_chosen),
		cmocka_unit_test(conditions_compare_numbers),
		cmocka_unit_test(json_members_are_found),
		cmocka_unit_test(json_arrays_may_be_long),
		cmocka_unit_test(json_texts_are_addresses_themselves),
		cmocka_unit_test(addresses_may_be_in_several_members),
		cmocka_unit_test(rows_without_an_address_are_passed_over),
		cmocka_unit_test(objects_without_an_address_are_passed_over),
		cmocka_unit_test(json_may_come_a_line_each),
		cmocka_unit_test(json_keys_may_be_addresses),
		cmocka_unit_test(names_that_no_object_has_are_noted),
		cmocka_unit_test(cut_short_nothing_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
