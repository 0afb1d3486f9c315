/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line said, for all verbs. */
#ifndef SPAMWEIR_CLI_OPTIONS_H
#define SPAMWEIR_CLI_OPTIONS_H

#include <stdbool.h>

#include "kernel/state.h"
#include "run/instance.h"

#define SW_DEFAULT_CONFIG "/etc/spamweir/spamweir.yaml"
#define SW_DEFAULT_STATE_DIR "/var/lib/spamweir"

/* One field for each option, NULL or false where it was not given. cli/verbs.c says
 * which option sets which field. */
struct sw_options {
	struct sw_instance instance;
	bool help;
	bool version;
	bool json;
	const char *duration; /* --for */
	const char *why;
	const char *textfile;
	bool accept;
	const char *role;
	const char *interface;
	const char *direction; /* of the frames that are judged */
	bool rows;	       /* what was noted is printed */
	const char *file;
	const char *to; /* whom mail is for */
	bool forget;
	bool force;
	bool audit;
	bool servers;	      /* mail servers are listed */
	bool monitor;	      /* what monitor mode lets pass is reported */
	const char *stranded; /* the feed or prefix whose callers are */
	const char *since;    /* a duration before now */
	const char *html;     /* the file of a page */
	const char *confirm;
	const char *as; /* name of the feed that a file is taken as */
	const char *kind;
	const char *format;
	bool all;
	const char *at;	   /* a moment */
	const char *port;  /* of a translator's address */
	const char *watch; /* how often; "": as often as usual */
	const char *write; /* a capture */
	const char *reason;
	const char *address;
	const char *feed;
	const char *verdict;
	const char *count;
	const char *seconds;
	const char *snaplen;
	const char *sample;
	bool once;
	const char *socket;
	int arguments; /* what follows the verb and its sub-verb, options taken out */
	char **argument;
};

/* What a verb returns is the exit code. */
enum {
	SW_EXIT_DONE,
	SW_EXIT_FAILED,
	SW_EXIT_USAGE,
	SW_EXIT_PARTIAL, /* done, or in force, but for a part, which stderr names */
};

#endif
