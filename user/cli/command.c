// SPDX-License-Identifier: GPL-2.0
#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define MAX_VERBS 64
#define MAX_NAMES 64	 /* of options, over all verbs */
#define FIRST_OPTION 256 /* what getopt returns for the first of the names */

/* getopt knows options of one name once, for all verbs: the verb may stand behind them.
 * Whether it takes what was given is checked when all is read. */
struct reading {
	const struct sw_option *name[MAX_NAMES];
	size_t names;
	const char *given[MAX_NAMES]; /* its argument, "" of a flag; NULL: not given */
	const char *stranger;	      /* the first option that is none, as it was said */
	struct sw_error *error;
};

static void add_names(struct reading *reading, const struct sw_option *option)
{
	size_t i;

	for (; option->name; option++) {
		for (i = 0; i < reading->names; i++) {
			if (!strcmp(reading->name[i]->name, option->name))
				break;
		}
		if (i == reading->names && i < MAX_NAMES)
			reading->name[reading->names++] = option;
	}
}

static void collect_names(struct reading *reading)
{
	size_t i;

	add_names(reading, sw_common_options);
	for (i = 0; i < sw_verb_count; i++)
		add_names(reading, sw_verbs[i].option);
}

/* What getopt did not take. */
static int refuse(struct reading *reading, char *const *argv, int got)
{
	const struct sw_option *option = NULL;
	const char *said = argv[optind - 1];

	if (optopt >= FIRST_OPTION)
		option = reading->name[optopt - FIRST_OPTION];
	if (got == ':' && option)
		return sw_fail(reading->error, -EINVAL, "`--%s` needs its %s", option->name,
			       option->argument);
	if (got == ':')
		return sw_fail(reading->error, -EINVAL, "`-%c` needs an argument", optopt);
	if (option)
		return sw_fail(reading->error, -EINVAL, "`--%s` takes no argument", option->name);
	if (optopt)
		return sw_fail(reading->error, -EINVAL,
			       "there is no option `-%c`; see `spamweir --help`", optopt);
	if (!reading->stranger)
		reading->stranger = said;
	return 0;
}

/* The word behind an option whose argument may be left out, if it can be that. */
static const char *next_word(int argc, char **argv)
{
	if (optind < argc && argv[optind][0] >= '0' && argv[optind][0] <= '9')
		return argv[optind++];
	return "";
}

static void take(struct reading *reading, int got, int argc, char **argv)
{
	size_t i;

	for (i = 0; i < reading->names; i++) {
		if (got != FIRST_OPTION + (int)i && got != reading->name[i]->letter)
			continue;
		if (!optarg && reading->name[i]->optional)
			reading->given[i] = next_word(argc, argv);
		else
			reading->given[i] = optarg ?: "";
	}
}

static int read_all(struct reading *reading, int argc, char **argv)
{
	struct option names[MAX_NAMES + 1] = { 0 };
	char letters[2 * MAX_NAMES + 2] = ":", *letter = letters + 1;
	size_t i;
	int got, err = 0;

	for (i = 0; i < reading->names; i++) {
		const struct sw_option *option = reading->name[i];
		int wants = option->optional   ? optional_argument
			    : option->argument ? required_argument
					       : no_argument;

		names[i] = (struct option){ option->name, wants, NULL, FIRST_OPTION + i };
		if (option->letter)
			*letter++ = option->letter;
		if (option->letter && option->argument)
			*letter++ = ':';
	}
	opterr = 0;
	optind = 0; /* begin anew */
	while (!err && (got = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (got == '?' || got == ':')
			err = refuse(reading, argv, got);
		else
			take(reading, got, argc, argv);
	}
	return err;
}

/* What does not exist, with what was probably meant, or where to look. */
static int unknown(struct sw_error *error, const char *what, const char *before, const char *said,
		   const char *nearest)
{
	if (nearest)
		return sw_fail(error, -EINVAL, "there is no %s `%s%s`; did you mean `%s%s`?", what,
			       before, said, before, nearest);
	return sw_fail(error, -EINVAL, "there is no %s `%s%s`; see `spamweir --help`", what, before,
		       said);
}

static bool takes(const struct sw_verb *verb, const char *name)
{
	return sw_option_find(verb->option, name) || sw_option_find(sw_common_options, name);
}

/* An option that is none, or the beginning of several. */
static int no_option(const struct reading *reading, const struct sw_verb *verb)
{
	const char *names[MAX_NAMES], *said = reading->stranger + 2;
	size_t count = 0, size = strcspn(said, "="), begun = 0, i;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)size, said);
	for (i = 0; i < reading->names; i++) {
		const char *name = reading->name[i]->name;

		begun += !strncmp(name, said, size);
		if (!verb || takes(verb, name)) /* the verb's own are the likely ones */
			names[count++] = name;
	}
	if (begun > 1)
		return sw_fail(reading->error, -EINVAL,
			       "several options begin with `--%s`; see `spamweir --help`", text);
	return unknown(reading->error, "option", "--", text, sw_word_nearest(text, names, count));
}

/* A verb that is none, or a sub-verb of `group`. */
static int no_verb(const char *said, const struct sw_verb *group, struct sw_error *error)
{
	const char *names[MAX_VERBS], *near;
	char before[32] = "", list[128];
	size_t count = 0, i;

	for (i = 0; i < sw_verb_count && count < MAX_VERBS; i++) {
		const struct sw_verb *verb = &sw_verbs[i];

		if (!verb->hidden && (!group || !strcmp(verb->name, group->name)))
			names[count++] = group ? verb->sub : verb->name;
	}
	near = sw_word_nearest(said, names, count);
	if (group)
		snprintf(before, sizeof(before), "%s ", group->name);
	if (!group || near)
		return unknown(error, "verb", before, said, near);
	return sw_fail(error, -EINVAL, "there is no verb `%s%s`; `%s` needs %s", before, said,
		       group->name, sw_words_join(list, sizeof(list), names, count));
}

