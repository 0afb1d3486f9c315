// SPDX-License-Identifier: GPL-2.0
/* The command line as users type it, and the table that it is read by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wordexp.h>

#include <cmocka.h>

#include "cli/command.h"

struct said {
	wordexp_t words; /* the options point into it */
	struct sw_command command;
	struct sw_error error;
	int err;
};

static void say(const char *line, struct said *said)
{
	*said = (struct said){ 0 };
	assert_int_equal(wordexp(line, &said->words, WRDE_NOCMD | WRDE_UNDEF), 0);
	said->err = sw_command_read(said->words.we_wordc, said->words.we_wordv, &said->command,
				    &said->error);
}

static void expect_refusal(const char *line, const char *why)
{
	struct said said;

	say(line, &said);
	assert_string_equal(said.error.text, why);
	assert_int_equal(said.err, -EINVAL);
	wordfree(&said.words);
}

static void options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"spamweir zombie add 192.0.2.1 --for 1h --why 'ticket 1' -c x.yaml",
		"spamweir -c x.yaml --why 'ticket 1' --for 1h zombie add 192.0.2.1",
		"spamweir zombie --for=1h add --config x.yaml --why 'ticket 1' 192.0.2.1",
		"spamweir zombie add -cx.yaml --for 1h --why 'ticket 1' -- 192.0.2.1",
	};
	struct said said;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct sw_options *options = &said.command.options;

		say(lines[i], &said);
		assert_string_equal(said.error.text, "");
		assert_ptr_equal(said.command.verb->run, cmd_zombie_add);
		assert_string_equal(options->duration, "1h");
		assert_string_equal(options->why, "ticket 1");
		assert_string_equal(options->instance.config, "x.yaml");
		assert_string_equal(options->instance.pin_dir, SW_DEFAULT_PIN_DIR);
		assert_false(options->json);
		assert_int_equal(options->arguments, 1);
		assert_string_equal(options->argument[0], "192.0.2.1");
		wordfree(&said.words);
	}
}

static void what_is_wrong_is_named_with_what_was_meant(void **state)
{
	(void)state;
	expect_refusal("spamweir statsu", "there is no verb `statsu`; did you mean `status`?");
	expect_refusal("spamweir frobnicate",
		       "there is no verb `frobnicate`; see `spamweir --help`");
	expect_refusal("spamweir verb", "there is no verb `verb`; see `spamweir --help`");
	expect_refusal("spamweir zombie",
		       "`zombie` needs add, del or list; see `spamweir --help zombie`");
	expect_refusal("spamweir zombie lst",
		       "there is no verb `zombie lst`; did you mean `zombie list`?");
	expect_refusal("spamweir status --jsn",
		       "there is no option `--jsn`; did you mean `--json`?");
	expect_refusal("spamweir --jsn=1 status",
		       "there is no option `--jsn`; did you mean `--json`?");
	expect_refusal("spamweir load --jsn", "there is no option `--jsn`; see `spamweir --help`");
	expect_refusal("spamweir --rle access replay f",
		       "there is no option `--rle`; did you mean `--role`?");
	expect_refusal("spamweir status -x", "there is no option `-x`; see `spamweir --help`");
	expect_refusal("spamweir status --s",
		       "several options begin with `--s`; see `spamweir --help`");
	expect_refusal("spamweir lookup --config", "`--config` needs its FILE");
	expect_refusal("spamweir lookup -c", "`-c` needs an argument");
	expect_refusal("spamweir status --json=x", "`--json` takes no argument");
}

static void what_a_verb_does_not_take_is_refused(void **state)
{
	(void)state;
	expect_refusal("spamweir load --role access",
		       "`load` takes no `--role`; see `spamweir --help load`");
	expect_refusal("spamweir --for 1h zombie list",
		       "`zombie list` takes no `--for`; see `spamweir --help zombie list`");
	expect_refusal("spamweir status acc0",
		       "`status` takes no `acc0`; see `spamweir --help status`");
	expect_refusal("spamweir lookup", "`lookup` needs ADDR; see `spamweir --help lookup`");
	expect_refusal("spamweir zombie add 192.0.2.1 192.0.2.2",
		       "`zombie add` takes no `192.0.2.2`; see `spamweir --help zombie add`");
}

