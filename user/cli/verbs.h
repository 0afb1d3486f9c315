/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs and their options: what the parser takes, what help, completion and
 * the check of the manual page say. A new verb is an entry of the table in
 * verbs.c, a function here, and a cmd_<verb>.c. */
#ifndef SPAMWEIR_CLI_VERBS_H
#define SPAMWEIR_CLI_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"

/* What can stand for an argument, as far as that can be known; a sum of these. */
enum sw_values {
	SW_VALUES_FILE = 1,
	SW_VALUES_DIRECTORY = 2,
	SW_VALUES_FEED = 4,	 /* those of the configuration */
	SW_VALUES_INTERFACE = 8, /* the same */
	SW_VALUES_ROLE = 16,
	SW_VALUES_KIND = 32, /* of feeds */
	SW_VALUES_FORMAT = 64,
	SW_VALUES_CASE = 256, /* numbers of cases */
	SW_VALUES_REASON = 512,
	SW_VALUES_RECEIVER = 1024, /* of notices; those of the configuration */
	SW_VALUES_NOTICE = 2048,   /* numbers of those that can be tried again */
	SW_VALUES_SAID = 128,	   /* the words that its name in help consists of, as of "in|all" */
};

/* Options of one name must agree, over all verbs, in whether they take an argument and
 * in their letter, because they may stand before the verb. */
struct sw_option {
	const char *name;     /* without dashes */
	const char *argument; /* its name in help, such as "FILE"; NULL: the option is a flag */
	const char *help;
	unsigned values; /* enum sw_values */
	size_t field;	 /* offset in struct sw_options, of a string or, for a flag, a bool */
	char letter;	 /* its short form, or 0 */
	bool required;	 /* the verb cannot do without it */
	bool optional;	 /* its argument, which begins with a digit, may be left out */
};

#define SW_VERB_OPTIONS 12

struct sw_verb {
	const char *name;
	const char *sub;      /* its sub-verb, or NULL; sub-verbs of a verb stand together */
	const char *argument; /* what follows, as help shows it, or NULL */
	int least, most;      /* how many arguments are taken */
	unsigned values;      /* enum sw_values */
	const char *help;     /* a line, without a full stop */
	struct sw_option option[SW_VERB_OPTIONS + 1]; /* one without a name is the end */
	const char *example[2];
	bool hidden;  /* for scripts: no help names it */
	bool changes; /* what is in force: it goes on when nobody reads what it says */
	int (*run)(const struct sw_options *options);
};

/* All verbs, in the order of help. */
extern const struct sw_verb sw_verbs[];
extern const size_t sw_verb_count;

/* What every verb takes; one without a name is the end. */
extern const struct sw_option sw_common_options[];

/* The option of that name in a list that ends with one without a name, or NULL. */
const struct sw_option *sw_option_find(const struct sw_option *options, const char *name);

/* The verbs' functions, each of which returns an exit code. */
int cmd_load(const struct sw_options *options);
int cmd_unload(const struct sw_options *options);
int cmd_reload(const struct sw_options *options);
int cmd_run(const struct sw_options *options);
int cmd_worker(const struct sw_options *options);
int cmd_init(const struct sw_options *options);
int cmd_check(const struct sw_options *options);
int cmd_doctor(const struct sw_options *options);
int cmd_status(const struct sw_options *options);
int cmd_top(const struct sw_options *options);
int cmd_lookup(const struct sw_options *options);
int cmd_suspects(const struct sw_options *options);
int cmd_report(const struct sw_options *options);
int cmd_zombie_add(const struct sw_options *options);
int cmd_zombie_del(const struct sw_options *options);
int cmd_zombie_list(const struct sw_options *options);
int cmd_feed_list(const struct sw_options *options);
int cmd_feed_update(const struct sw_options *options);
int cmd_feed_diff(const struct sw_options *options);
int cmd_feed_test(const struct sw_options *options);
int cmd_allow_add(const struct sw_options *options);
int cmd_allow_del(const struct sw_options *options);
int cmd_allow_list(const struct sw_options *options);
int cmd_block_add(const struct sw_options *options);
int cmd_block_del(const struct sw_options *options);
int cmd_block_list(const struct sw_options *options);
int cmd_bounces(const struct sw_options *options);
int cmd_history(const struct sw_options *options);
int cmd_rollback(const struct sw_options *options);
int cmd_confirm(const struct sw_options *options);
int cmd_case_list(const struct sw_options *options);
int cmd_case_show(const struct sw_options *options);
int cmd_case_note(const struct sw_options *options);
int cmd_case_close(const struct sw_options *options);
int cmd_case_reopen(const struct sw_options *options);
int cmd_notice_list(const struct sw_options *options);
int cmd_notice_retry(const struct sw_options *options);
int cmd_notice_test(const struct sw_options *options);
int cmd_metrics(const struct sw_options *options);
int cmd_replay(const struct sw_options *options);
int cmd_events(const struct sw_options *options);
int cmd_capture(const struct sw_options *options);
int cmd_verbs(const struct sw_options *options);
int cmd_complete(const struct sw_options *options);

#endif
