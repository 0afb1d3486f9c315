// SPDX-License-Identifier: GPL-2.0
/* What one list in place of another changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/difference.h"

static void fill(struct sw_rule_list *list, const char *text)
{
	struct sw_prefix prefix;
	char copy[256], *word, *rest = copy;

	strcpy(copy, text);
	*list = (struct sw_rule_list){ 0 };
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		assert_int_equal(sw_prefix_parse(word, strlen(word), &prefix), 0);
		assert_int_equal(sw_rule_list_add(list, &prefix, 3), 0);
	}
}

static void spell(const struct sw_rule_list *list, char *out)
{
	char text[SW_PREFIX_TEXT];
	struct sw_prefix prefix;
	size_t i;

	*out = '\0';
	for (i = 0; i < list->v4_count + list->v6_count; i++) {
		prefix = i < list->v4_count ? sw_rule4_prefix(list->v4[i])
					    : sw_rule6_prefix(&list->v6[i - list->v4_count]);
		if (i)
			strcat(out, " ");
		strcat(out, sw_prefix_format(&prefix, text));
	}
}

struct expected {
	const char *before, *after;
	const char *in, *out;
	__u64 opened, closed, opened64, closed64;
};

static void expect(const struct expected *e)
{
	struct sw_rule_list before, after;
	struct sw_difference d;
	char text[512];

	fill(&before, e->before);
	fill(&after, e->after);
	assert_int_equal(sw_difference_make(&before, &after, &d), 0);
	spell(&d.in, text);
	assert_string_equal(text, e->in);
	spell(&d.out, text);
	assert_string_equal(text, e->out);
	assert_int_equal(sw_ranges_size(&d.opened, SW_IPV4), e->opened);
	assert_int_equal(sw_ranges_size(&d.closed, SW_IPV4), e->closed);
	assert_int_equal(sw_ranges_size(&d.opened, SW_IPV6), e->opened64);
	assert_int_equal(sw_ranges_size(&d.closed, SW_IPV6), e->closed64);
	sw_difference_free(&d);
	free(before.v4);
	free(before.v6);
	free(after.v4);
	free(after.v6);
}

static void entries_and_addresses(void **state)
{
	static const struct expected cases[] = {
		{ "", "", "", "", 0, 0, 0, 0 },
		{ "", "192.0.2.0/24 192.0.2.7", "192.0.2.0/24 192.0.2.7", "", 256, 0, 0, 0 },
		{ "192.0.2.0/24", "", "", "192.0.2.0/24", 0, 256, 0, 0 },
		/* Order and repetition are nothing new. */
		{ "192.0.2.1 192.0.2.2", "192.0.2.2 192.0.2.1 192.0.2.1", "", "", 0, 0, 0, 0 },
		{ "192.0.2.9 192.0.2.1", "192.0.2.5 192.0.2.5 192.0.2.1", "192.0.2.5", "192.0.2.9",
		  1, 1, 0, 0 },
		/* An entry that goes into a wider one changes no address. */
		{ "192.0.2.0/25 192.0.2.128/25", "192.0.2.0/24", "192.0.2.0/24",
		  "192.0.2.0/25 192.0.2.128/25", 0, 0, 0, 0 },
		{ "192.0.2.64/26 192.0.2.200", "192.0.2.0/24", "192.0.2.0/24",
		  "192.0.2.64/26 192.0.2.200", 191, 0, 0, 0 },
		{ "192.0.2.0/24", "192.0.2.64/26 192.0.2.255", "192.0.2.64/26 192.0.2.255",
		  "192.0.2.0/24", 0, 191, 0, 0 },
		{ "0.0.0.0/0", "255.255.255.255", "255.255.255.255", "0.0.0.0/0", 0, 0xffffffff, 0,
		  0 },
		{ "2001:db8::/48 192.0.2.1", "2001:db8::/47 192.0.2.1", "2001:db8::/47",
		  "2001:db8::/48", 0, 0, 65536, 0 },
		{ "", "2001:db8::1 2001:db8::2 ::/0", "::/0 2001:db8::1 2001:db8::2", "", 0, 0,
		  ~0ULL, 0 },
		{ "2001:db8::1", "2001:db8::5 2001:db8::9", "2001:db8::5 2001:db8::9",
		  "2001:db8::1", 0, 0, 1, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(&cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_and_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
