// SPDX-License-Identifier: GPL-2.0
/* What may come next on a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/complete.h"

/* Words are parted by one blank: a line that ends with it asks for a new one. */
static void ask(const char *line, struct sw_complete *out)
{
	static const char *word[SW_COMPLETE_WORDS + 2];
	static char copy[1024];
	char *rest = copy;
	int words = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	while (words < SW_COMPLETE_WORDS + 2 && (word[words] = strsep(&rest, " ")))
		words++;
	sw_complete(word, words, out);
}

static void words_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		enum sw_next next;
		const char *begun;
		unsigned values;
	} cases[] = {
		{ "", SW_NEXT_VERB, "", 0 },
		{ "zo", SW_NEXT_VERB, "zo", 0 },
		{ "zombie ", SW_NEXT_SUB, "", 0 },
		{ "zombie ad", SW_NEXT_SUB, "ad", 0 },
		{ "zombie add ", SW_NEXT_NOTHING, "", 0 }, /* an address */
		{ "zombie nonsense ", SW_NEXT_NOTHING, "", 0 },
		{ "nonsense ", SW_NEXT_NOTHING, "", 0 },
		{ "complete ", SW_NEXT_NOTHING, "", 0 }, /* not for people */
		{ "zombie add --f", SW_NEXT_OPTION, "--f", 0 },
		{ "-", SW_NEXT_OPTION, "-", 0 },
		{ "zombie add --file ", SW_NEXT_VALUE, "", SW_VALUES_FILE },
		{ "zombie add --for ", SW_NEXT_NOTHING, "", 0 },
		{ "zombie add --for 1d ", SW_NEXT_NOTHING, "", 0 },
		{ "zombie --for 1d ", SW_NEXT_SUB, "", 0 },
		{ "-c x.yaml zombie ", SW_NEXT_SUB, "", 0 },
		{ "--config x.yaml ", SW_NEXT_VERB, "", 0 },
		{ "-c ", SW_NEXT_VALUE, "", SW_VALUES_FILE },
		{ "--pin-dir /sys", SW_NEXT_VALUE, "/sys", SW_VALUES_DIRECTORY },
		{ "replay ", SW_NEXT_VALUE, "", SW_VALUES_FILE },
		{ "case show 1", SW_NEXT_VALUE, "1", SW_VALUES_CASE },
		{ "notice retry ", SW_NEXT_VALUE, "", SW_VALUES_NOTICE },
		{ "notice test d", SW_NEXT_VALUE, "d", SW_VALUES_RECEIVER },
		{ "status --watch ", SW_NEXT_NOTHING, "", 0 }, /* it may stand alone */
		{ "replay a.pcap ", SW_NEXT_NOTHING, "", 0 },  /* takes one */
		{ "replay a.pcap --role ", SW_NEXT_VALUE, "", SW_VALUES_ROLE },
		{ "replay --role=up", SW_NEXT_VALUE, "up", SW_VALUES_ROLE },
		{ "replay --role = up", SW_NEXT_VALUE, "up", SW_VALUES_ROLE },
		{ "replay --role =", SW_NEXT_VALUE, "", SW_VALUES_ROLE },
		{ "--role up", SW_NEXT_VALUE, "up", SW_VALUES_ROLE }, /* before its verb */
		{ "replay --nonsense=up", SW_NEXT_NOTHING, "up", 0 },
		{ "bounces ", SW_NEXT_VALUE, "", SW_VALUES_SAID },
		{ "help ", SW_NEXT_VERB, "", 0 },
		{ "help zo", SW_NEXT_VERB, "zo", 0 },
		{ "help zombie ", SW_NEXT_SUB, "", 0 },
		{ "--help zombie ", SW_NEXT_SUB, "", 0 },
		{ "help zombie add ", SW_NEXT_NOTHING, "", 0 },
		{ "help replay ", SW_NEXT_NOTHING, "", 0 }, /* it is not going to be done */
		{ "replay --help ", SW_NEXT_NOTHING, "", 0 },
		{ "lookup help", SW_NEXT_NOTHING, "help", 0 }, /* nor is it asked for there */
		{ "feed diff a b c ", SW_NEXT_VALUE, "", SW_VALUES_FEED | SW_VALUES_FILE },
	};
	struct sw_complete asked;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].line, &asked);
		print_message("`%s`\n", cases[i].line);
		assert_int_equal(asked.next, cases[i].next);
		assert_string_equal(asked.begun, cases[i].begun);
		assert_int_equal(asked.values, cases[i].values);
	}
}

static void what_was_given_is_known(void **state)
{
	const struct sw_option *given, *other;
	struct sw_complete asked;

	(void)state;
	ask("zombie add --for 1d -c other.yaml --", &asked);
	assert_string_equal(asked.verb->sub, "add");
	assert_string_equal(asked.config, "other.yaml");
	given = sw_option_find(asked.verb->option, "for");
	other = sw_option_find(asked.verb->option, "why");
	assert_true(sw_complete_has(&asked, given));
	assert_false(sw_complete_has(&asked, other));
	ask("check --config=that.yaml ", &asked);
	assert_string_equal(asked.config, "that.yaml");
}

static void more_words_than_a_command_has(void **state)
{
	char line[1024] = "feed diff";
	struct sw_complete asked;
	int i;

	(void)state;
	for (i = 0; i < SW_COMPLETE_WORDS; i++)
		strcat(line, " x");
	ask(line, &asked);
	assert_int_equal(asked.next, SW_NEXT_NOTHING);
	sw_complete(NULL, 0, &asked);
	assert_int_equal(asked.next, SW_NEXT_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_told_apart),
		cmocka_unit_test(what_was_given_is_known),
		cmocka_unit_test(more_words_than_a_command_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