/* A verb whose sub-verb is missing. */
static int no_sub_verb(const struct sw_verb *group, struct sw_error *error)
{
	const char *names[MAX_VERBS];
	size_t count = 0, i;
	char list[128];

	for (i = 0; i < sw_verb_count && count < MAX_VERBS; i++) {
		if (!strcmp(sw_verbs[i].name, group->name))
			names[count++] = sw_verbs[i].sub;
	}
	return sw_fail(error, -EINVAL, "`%s` needs %s; see `spamweir --help %s`", group->name,
		       sw_words_join(list, sizeof(list), names, count), group->name);
}

/* Finds the verb that the words begin with, and takes it off them. */
static int find_verb(struct sw_command *command, struct sw_error *error)
{
	struct sw_options *options = &command->options;
	const struct sw_verb *verb, *group = NULL;
	const char *sub = options->arguments > 1 ? options->argument[1] : NULL;
	size_t i;

	for (i = 0; i < sw_verb_count; i++) {
		verb = &sw_verbs[i];
		if (strcmp(verb->name, options->argument[0]))
			continue;
		if (!verb->sub || (sub && !strcmp(verb->sub, sub))) {
			command->verb = verb;
			options->instance.verb = verb->name;
			options->argument += verb->sub ? 2 : 1;
			options->arguments -= verb->sub ? 2 : 1;
			return 0;
		}
		group = group ?: verb;
	}
	if (!group)
		return no_verb(options->argument[0], NULL, error);
	if (sub)
		return no_verb(sub, group, error);
	if (!options->help)
		return no_sub_verb(group, error);
	command->verb = group;
	command->group = true;
	return 0;
}

/* "help VERB" is "--help VERB", as many programs have it. */
static void take_help(struct sw_options *options)
{
	while (options->arguments > 0 && !strcmp(options->argument[0], "help")) {
		options->help = true;
		options->argument++;
		options->arguments--;
	}
}

static void set(struct sw_options *options, const struct sw_option *option, const char *value)
{
	void *field = (char *)options + option->field;

	if (option->argument)
		*(const char **)field = value;
	else
		*(bool *)field = true;
}

/* "zombie add", as messages name a verb. Returns `out`. */
static const char *spell(const struct sw_verb *verb, char *out, size_t room)
{
	snprintf(out, room, "%s%s%s", verb->name, verb->sub ? " " : "", verb->sub ?: "");
	return out;
}

/* What was given and means nothing to the verb, or is missing. */
static int check(const struct reading *reading, const struct sw_command *command)
{
	const struct sw_options *options = &command->options;
	const struct sw_verb *verb = command->verb;
	const struct sw_option *option;
	char name[64];
	size_t i;

	spell(verb, name, sizeof(name));
	for (i = 0; i < reading->names; i++) {
		if (reading->given[i] && !takes(verb, reading->name[i]->name))
			return sw_fail(reading->error, -EINVAL,
				       "`%s` takes no `--%s`; see `spamweir --help %s`", name,
				       reading->name[i]->name, name);
	}
	if (options->arguments > verb->most)
		return sw_fail(reading->error, -EINVAL,
			       "`%s` takes no `%s`; see `spamweir --help %s`", name,
			       options->argument[verb->most], name);
	if (options->arguments < verb->least)
		return sw_fail(reading->error, -EINVAL, "`%s` needs %s; see `spamweir --help %s`",
			       name, verb->argument, name);
	for (option = verb->option; option->name; option++) {
		if (option->required &&
		    !*(const char *const *)((const char *)options + option->field))
			return sw_fail(reading->error, -EINVAL,
				       "`%s` needs `--%s %s`; see `spamweir --help %s`", name,
				       option->name, option->argument, name);
	}
	return 0;
}

/* Sets what was given; the verb is known, or NULL. */
static void set_all(const struct reading *reading, struct sw_command *command)
{
	const struct sw_option *option;
	size_t i;

	for (i = 0; i < reading->names; i++) {
		if (!reading->given[i])
			continue;
		option = sw_option_find(sw_common_options, reading->name[i]->name);
		if (!option && command->verb)
			option = sw_option_find(command->verb->option, reading->name[i]->name);
		if (option)
			set(&command->options, option, reading->given[i]);
	}
}

int sw_command_read(int argc, char **argv, struct sw_command *command, struct sw_error *error)
{
	struct reading reading = { .error = error };
	struct sw_options *options = &command->options;
	struct sw_error lost = {}; /* said unless an option is wrong, too */
	int err;

	*command = (struct sw_command){
		.options.instance = {
			.config = SW_DEFAULT_CONFIG,
			.pin_dir = SW_DEFAULT_PIN_DIR,
			.state_dir = SW_DEFAULT_STATE_DIR,
		},
	};
	collect_names(&reading);
	err = read_all(&reading, argc, argv);
	if (err)
		return err;
	set_all(&reading, command); /* --help decides what must be there */
	options->argument = argv + optind;
	options->arguments = argc - optind;
	take_help(options);
	if (options->arguments > 0)
		err = find_verb(command, &lost);
	if (reading.stranger) /* its argument may have been taken for a verb */
		return no_option(&reading, command->verb);
	if (err)
		return sw_fail(error, err, "%s", lost.text);
	if (!command->verb || options->help || options->version)
		return 0;
	set_all(&reading, command);
	return check(&reading, command);
}
