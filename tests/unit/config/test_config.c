// SPDX-License-Identifier: GPL-2.0
/* What a configuration means. */
#include "base/names.h"
#include "config/read.h"
#include "config/schema.h"
#include "config/value.h"
#include "config_file.h"

#define NS_PER_S 1000000000ULL

/* What the text means; freed by the caller. */
static struct sw_config *read_text(const char *text)
{
	struct sw_error error = { "" };
	struct sw_config *config = NULL;

	write_file(text);
	if (sw_config_read(scratch_file, &config, &error))
		fail_msg("%s", error.text);
	assert_non_null(config);
	return config;
}

static void fills_in_defaults(void **state)
{
	struct sw_config *config = read_text("{}\n");

	(void)state;
	assert_string_equal(config->path, scratch_file);
	assert_int_equal(config->interfaces, 0);
	assert_int_equal(config->feeds, 0);
	assert_false(config->monitor);
	assert_int_equal(config->ports, 1);
	assert_int_equal(config->port[0], 25);
	assert_int_equal(config->ipv6_source_prefix, 64);
	assert_int_equal(config->limit[SW_ACCESS].interval_ns, 2 * NS_PER_S);
	assert_int_equal(config->limit[SW_ACCESS].burst, 10);
	assert_int_equal(config->limit[SW_UPSTREAM].interval_ns, NS_PER_S / 10);
	assert_int_equal(config->limit[SW_UPSTREAM].burst, 100);
	assert_null(config->textfile);
	assert_int_equal(config->metrics_interval_s, 15);
	assert_int_equal(config->reload_interval_s, 0);
	sw_config_free(config);
}

static void reads_scalars(void **state)
{
	struct sw_config *config = read_text("mode: monitor\n"
					     "smtp:\n"
					     "  ports: [2525, 25]\n"
					     "  ipv6_source_prefix: 56\n"
					     "  limit:\n"
					     "    access: { rate: 7/h, burst: 100 }\n"
					     "    upstream: off\n"
					     "reload_interval: 1h30m\n"
					     "metrics: { interval: 1m, textfile: /srv/sw.prom }\n");

	(void)state;
	assert_true(config->monitor);
	assert_int_equal(config->ports, 2);
	assert_int_equal(config->port[0], 2525);
	assert_int_equal(config->port[1], 25);
	assert_int_equal(config->ipv6_source_prefix, 56);
	assert_int_equal(config->limit[SW_ACCESS].interval_ns, 3600 * NS_PER_S / 7);
	assert_int_equal(config->limit[SW_ACCESS].burst, 100);
	assert_int_equal(config->limit[SW_UPSTREAM].interval_ns, 0);
	assert_int_equal(config->reload_interval_s, 5400);
	assert_int_equal(config->metrics_interval_s, 60);
	assert_string_equal(config->textfile, "/srv/sw.prom");
	sw_config_free(config);
}

static void reads_rates_by_every_unit(void **state)
{
	static const struct {
		const char *rate;
		__u64 ns;
	} cases[] = {
		{ "1/s", NS_PER_S },	    { "1000/s", 1000000 },	 { "60000/min", 1000000 },
		{ "1/min", 60 * NS_PER_S }, { "3600000/h", 1000000 },	 { "1/h", 3600 * NS_PER_S },
		{ "86400000/d", 1000000 },  { "1/d", 86400 * NS_PER_S },
	};
	struct sw_config *config;
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
			 "smtp: { limit: { upstream: { rate: %s, burst: 1 } } }", cases[i].rate);
		config = read_text(text);
		assert_int_equal(config->limit[SW_UPSTREAM].interval_ns, cases[i].ns);
		sw_config_free(config);
	}
}

static void reads_interfaces(void **state)
{
	struct sw_config *config = read_text("interfaces:\n"
					     "  - { name: eth1.100, role: access, xdp: generic }\n"
					     "\n"
					     "  - name: eth012345678901\n"
					     "    role: upstream\n");

	(void)state;
	assert_int_equal(config->interfaces, 2);
	assert_string_equal(config->interface[0].name, "eth1.100");
	assert_int_equal(config->interface[0].role, SW_ACCESS);
	assert_int_equal(config->interface[0].xdp, SW_XDP_GENERIC);
	assert_int_equal(config->interface[0].line, 2);
	assert_string_equal(config->interface[1].name, "eth012345678901");
	assert_int_equal(config->interface[1].role, SW_UPSTREAM);
	assert_int_equal(config->interface[1].xdp, SW_XDP_AUTO);
	assert_int_equal(config->interface[1].line, 4);
	sw_config_free(config);
}

