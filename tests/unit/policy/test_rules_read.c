// SPDX-License-Identifier: GPL-2.0
/* From a config's feeds to rules: kinds, own space, warnings, failures. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "policy/rules_sort.h"
#include "rules_fixture.h"

static void reads_all_kinds_with_their_rank(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "zombies", SW_KIND_ZOMBIE, "198.51.100.7\n2001:db8::7\n");
	add_file(&f, "more", SW_KIND_ZOMBIE, "198.51.100.7\n198.51.100.6\n");
	add_file(&f, "cnc", SW_KIND_CNC, "203.0.113.0/24 ; SBL1\n");
	add_inline(add_feed(&f, "allow", SW_KIND_ALLOW), "192.0.2.1-192.0.2.2", 9);
	add_inline(&f.feed[2], "203.0.113.0/24", 5);
	assert_int_equal(read_rules(&f), 0);
	assert_string_equal(f.warnings, "");
	assert_int_equal(f.failed, SIZE_MAX);
	assert_int_equal(f.rules->feeds, 4);
	assert_int_equal(f.rules->feed[0].prefixes, 2);
	assert_int_equal(f.rules->feed[2].prefixes, 2);
	assert_int_equal(f.rules->feed[2].report.format, SW_FORMAT_DROP);
	assert_true(f.rules->feed[0].source.modified_s >= 1700000000);
	assert_int_equal(f.rules->feed[3].source.modified_s, 0);
	expect_rules(&f, SW_KIND_ZOMBIE, "198.51.100.6#1 198.51.100.7#0 2001:db8::7#0");
	expect_rules(&f, SW_KIND_CNC, "203.0.113.0/24#2");
	expect_rules(&f, SW_KIND_ALLOW, "192.0.2.1#3 192.0.2.2#3");
	clean(&f);
}

static void a_config_without_feeds_has_no_rules(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	assert_int_equal(read_rules(&f), 0);
	assert_int_equal(f.rules->feeds, 0);
	expect_rules(&f, SW_KIND_CNC, "");
	clean(&f);
}

#define LIST                                                                                       \
	"100.63.255.255\n100.64.0.1\n100.0.0.0/8\n100.128.0.0\n100.127.255.255\n"                  \
	"2001:db8:1::/48\n2001:db0::/28\n2001:db9::\n192.0.2.24/29\n192.0.2.17\n"                  \
	"192.0.2.30-192.0.2.33\n"

static void add_own(struct fixture *f)
{
	struct sw_feed_config *own = add_feed(f, "own", SW_KIND_OWN);

	add_inline(own, "192.0.2.16/30", 20);
	add_inline(own, "100.64.0.0/10", 21);
	add_inline(own, "100.64.7.0/24", 22);
	add_inline(own, "192.0.2.32", 22);
	add_inline(own, "2001:db8::/32", 23);
}

/* Own space is named last and still guards the feeds before it. */
static void nothing_in_own_space_is_taken(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "cnc", SW_KIND_CNC, LIST);
	add_inline(add_feed(&f, "mine", SW_KIND_ZOMBIE), "100.64.0.0/10", 7);
	add_inline(&f.feed[1], "198.51.100.1", 8);
	add_own(&f);
	assert_int_equal(read_rules(&f), 0);
	assert_int_equal(f.rules->feed[0].own, 7);
	assert_int_equal(f.rules->feed[0].prefixes, 5);
	assert_int_equal(f.rules->feed[1].own, 1);
	assert_string_equal(
		f.warnings,
		"spamweir: warning: cnc:3: 100.0.0.0/8 is left out: it lies in own space "
		"(may_list_own: true takes it)\n"
		"spamweir: warning: feed cnc: left out in all: 0 bad lines, 0 too wide, "
		"7 in own space\n"
		"spamweir: warning: spamweir.yaml:7: 100.64.0.0/10 is left out: it lies in own "
		"space (may_list_own: true takes it)\n"
		"spamweir: warning: feed mine: left out in all: 0 bad lines, 0 too wide, "
		"1 in own space\n");
	expect_rules(&f, SW_KIND_CNC,
		     "100.63.255.255#0 100.128.0.0#0 192.0.2.24/29#0 192.0.2.30/31#0 "
		     "2001:db9::#0");
	expect_rules(&f, SW_KIND_ZOMBIE, "198.51.100.1#1");
	clean(&f);
}

