// SPDX-License-Identifier: GPL-2.0
/* A long list of which two threads read half each: all that comes of it is what comes of
 * the whole. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/both.h"
#include "feed/copy_make.h"
#include "feed/halves.h"

#define LINES 200000
#define ROOM (LINES * 48UL)

static char *text;
static size_t used;
static cpu_set_t all_cpus;

/* What was made of a text. */
struct made {
	int err;
	struct sw_feed_copy copy;
	struct sw_feed_report report;
	struct sw_error error;
};

static int need_two_cpus(void **state)
{
	(void)state;
	text = malloc(ROOM);
	return text && !sched_getaffinity(0, sizeof(all_cpus), &all_cpus) ? 0 : -1;
}

static int free_text(void **state)
{
	(void)state;
	free(text);
	return 0;
}

static struct sw_feed_config a_feed(enum sw_format format)
{
	return (struct sw_feed_config){
		.name = "list",
		.kind = SW_KIND_ZOMBIE,
		.format = format,
		.path = "list.txt",
		.min_count = 1,
		.max_width = { [SW_IPV4] = 8, [SW_IPV6] = 16 },
	};
}

/* The text is unmapped by whoever is given it. */
static void make(const struct sw_feed_config *feed, struct made *made)
{
	struct sw_file file = { .size = used, .id = { .size = used, .modified_ns = 1 } };
	char *copy = mmap(NULL, used, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(copy, MAP_FAILED);
	memcpy(copy, text, used);
	file.text = copy;
	memset(made, 0, sizeof(*made));
	made->err = sw_feed_copy_make(feed, &file, 7, &made->copy, &made->report, &made->error);
}

static void on_one_cpu(const struct sw_feed_config *feed, struct made *made)
{
	cpu_set_t one;
	int cpu;

	CPU_ZERO(&one);
	for (cpu = 0; !CPU_ISSET(cpu, &all_cpus);)
		cpu++;
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	make(feed, made);
	assert_int_equal(sched_setaffinity(0, sizeof(all_cpus), &all_cpus), 0);
}

static void same(const struct sw_feed_config *feed, int err)
{
	struct made whole, halves;

	if (sw_own_cpus() < 2) {
		print_message("skipped: no two CPUs to read on\n");
		return;
	}
	make(feed, &halves);
	on_one_cpu(feed, &whole);
	assert_int_equal(whole.err, err);
	assert_int_equal(halves.err, err);
	assert_string_equal(halves.error.text, whole.error.text);
	assert_memory_equal(&halves.report, &whole.report, sizeof(whole.report));
	assert_int_equal(halves.copy.size, whole.copy.size);
	if (!err)
		assert_memory_equal(halves.copy.header, whole.copy.header, whole.copy.size);
	sw_feed_copy_close(&halves.copy);
	sw_feed_copy_close(&whole.copy);
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	used += vsnprintf(text + used, ROOM - used, format, args);
	va_end(args);
	assert_true(used < ROOM);
}

/* `i` by a number that is none of its neighbours', several of which are equal. */
static void add_address(unsigned i, const char *behind)
{
	__u32 address = i % (LINES / 2 + 1000) * 2654435761U | 1;

	if (i % 5 == 4)
		add("2001:db8:%x::%x%s\n", address >> 16, address & 0xffff, behind);
	else
		add("%u.%u.%u.%u%s\n", address >> 24, address >> 16 & 255, address >> 8 & 255,
		    address & 255, behind);
}

/* Up to `odd` lines of another kind, at the beginning, at the end and between. */
static void fill(const char *behind, const char *odd)
{
	unsigned i;

	used = 0;
	for (i = 0; i < LINES; i++) {
		add_address(i, behind);
		if (odd && i % 50001 == 50000)
			add("%s\n", odd);
	}
}

static bool takes_halves(const struct sw_feed_config *feed)
{
	const struct sw_feed_sink none[2] = {};
	struct sw_feed_report report;
	__u32 before;

	return sw_feed_parse_halves(feed, text, used, none, &report, &before) != -EAGAIN;
}

static void plain_lists(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	fill("", NULL);
	same(&feed, 0);
	fill("", "# a comment\n\r\n0.0.0.0/0\nnonsense\n10.0.0.7/8");
	same(&feed, 0);
	feed.may_be_empty = true;
	feed.format = SW_FORMAT_PLAIN;
	same(&feed, 0);
}

static void lists_that_say_something(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	fill("", "192.0.2.1 # one of them");
	same(&feed, 0);
	fill(" # all of them", "192.0.2.2 # other");
	same(&feed, 0);
	fill("\t7", NULL);
	same(&feed, 0);
	feed.min_count = 8;
	feed.may_be_empty = true;
	same(&feed, 0);
}

static void a_list_that_is_cut(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	fill("", NULL);
	add("192.0.2.7");
	same(&feed, 0);
	add("/3");
	same(&feed, -EINVAL);
}

static void what_one_half_cannot_know(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_AUTO);

	(void)state;
	fill("", "!192.0.2.0/24\n192.0.2.7");
	same(&feed, 0);
	fill("", NULL);
	add("# END %u entries\n", LINES);
	same(&feed, 0);
	add("# END %u entries\n", LINES);
	same(&feed, -EINVAL);
	fill("", NULL);
	add("%5000s\n", "x");
	same(&feed, -EINVAL);
	fill("", NULL);
	feed.max_entries[SW_IPV4] = LINES / 2;
	same(&feed, -EINVAL);
	feed.max_entries[SW_IPV4] = 0;
	add("<html>\n");
	same(&feed, -EINVAL);
	fill("", NULL);
	memcpy(strchr(text, '\n') + 1, "<html>\n", 7);
	same(&feed, -EINVAL);
	fill("", NULL);
	add("203.0.<html>\n");
	same(&feed, -EINVAL);
	fill("", NULL);
	add("203.0.<header>\n");
	same(&feed, 0);
	fill("", NULL);
	add("<i>\n");
	same(&feed, 0);
	memset(text + used / 2, 0, 3);
	same(&feed, -EINVAL);
}

static void formats_without_lines_are_read_whole(void **state)
{
	struct sw_feed_config feed = a_feed(SW_FORMAT_NDJSON);

	(void)state;
	fill("", NULL);
	assert_false(takes_halves(&feed));
	feed.format = SW_FORMAT_FEODO_CSV;
	assert_false(takes_halves(&feed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lists),
		cmocka_unit_test(lists_that_say_something),
		cmocka_unit_test(a_list_that_is_cut),
		cmocka_unit_test(what_one_half_cannot_know),
		cmocka_unit_test(formats_without_lines_are_read_whole),
	};

	return cmocka_run_group_tests(tests, need_two_cpus, free_text);
}
