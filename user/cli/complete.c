// SPDX-License-Identifier: GPL-2.0
#include "cli/complete.h"

#include <string.h>

/* An option of the verb, or if that is not known, of any: options may stand before it. */
static const struct sw_option *find_option(const struct sw_verb *verb, const char *name)
{
	const struct sw_option *option = sw_option_find(sw_common_options, name);
	size_t i;

	if (!option && verb)
		return sw_option_find(verb->option, name);
	for (i = 0; !option && i < sw_verb_count; i++)
		option = sw_option_find(sw_verbs[i].option, name);
	return option;
}

static const struct sw_option *letter_in(const struct sw_option *option, char letter)
{
	for (; option->name; option++) {
		if (option->letter == letter)
			return option;
	}
	return NULL;
}

static const struct sw_option *find_letter(char letter)
{
	const struct sw_option *option = letter_in(sw_common_options, letter);
	size_t i;

	for (i = 0; !option && i < sw_verb_count; i++)
		option = letter_in(sw_verbs[i].option, letter);
	return option;
}

/* The option that a whole word is, or NULL. */
static const struct sw_option *option_of(const struct sw_verb *verb, const char *word)
{
	if (!strncmp(word, "--", 2))
		return find_option(verb, word + 2);
	if (word[0] == '-' && word[1] && !word[2])
		return find_letter(word[1]);
	return NULL;
}

/* A verb that consists of one word or of two. */
static const struct sw_verb *find_verb(const char *name, const char *sub)
{
	size_t i;

	for (i = 0; i < sw_verb_count; i++) {
		const struct sw_verb *verb = &sw_verbs[i];

		if (strcmp(verb->name, name) || verb->hidden)
			continue;
		if (!sub || (verb->sub && !strcmp(verb->sub, sub)))
			return verb;
	}
	return NULL;
}

/* What was read of the words in front of the last. */
struct before {
	const struct sw_option *waits; /* for its argument */
	const char *plain[2];	       /* the first that are neither option nor argument of one */
	int plains;
};

static void read_word(struct sw_complete *out, struct before *before, const char *word)
{
	const struct sw_option *option = before->waits;

	if (option) {
		/* Shells that part words at "=" make a word of it. */
		if (!strcmp(word, "="))
			return;
		if (!strcmp(option->name, "config"))
			out->config = word;
		else if (!strcmp(option->name, "state-dir"))
			out->state_dir = word;
		before->waits = NULL;
		return;
	}
	option = option_of(NULL, word);
	if (option && !strcmp(option->name, "help"))
		out->help = true;
	if (option && option->optional) {
		out->given[out->givens++] = option->name;
	} else if (option) {
		out->given[out->givens++] = option->name;
		before->waits = option->argument ? option : NULL;
	} else if (!strncmp(word, "--config=", strlen("--config="))) {
		out->config = word + strlen("--config=");
	} else if (!strncmp(word, "--state-dir=", strlen("--state-dir="))) {
		out->state_dir = word + strlen("--state-dir=");
	} else if (!before->plains && !strcmp(word, "help")) {
		out->help = true; /* "help VERB" is "--help VERB" */
	} else if (word[0] != '-') {
		if (before->plains < 2)
			before->plain[before->plains] = word;
		before->plains++;
	}
}

static void expect_value(struct sw_complete *out, unsigned values, const char *argument)
{
	out->next = values ? SW_NEXT_VALUE : SW_NEXT_NOTHING;
	out->values = values;
	out->argument = argument;
}

/* "--role=acc": the value is begun behind the sign. */
static bool expect_assigned(struct sw_complete *out)
{
	const char *sign = strchr(out->begun, '=');
	const struct sw_option *option;
	char name[32];
	size_t size;

	if (!sign || strncmp(out->begun, "--", 2))
		return false;
	size = sign - out->begun - 2;
	if (size >= sizeof(name))
		return false;
	memcpy(name, out->begun + 2, size);
	name[size] = '\0';
	option = find_option(out->verb, name);
	if (option)
		expect_value(out, option->values, option->argument);
	out->begun = sign + 1;
	return true;
}

static void expect_word(struct sw_complete *out, const struct before *before)
{
	int taken = before->plains - 1;

	if (!before->plains) {
		out->next = SW_NEXT_VERB;
		return;
	}
	if (!out->verb)
		return;
	if (out->verb->sub && before->plains == 1) {
		out->next = SW_NEXT_SUB;
		return;
	}
	if (out->help) /* there is no more to say */
		return;
	taken -= out->verb->sub ? 1 : 0;
	out->taken = taken;
	if (taken < out->verb->most)
		expect_value(out, out->verb->values, out->verb->argument);
}

void sw_complete(const char *const *word, int words, struct sw_complete *out)
{
	struct before before = {};
	int i;

	*out = (struct sw_complete){ .begun = "" };
	if (words < 1 || words > SW_COMPLETE_WORDS)
		return;
	for (i = 0; i < words - 1; i++)
		read_word(out, &before, word[i]);
	out->begun = word[words - 1];
	if (before.plains) {
		out->verb = find_verb(before.plain[0], before.plain[1]);
		if (!out->verb) /* what follows is its argument, or nonsense */
			out->verb = find_verb(before.plain[0], NULL);
		if (out->verb && out->verb->sub && before.plains > 1 &&
		    strcmp(out->verb->sub, before.plain[1]))
			return;
	}
	if (before.waits) {
		if (!strcmp(out->begun, "="))
			out->begun = "";
		expect_value(out, before.waits->values, before.waits->argument);
		return;
	}
	if (expect_assigned(out))
		return;
	if (out->begun[0] == '-')
		out->next = SW_NEXT_OPTION;
	else
		expect_word(out, &before);
}

bool sw_complete_has(const struct sw_complete *complete, const struct sw_option *option)
{
	int i;

	for (i = 0; i < complete->givens; i++) {
		if (!strcmp(complete->given[i], option->name))
			return true;
	}
	return false;
}
