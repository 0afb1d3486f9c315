// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "cli/options.h"
#include "cli/output.h"
#include "kernel/datapath.h"

static const struct verb {
	const char *name;
	const char *arguments;
	const char *help;
	int (*run)(const struct sw_options *options);
} verbs[] = {
#define SW_VERB(verb, arguments, help) { #verb, arguments, help, cmd_##verb },
	SW_VERBS(SW_VERB)
#undef SW_VERB
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *out)
{
	size_t i;

	fputs("usage: spamweir VERB [ARGUMENTS] [OPTIONS]\n\n", out);
	for (i = 0; i < VERBS; i++)
		fprintf(out, "  %-8s %s%s%s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].arguments[0] ? "\n           " : "", verbs[i].help);
	fputs("\n  -c, --config FILE    " SW_DEFAULT_CONFIG "\n"
	      "      --pin-dir DIR    " SW_DEFAULT_PIN_DIR "\n"
	      "      --state-dir DIR  " SW_DEFAULT_STATE_DIR "\n"
	      "      --json           machine output, on every verb that reads\n"
	      "      --shared         beside other XDP programs, in libxdp's dispatcher\n"
	      "  -h, --help\n"
	      "      --version\n",
	      out);
}

enum {
	OPTION_PIN_DIR = 256,
	OPTION_STATE_DIR,
	OPTION_JSON,
	OPTION_SHARED,
	OPTION_FOR,
	OPTION_WHY,
	OPTION_TEXTFILE,
	OPTION_ROLE,
	OPTION_VERSION,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "pin-dir", required_argument, NULL, OPTION_PIN_DIR },
	{ "state-dir", required_argument, NULL, OPTION_STATE_DIR },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "shared", no_argument, NULL, OPTION_SHARED },
	{ "for", required_argument, NULL, OPTION_FOR },
	{ "why", required_argument, NULL, OPTION_WHY },
	{ "textfile", required_argument, NULL, OPTION_TEXTFILE },
	{ "role", required_argument, NULL, OPTION_ROLE },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{},
};

/* An exit code, or -1 to go on. */
static int read_options(int argc, char **argv, struct sw_options *options)
{
	int option;

	while ((option = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->instance.config = optarg;
			break;
		case 'h':
			usage(stdout);
			return SW_EXIT_DONE;
		case OPTION_PIN_DIR:
			options->instance.pin_dir = optarg;
			break;
		case OPTION_STATE_DIR:
			options->instance.state_dir = optarg;
			break;
		case OPTION_JSON:
			options->json = true;
			break;
		case OPTION_SHARED:
			options->instance.shared = true;
			break;
		case OPTION_FOR:
			options->duration = optarg;
			break;
		case OPTION_WHY:
			options->why = optarg;
			break;
		case OPTION_TEXTFILE:
			options->textfile = optarg;
			break;
		case OPTION_ROLE:
			options->role = optarg;
			break;
		case OPTION_VERSION:
			printf("spamweir %s\n", sw_version);
			return SW_EXIT_DONE;
		default:
			fputs("see `spamweir --help`\n", stderr);
			return SW_EXIT_USAGE;
		}
	}
	return -1;
}

/* What was not written was not done. Who failed has said why. */
static int said_all(int code)
{
	if (code || (!fflush(stdout) && !ferror(stdout)))
		return code;
	fprintf(stderr, "spamweir: cannot write: %s\n", strerror(errno));
	return SW_EXIT_FAILED;
}

/* What was said on the command line and means nothing to the verb; or NULL. */
static const char *stranger(const struct verb *verb, const struct sw_options *options)
{
	const struct {
		const char *name;
		bool given;
	} option[] = {
		{ "--json", options->json },	     { "--for", options->duration },
		{ "--why", options->why },	     { "--textfile", options->textfile },
		{ "--role", options->role },	     { "--shared", options->instance.shared },
	};
	bool takes = verb->arguments[0] && verb->arguments[0] != '[';
	size_t i;

	for (i = 0; i < sizeof(option) / sizeof(option[0]); i++) {
		if (option[i].given && !strstr(verb->arguments, option[i].name))
			return option[i].name;
	}
	return options->arguments && !takes ? options->argument[0] : NULL;
}

static int run(const struct verb *verb, const struct sw_options *options)
{
	const char *odd = stranger(verb, options);

	if (odd) {
		fprintf(stderr, "spamweir: `%s` takes no `%s`; see `spamweir --help`\n", verb->name,
			odd);
		return SW_EXIT_USAGE;
	}
	return said_all(verb->run(options));
}

int main(int argc, char **argv)
{
	struct sw_options options = {
		.instance = {
			.config = SW_DEFAULT_CONFIG,
			.pin_dir = SW_DEFAULT_PIN_DIR,
			.state_dir = SW_DEFAULT_STATE_DIR,
		},
	};
	int code = read_options(argc, argv, &options);
	size_t i;

	if (code >= 0)
		return said_all(code);
	if (optind == argc) {
		usage(stderr);
		return SW_EXIT_USAGE;
	}
	sw_datapath_hush_libbpf(); /* what fails is said by who asked for it */
	sw_json_all_or_nothing();
	options.argument = argv + optind + 1;
	options.arguments = argc - optind - 1;
	for (i = 0; i < VERBS; i++) {
		if (!strcmp(argv[optind], verbs[i].name))
			return run(&verbs[i], &options);
	}
	fprintf(stderr, "spamweir: there is no verb `%s`; see `spamweir --help`\n", argv[optind]);
	return SW_EXIT_USAGE;
}