static void own_space_may_be_listed_where_told_and_allowed_always(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_own(&f);
	add_file(&f, "zombies", SW_KIND_ZOMBIE, "100.64.0.1\n");
	add_file(&f, "allow", SW_KIND_ALLOW, "100.64.0.2\n");
	f.feed[1].may_list_own = true;
	assert_int_equal(read_rules(&f), 0);
	assert_string_equal(f.warnings, "");
	expect_rules(&f, SW_KIND_ZOMBIE, "100.64.0.1#1");
	expect_rules(&f, SW_KIND_ALLOW, "100.64.0.2#2");
	clean(&f);
}

static void warns_of_a_few_lines_and_of_the_sum(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "list", SW_KIND_ZOMBIE,
		 "192.0.2.1\nfoo \"bar\"\n0.0.0.0/0\na\nb\n198.51.100.9/24\n192.0.2.1\n"
		 "192.0.2.1\n192.0.2.1\n192.0.2.1\n192.0.2.1\n192.0.2.1\n");
	add_inline(&f.feed[0], "::/0", 12);
	assert_int_equal(read_rules(&f), 0);
	assert_string_equal(
		f.warnings,
		"spamweir: warning: list:2: \"foo \"bar\"\" is left out: expected an address, "
		"prefix or range such as 192.0.2.1, 2001:db8::/32 or 192.0.2.1-192.0.2.9\n"
		"spamweir: warning: list:3: \"0.0.0.0/0\" is left out: expected a longer prefix: "
		"this is wider than max_width allows\n"
		"spamweir: warning: list:4: \"a\" is left out: expected an address, prefix or "
		"range such as 192.0.2.1, 2001:db8::/32 or 192.0.2.1-192.0.2.9\n"
		"spamweir: warning: feed list: left out in all: 3 bad lines, 2 too wide, "
		"0 in own space\n"
		"spamweir: warning: feed list: host bits cleared in 1 entries\n");
	expect_rules(&f, SW_KIND_ZOMBIE, "192.0.2.1#0 198.51.100.0/24#0");
	clean(&f);
}

static void inline_entries_may_not_be_wide(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_feed(&f, "list", SW_KIND_CNC);
	add_inline(&f.feed[0], "0.0.0.1-255.255.255.255", 3);
	add_inline(&f.feed[0], "198.51.100.0/24", 4);
	assert_int_equal(read_rules(&f), 0);
	assert_non_null(strstr(f.warnings, "spamweir.yaml:3: \"0.0.0.1-255.255.255.255\" is left "
					   "out: it is wider than max_width allows\n"));
	assert_int_equal(f.rules->feed[0].report.wide, 1);
	expect_rules(&f, SW_KIND_CNC, "198.51.100.0/24#0");
	clean(&f);
}

static void an_unfit_feed_fails_all_and_is_named(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "good", SW_KIND_CNC, "192.0.2.1\n");
	add_file(&f, "page", SW_KIND_ZOMBIE, "<html>\n");
	assert_int_equal(read_rules(&f), -EINVAL);
	assert_int_equal(f.failed, 1);
	assert_string_equal(
		f.error.text,
		"page:1: \"<html>\" begins an HTML page (expected a feed): was an error page "
		"saved in its place?");
	assert_string_equal(f.rules->feed[0].source.unfit.text, "");
	assert_string_equal(f.rules->feed[1].source.unfit.text, f.error.text);
	free(f.warnings);
	sw_rules_free(f.rules);

	unlink("good");
	assert_int_equal(read_rules(&f), -ENOENT);
	assert_int_equal(f.failed, 0);
	assert_memory_equal(f.error.text, "good: cannot open", 17);
	assert_int_equal(sw_rules_unfit(f.rules), 2);
	clean(&f);
}

static void own_space_that_cannot_be_read_fails_all(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "good", SW_KIND_CNC, "192.0.2.1\n");
	add_feed(&f, "own", SW_KIND_OWN)->path = "missing";
	assert_int_equal(read_rules(&f), -ENOENT);
	assert_int_equal(f.failed, 1);
	clean(&f);
}

