// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/html.h"
#include "report/period_json.h"
#include "report/period_page.h"

#define HOUR 3600000LL
#define BEGIN 1795910400000LL /* 2026-11-29T00:00:00Z, a midnight */
#define EVIL "<script>alert(1)</script>&\"'\x01\xff"
#define HARMLESS "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;\\x01\\xff"

static char *text_of(const char *text)
{
	char *buffer = NULL;
	size_t size;
	FILE *out = open_memstream(&buffer, &size);

	sw_html_text(out, text);
	fclose(out);
	return buffer;
}

static void text_is_no_markup(void **state)
{
	char *html = text_of(EVIL);

	(void)state;
	assert_string_equal(html, HARMLESS);
	free(html);
	html = text_of("M\xc3\xbcller & S\xc3\xb6hne");
	assert_string_equal(html, "M\xc3\xbcller &amp; S\xc3\xb6hne");
	free(html);
}

/* A day with something of everything; all names are what an attacker would choose. */
static void fill(struct sw_period *period)
{
	size_t i;

	*period = (struct sw_period){
		.from_ms = BEGIN,
		.to_ms = BEGIN + 24 * HOUR - 1,
		.step_ms = HOUR,
		.watched_s = 86399,
		.buckets = 24,
		.bucket = calloc(24, sizeof(*period->bucket)),
		.held = { 1234567, 89 },
		.by_reason = { [SW_CNC_DST] = { 1234567, 0 }, [SW_RATE_LIMIT] = { 0, 89 } },
		.passed = 99999999999,
		.nics = 1,
		.nic = calloc(1, sizeof(*period->nic)),
		.feeds = 1,
		.feed = calloc(1, sizeof(*period->feed)),
		.syns_passed = 500,
		.syns_limited = 89,
		.syns_admitted = 60,
		.affected = 41,
		.detect = { 12, 180, 7500 },
		.case_count = 1,
		.cases = calloc(1, sizeof(*period->cases)),
		.listed_count = 1,
		.listed = calloc(1, sizeof(*period->listed)),
	};
	for (i = 0; i < 24; i++)
		period->bucket[i] = (struct sw_period_bucket){
			.at_ms = BEGIN + i * HOUR,
			.held = { 100 + i * i, i * 20, i % 7 * 10, i % 3 },
			.blocked = 3 + i,
			.slowed = i % 5,
		};
	strcpy(period->nic[0].name, "<u>");
	strcpy(period->nic[0].role, "access");
	strcpy(period->feed[0].name, "\"><img src=x>");
	strcpy(period->feed[0].kind, "cnc");
	period->feed[0].packets = 7;
	strcpy(period->cases[0].who, EVIL);
	strcpy(period->cases[0].sentence, EVIL);
	strcpy(period->cases[0].why, EVIL);
	period->cases[0].opened_ms = BEGIN;
	strcpy(period->listed[0].why, EVIL);
	strcpy(period->listed[0].by, EVIL);
}

static char page[1 << 20];

static void read_page(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size;

	assert_non_null(file);
	size = fread(page, 1, sizeof(page) - 1, file);
	page[size] = '\0';
	fclose(file);
}

static void a_page_is_whole_safe_and_private(void **state)
{
	char path[] = "/tmp/spamweir-page-XXXXXX";
	const char *kept = getenv("KEEP_PAGE");
	struct sw_period period;
	struct sw_error error = { 0 };
	struct stat st;
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	fill(&period);
	assert_int_equal(sw_period_page_write(&period, path, &error), 0);
	if (kept)
		assert_int_equal(sw_period_page_write(&period, kept, &error), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_page(path);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<img"));
	assert_null(strstr(page, "<u>"));
	assert_non_null(strstr(page, "<td>&lt;u&gt;</td>"));
	assert_non_null(strstr(page, "data-key=\"feeds.&quot;&gt;&lt;img src=x&gt;.packets\""));
	assert_non_null(strstr(page, "data-key=\"dropped\">1\xe2\x80\xaf"
				     "234\xe2\x80\xaf"
				     "567<"));
	assert_non_null(strstr(page, "data-key=\"mail.not_seen_again\">29<"));
	assert_non_null(strstr(page, "</html>"));
	unlink(path);
	sw_period_release(&period);
}

static void what_was_given_up_is_never_less_than_nothing(void **state)
{
	struct sw_period period = { .syns_limited = 3, .syns_admitted = 5 };
	json_t *object = sw_period_json(&period);

	(void)state;
	assert_int_equal(sw_period_lost(&period), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "mail"),
							    "not_seen_again")),
			 0);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_no_markup),
		cmocka_unit_test(a_page_is_whole_safe_and_private),
		cmocka_unit_test(what_was_given_up_is_never_less_than_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