static void expect_watch(const char *line, const char *watch, const char *config)
{
	struct said said;

	say(line, &said);
	assert_string_equal(said.error.text, "");
	assert_ptr_equal(said.command.verb->run, cmd_status);
	assert_string_equal(said.command.options.watch, watch);
	assert_string_equal(said.command.options.instance.config, config);
	assert_int_equal(said.command.options.arguments, 0);
	wordfree(&said.words);
}

static void an_optional_argument_begins_with_a_digit(void **state)
{
	(void)state;
	expect_watch("spamweir status --watch", "", SW_DEFAULT_CONFIG);
	expect_watch("spamweir status --watch 5", "5", SW_DEFAULT_CONFIG);
	expect_watch("spamweir status --watch=500ms", "500ms", SW_DEFAULT_CONFIG);
	expect_watch("spamweir --watch 5 status -c x", "5", "x");
	expect_watch("spamweir --watch status", "", SW_DEFAULT_CONFIG);
	expect_watch("spamweir status --watch -c x", "", "x");
	expect_refusal("spamweir status --watch often",
		       "`status` takes no `often`; see `spamweir --help status`");
}

static void expect_help(const char *line, int (*run)(const struct sw_options *), bool group)
{
	struct said said;

	say(line, &said);
	assert_string_equal(said.error.text, "");
	assert_true(said.command.options.help);
	assert_ptr_equal(said.command.verb ? said.command.verb->run : NULL, run);
	assert_int_equal(said.command.group, group);
	wordfree(&said.words);
}

static void help_is_for_a_verb_or_for_all(void **state)
{
	(void)state;
	expect_help("spamweir --help", NULL, false);
	expect_help("spamweir -h lookup", cmd_lookup, false);
	expect_help("spamweir lookup --help", cmd_lookup, false);
	expect_help("spamweir zombie --help", cmd_zombie_add, true);
	expect_help("spamweir --help zombie del", cmd_zombie_del, false);
	expect_help("spamweir replay --json --help", cmd_replay, false);
	expect_refusal("spamweir --help statsu",
		       "there is no verb `statsu`; did you mean `status`?");
}

static void every_example_is_what_its_verb_takes(void **state)
{
	struct said said;
	char line[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < sw_verb_count; i++) {
		for (j = 0; j < 2; j++) {
			assert_non_null(sw_verbs[i].example[j]);
			snprintf(line, sizeof(line), "%s", sw_verbs[i].example[j]);
			line[strcspn(line, "|")] = '\0'; /* the next command is not ours */
			say(line, &said);
			assert_string_equal(said.error.text, "");
			assert_ptr_equal(said.command.verb, &sw_verbs[i]);
			wordfree(&said.words);
		}
		assert_string_not_equal(sw_verbs[i].example[0], sw_verbs[i].example[1]);
	}
}

static void check_option(const struct sw_option *option)
{
	const struct sw_option *other;
	size_t i;

	assert_true(option->help && option->help[0]);
	assert_true(option->field < sizeof(struct sw_options));
	for (i = 0; i < sw_verb_count; i++) {
		other = sw_option_find(sw_verbs[i].option, option->name);
		if (!other)
			continue;
		assert_int_equal(!option->argument, !other->argument);
		assert_int_equal(option->letter, other->letter);
		assert_int_equal(option->optional, other->optional);
	}
}

/* Options may stand before the verb, when whose they are is not known. */
static void options_of_one_name_are_of_one_form(void **state)
{
	const struct sw_option *option;
	size_t i;

	(void)state;
	for (i = 0; i < sw_verb_count; i++) {
		for (option = sw_verbs[i].option; option->name; option++) {
			check_option(option);
			assert_null(sw_option_find(sw_common_options, option->name));
		}
		assert_true(option < sw_verbs[i].option + SW_VERB_OPTIONS + 1);
		assert_true(sw_verbs[i].least <= sw_verbs[i].most);
		assert_int_equal(sw_verbs[i].most > 0, sw_verbs[i].argument != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(what_is_wrong_is_named_with_what_was_meant),
		cmocka_unit_test(what_a_verb_does_not_take_is_refused),
		cmocka_unit_test(an_optional_argument_begins_with_a_digit),
		cmocka_unit_test(help_is_for_a_verb_or_for_all),
		cmocka_unit_test(every_example_is_what_its_verb_takes),
		cmocka_unit_test(options_of_one_name_are_of_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
