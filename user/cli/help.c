// SPDX-License-Identifier: GPL-2.0
#include "cli/help.h"

#include <string.h>

#include "base/array.h"

/* "zombie add ADDR [--for TIME] [--why TEXT]" */
static void print_usage(FILE *out, const struct sw_verb *verb)
{
	const struct sw_option *option;

	fputs(verb->name, out);
	if (verb->sub)
		fprintf(out, " %s", verb->sub);
	if (verb->argument)
		fprintf(out, verb->least || *verb->argument == '[' ? " %s" : " [%s]",
			verb->argument);
	for (option = verb->option; option->name; option++)
		fprintf(out, " %s--%s%s%s%s%s", option->required ? "" : "[", option->name,
			!option->argument  ? ""
			: option->optional ? " ["
					   : " ",
			option->argument ?: "", option->optional ? "]" : "",
			option->required ? "" : "]");
	putc('\n', out);
}

/* The widest "--option ARGUMENT" of a list, but at least `width`. */
static int widest(const struct sw_option *option, int width)
{
	int wide;

	for (; option->name; option++) {
		wide = strlen("--") + strlen(option->name);
		wide += option->argument ? 1 + strlen(option->argument) : 0;
		wide += option->optional ? strlen("[]") : 0;
		width = wide > width ? wide : width;
	}
	return width;
}

static void print_options(FILE *out, const struct sw_option *option, int column)
{
	int width;

	for (; option->name; option++) {
		if (option->letter)
			fprintf(out, "  -%c, ", option->letter);
		else
			fputs("      ", out);
		width = fprintf(out, "--%s%s%s%s", option->name,
				!option->argument  ? ""
				: option->optional ? " ["
						   : " ",
				option->argument ?: "", option->optional ? "]" : "");
		fprintf(out, "%*s%s\n", column + 2 - width, "", option->help);
	}
}

void sw_help(FILE *out)
{
	size_t i;

	fputs("usage: spamweir VERB [ARGUMENTS] [OPTIONS]\n\n", out);
	for (i = 0; i < sw_verb_count; i++) {
		if (sw_verbs[i].hidden)
			continue;
		fputs("  ", out);
		print_usage(out, &sw_verbs[i]);
		fprintf(out, "           %s\n", sw_verbs[i].help);
	}
	putc('\n', out);
	print_options(out, sw_common_options, widest(sw_common_options, 0));
	fputs("\n`spamweir --help VERB` says more of one, with examples.\n", out);
}

static void print_verb(FILE *out, const struct sw_verb *verb, int column)
{
	size_t i;

	fputs("usage: spamweir ", out);
	print_usage(out, verb);
	fprintf(out, "       %s\n\n", verb->help);
	if (verb->option->name) {
		print_options(out, verb->option, column);
		putc('\n', out);
	}
	for (i = 0; i < SW_COUNT(verb->example); i++)
		fprintf(out, "  $ %s\n", verb->example[i]);
	putc('\n', out);
}

void sw_help_verb(FILE *out, const struct sw_verb *verb)
{
	int column = widest(verb->option, widest(sw_common_options, 0));

	print_verb(out, verb, column);
	print_options(out, sw_common_options, column);
}

void sw_help_verbs(FILE *out, const char *name)
{
	int column = widest(sw_common_options, 0);
	size_t i;

	for (i = 0; i < sw_verb_count; i++) {
		if (!strcmp(sw_verbs[i].name, name))
			column = widest(sw_verbs[i].option, column);
	}
	for (i = 0; i < sw_verb_count; i++) {
		if (!strcmp(sw_verbs[i].name, name))
			print_verb(out, &sw_verbs[i], column);
	}
	print_options(out, sw_common_options, column);
}