static void more_feeds_than_slots_are_refused(void **state)
{
	struct fixture f = { 0 };
	int i;

	(void)state;
	for (i = 0; i < SW_MAX_FEEDS - 1; i++)
		add_feed(&f, "none", SW_KIND_CNC);
	assert_int_equal(read_rules(&f), 0);
	sw_rules_free(f.rules);
	free(f.warnings);
	f.rules = NULL;
	add_feed(&f, "none", SW_KIND_CNC);
	assert_int_equal(read_rules(&f), -EINVAL);
	assert_int_equal(f.failed, SIZE_MAX);
	assert_string_equal(f.error.text, "spamweir.yaml: 256 feeds (expected at most 255)");
	clean(&f);
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void read_statm(size_t pages[2])
{
	FILE *file = fopen("/proc/self/statm", "r");

	assert_int_equal(fscanf(file, "%zu %zu", &pages[0], &pages[1]), 2);
	fclose(file);
}

static size_t address_space(void)
{
	size_t pages[2];

	read_statm(pages);
	return pages[0] * sysconf(_SC_PAGESIZE);
}

static size_t resident(void)
{
	size_t pages[2];

	read_statm(pages);
	return pages[1] * sysconf(_SC_PAGESIZE);
}

#define MANY4 1000000
#define MANY6 250000

static void write_many(const char *path)
{
	FILE *file = fopen(path, "w");
	__u32 i, a;

	for (i = 0; i < MANY4; i++) {
		a = i * 2654435761U;
		fprintf(file, "%u.%u.%u.%u\n", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
		if (i % 4 == 0)
			fprintf(file, "2001:%x:%x::/64\n", a >> 16, a & 0xffff);
	}
	fclose(file);
}

static void many_entries_take_little_more_than_their_arrays(void **state)
{
	static struct fixture f;
	size_t before, grown, arrays = MANY4 * sizeof(__u64) + MANY6 * sizeof(struct sw_rule6);
	double start, read, sorted;

	(void)state;
	write_many("many");
	add_feed(&f, "many", SW_KIND_CNC)->path = "many";
	f.feed[0].may_list_special = true;
	f.feed[0].max_width[SW_IPV4] = 0;
	add_own(&f);
	before = resident();
	start = cpu_ms();
	assert_int_equal(read_rules(&f), 0);
	read = cpu_ms();
	grown = resident() - before;
	assert_int_equal(sw_rules_sort(f.rules), 0);
	sorted = cpu_ms();
	print_message("1M IPv4 and 250k IPv6: read %.0f ms, sorted %.0f ms of CPU; %zu MB grown, "
		      "arrays %zu MB\n",
		      read - start, sorted - read, grown >> 20, arrays >> 20);
	assert_true(f.rules->kind[SW_KIND_CNC].v4_count > MANY4 - MANY4 / 500);
	assert_true(f.rules->kind[SW_KIND_CNC].v6_count > MANY6 - MANY6 / 500);
	/* A sanitizer keeps what is freed, and qemu-user 7.2, on which s390x runs here, what is left
	 * when the break shrinks. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__s390x__)
	assert_true(grown < arrays + arrays / 4 + (1 << 20));
#endif
	clean(&f);
}

/* In a child of its own: one that gets `extra` bytes and no more. */
static void run_out_of_memory(struct fixture *f, size_t extra)
{
	struct sw_rules *untouched = f->rules = (void *)f;
	struct rlimit limit = { address_space() + extra, address_space() + extra };

	setrlimit(RLIMIT_AS, &limit);
	if (sw_rules_read(&f->config, &f->reading, &f->rules, &f->failed, &f->error) != -ENOMEM)
		_exit(2);
	if (f->failed || f->rules != untouched)
		_exit(3);
	_exit(strcmp(f->error.text, "feed many: no memory for its entries") ? 4 : 0);
}

/* First there is none for the file, then for what it lists. */
static void lack_of_memory_is_an_error(void **state)
{
	static const size_t extra[] = { 4 << 20, 24 << 20 };
	struct fixture f = { 0 };
	int status = -1;
	pid_t child;
	size_t i;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("the sanitizer needs the address space that this takes away\n");
	skip();
#endif
#ifdef __s390x__
	print_message("qemu-user sets no limits to the address space\n");
	skip();
#endif
	write_many("many");
	add_feed(&f, "many", SW_KIND_CNC)->path = "many";
	for (i = 0; i < sizeof(extra) / sizeof(extra[0]); i++) {
		child = fork();
		if (!child)
			run_out_of_memory(&f, extra[i]);
		assert_true(child > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	clean(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_kinds_with_their_rank),
		cmocka_unit_test(a_config_without_feeds_has_no_rules),
		cmocka_unit_test(nothing_in_own_space_is_taken),
		cmocka_unit_test(own_space_may_be_listed_where_told_and_allowed_always),
		cmocka_unit_test(warns_of_a_few_lines_and_of_the_sum),
		cmocka_unit_test(inline_entries_may_not_be_wide),
		cmocka_unit_test(an_unfit_feed_fails_all_and_is_named),
		cmocka_unit_test(own_space_that_cannot_be_read_fails_all),
		cmocka_unit_test(more_feeds_than_slots_are_refused),
		cmocka_unit_test(many_entries_take_little_more_than_their_arrays),
		cmocka_unit_test(lack_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