static void reads_feeds(void **state)
{
	struct sw_config *config = read_text("feeds:\n"
					     "  - name: drop\n"
					     "    kind: cnc\n"
					     "    path: /srv/drop\n"
					     "  - name: ipsum_3.x-y\n"
					     "    kind: zombie\n"
					     "    path: /srv/ipsum\n"
					     "    format: ipsum\n"
					     "    min_count: 3\n"
					     "    may_list_own: true\n"
					     "    may_be_empty: true\n");
	const struct sw_feed_config *feed = config->feed;

	(void)state;
	assert_int_equal(config->feeds, 2);
	assert_string_equal(feed[0].name, "drop");
	assert_int_equal(feed[0].kind, SW_KIND_CNC);
	assert_string_equal(feed[0].path, "/srv/drop");
	assert_int_equal(feed[0].format, SW_FORMAT_AUTO);
	assert_int_equal(feed[0].min_count, 1);
	assert_int_equal(feed[0].max_width[SW_IPV4], 10);
	assert_int_equal(feed[0].max_width[SW_IPV6], 24);
	assert_int_equal(feed[0].max_entries[SW_IPV4], 1 << 24);
	assert_int_equal(feed[0].max_entries[SW_IPV6], 1 << 20);
	assert_int_equal(feed[0].max_change, 4);
	assert_false(feed[0].may_list_special);
	assert_false(feed[0].may_list_own);
	assert_false(feed[0].may_be_empty);
	assert_int_equal(feed[0].entries, 0);
	assert_int_equal(feed[0].line, 2);
	assert_string_equal(feed[1].name, "ipsum_3.x-y");
	assert_int_equal(feed[1].kind, SW_KIND_ZOMBIE);
	assert_int_equal(feed[1].format, SW_FORMAT_IPSUM);
	assert_int_equal(feed[1].min_count, 3);
	assert_true(feed[1].may_list_own);
	assert_true(feed[1].may_be_empty);
	assert_int_equal(feed[1].line, 5);
	sw_config_free(config);
}

static void reads_every_kind_and_format(void **state)
{
	struct sw_config *config;
	char text[128];
	int kind, format;

	(void)state;
	for (kind = SW_KIND_CNC; kind < SW_KINDS; kind++) {
		for (format = 0; format < SW_FORMATS; format++) {
			snprintf(text, sizeof(text),
				 "feeds: [{ name: a, path: a, kind: %s, format: %s%s%s }]",
				 sw_kind_name(kind), sw_format_name(format),
				 format == SW_FORMAT_CSV    ? ", csv: { column: 1 }"
				 : format == SW_FORMAT_JSON ? ", json: { address: x }"
							    : "",
				 kind >= SW_KIND_LIMIT ? ", limit: { rate: 1/s, burst: 1 }" : "");
			config = read_text(text);
			assert_int_equal(config->feed[0].kind, kind);
			assert_int_equal(config->feed[0].format, format);
			sw_config_free(config);
		}
	}
}

static void reads_entries(void **state)
{
	struct sw_config *config = read_text("feeds:\n"
					     "  - name: relays\n"
					     "    kind: allow\n"
					     "    entries:\n"
					     "      - 192.0.2.1\n"
					     "      - \"2001:db8:25::\"\n"
					     "      # a range that takes two prefixes\n"
					     "      - 198.51.100.2-198.51.100.4\n");
	const struct sw_entry_config *entry = config->feed[0].entry;

	(void)state;
	assert_null(config->feed[0].path);
	assert_int_equal(config->feed[0].entries, 3);
	assert_int_equal(entry[0].prefixes, 1);
	assert_int_equal(entry[0].prefix[0].family, SW_IPV4);
	assert_int_equal(entry[0].prefix[0].address, 0xc0000201);
	assert_int_equal(entry[0].prefix[0].length, 32);
	assert_string_equal(entry[0].text, "192.0.2.1");
	assert_int_equal(entry[0].line, 5);
	assert_int_equal(entry[1].prefix[0].family, SW_IPV6);
	assert_int_equal(entry[1].line, 6);
	assert_string_equal(entry[2].text, "198.51.100.2-198.51.100.4");
	assert_int_equal(entry[2].line, 8);
	assert_int_equal(entry[2].prefixes, 2);
	assert_int_equal(entry[2].prefix[0].length, 31);
	assert_int_equal(entry[2].prefix[1].address, 0xc6336404);
	assert_int_equal(entry[2].prefix[1].length, 32);
	sw_config_free(config);
}

static void assert_widths(const char *max_width, int ipv4, int ipv6)
{
	struct sw_config *config;
	char text[128];

	snprintf(text, sizeof(text), "feeds: [{ name: a, kind: cnc, path: a, max_width: %s }]",
		 max_width);
	config = read_text(text);
	assert_int_equal(config->feed[0].max_width[SW_IPV4], ipv4);
	assert_int_equal(config->feed[0].max_width[SW_IPV6], ipv6);
	sw_config_free(config);
}

static void reads_widths(void **state)
{
	(void)state;
	assert_widths("12", 12, 24);
	assert_widths("32", 32, 24);
	assert_widths("{ ipv4: 20 }", 20, 24);
	assert_widths("{ ipv6: 48 }", 10, 48);
	assert_widths("{ ipv6: 128, ipv4: 0 }", 0, 128);
}

/* Registries have given out nothing wider: what protects subscribers is not left out. */
static void takes_own_space_as_it_was_given(void **state)
{
	struct sw_config *config =
		read_text("feeds: [{ max_width: 12, name: a, kind: own, path: a },"
			  "        { name: b, kind: own, path: b }]");

	(void)state;
	assert_int_equal(config->feed[0].max_width[SW_IPV4], 12);
	assert_int_equal(config->feed[0].max_width[SW_IPV6], 16);
	assert_int_equal(config->feed[1].max_width[SW_IPV4], 8);
	assert_int_equal(config->feed[1].max_width[SW_IPV6], 16);
	sw_config_free(config);
}

static void reads_what_a_feed_may_do(void **state)
{
	struct sw_config *config = read_text(
		"feeds:\n"
		"  - { name: a, kind: cnc, path: a, max_entries: 7, max_change: off,\n"
		"      may_list_special: true }\n"
		"  - { name: b, kind: cnc, path: b, max_entries: { ipv6: 9 }, max_change: 10 }\n");

	(void)state;
	assert_int_equal(config->feed[0].max_entries[SW_IPV4], 7);
	assert_int_equal(config->feed[0].max_entries[SW_IPV6], 7);
	assert_int_equal(config->feed[0].max_change, SW_ANY_CHANGE);
	assert_true(config->feed[0].may_list_special);
	assert_int_equal(config->feed[1].max_entries[SW_IPV4], SW_MAX_ENTRIES_IPV4);
	assert_int_equal(config->feed[1].max_entries[SW_IPV6], 9);
	assert_int_equal(config->feed[1].max_change, 10);
	sw_config_free(config);
}

static void resolves_paths_by_its_own(void **state)
{
	static const char text[] = "feeds: [{ name: a, kind: cnc, path: lists/a.txt }]\n"
				   "metrics: { textfile: sw.prom }\n";
	struct sw_config *config = read_text(text);
	char expected[128], *home;

	(void)state;
	snprintf(expected, sizeof(expected), "%s/lists/a.txt", scratch_directory);
	assert_string_equal(config->feed[0].path, expected);
	snprintf(expected, sizeof(expected), "%s/sw.prom", scratch_directory);
	assert_string_equal(config->textfile, expected);
	sw_config_free(config);

	home = getcwd(NULL, 0);
	assert_non_null(home);
	assert_int_equal(chdir(scratch_directory), 0);
	assert_int_equal(sw_config_read("c.yaml", &config, NULL), 0);
	assert_int_equal(chdir(home), 0);
	free(home);
	assert_string_equal(config->feed[0].path, "lists/a.txt");
	sw_config_free(config);
}

static void takes_the_example(void **state)
{
	struct sw_error error = { "" };
	struct sw_config *config;

	(void)state;
	if (sw_config_read("scripts/spamweir.yaml", &config, &error))
		fail_msg("%s", error.text);
	assert_int_equal(config->interfaces, 2);
	assert_true(config->monitor);
	assert_int_equal(config->feeds, 2);
	sw_config_free(config);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_in_defaults),
		cmocka_unit_test(reads_scalars),
		cmocka_unit_test(reads_rates_by_every_unit),
		cmocka_unit_test(reads_interfaces),
		cmocka_unit_test(reads_feeds),
		cmocka_unit_test(reads_every_kind_and_format),
		cmocka_unit_test(reads_entries),
		cmocka_unit_test(reads_widths),
		cmocka_unit_test(takes_own_space_as_it_was_given),
		cmocka_unit_test(reads_what_a_feed_may_do),
		cmocka_unit_test(resolves_paths_by_its_own),
		cmocka_unit_test(takes_the_example),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
