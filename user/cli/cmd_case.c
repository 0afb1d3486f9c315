// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/span.h"
#include "base/text.h"
#include "cli/case_output.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/announce.h"
#include "run/case_json.h"
#include "store/audit.h"
#include "store/cases_hand.h"
#include "store/cases_read.h"

#define TEXT_MAX 500 /* of a note */
#define WHY_MAX 200

struct listing {
	bool json;
	bool any;
};

static int print_each(void *ctx, const struct sw_case *found)
{
	struct listing *listing = ctx;

	listing->any = true;
	if (listing->json)
		return sw_case_write(found, stdout) ?: ferror(stdout) ? -EIO : 0;
	sw_print_case(found, "");
	return 0;
}

int cmd_case_list(const struct sw_options *options)
{
	struct listing listing = { .json = options->json };
	struct sw_error error = {};
	struct sw_store *store;
	int err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error);

	if (!err)
		err = sw_cases_each(store, options->all, print_each, &listing, &error);
	else if (err == -ENOENT)
		err = 0; /* there never was one */
	if (!err && !listing.any && !listing.json)
		sw_say_empty(options->all ? "there are no cases"
					  : "no case is open or quiet (`spamweir case list --all` "
					    "has closed ones, too)");
	sw_store_close(store);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

/* By its number, an address, or an account. 1, or 0: there is none. */
static int find(struct sw_store *store, const char *text, struct sw_case *out,
		struct sw_error *error)
{
	struct sw_prefix address;
	__u32 id;
	int found = 0;

	if (sw_span_number((struct sw_span){ text, strlen(text) }, &id))
		found = sw_case_get(store, id, out, error);
	else if (!sw_prefix_parse(text, strlen(text), &address)) {
		found = sw_case_of_address(store, &address, sw_wall_ms(), out, error);
		if (!found) /* whose it is may be known since then only */
			found = sw_case_of_nobody(store, &address, out, error);
	}
	return found ? found : sw_case_of_account(store, text, out, error);
}

/* The store, with the case that the first argument names. */
static int open_case(const struct sw_options *options, struct sw_store **store,
		     struct sw_case *found, struct sw_error *error)
{
	char quoted[160];
	int err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, store, error);
	int got = 0;

	if (err && err != -ENOENT)
		return err;
	if (!err)
		got = find(*store, options->argument[0], found, error);
	if (got < 0)
		return got;
	if (got)
		return 0;
	return sw_fail(error, -ENOENT,
		       "there is no case `%s` (expected a number, address or account; see "
		       "`spamweir case list --all`)",
		       sw_quote(quoted, sizeof(quoted), options->argument[0],
				strlen(options->argument[0])));
}

int cmd_case_show(const struct sw_options *options)
{
	struct sw_store *store = NULL;
	struct sw_error error = {};
	struct sw_case found;
	json_t *object = NULL;
	int err = open_case(options, &store, &found, &error);

	if (!err && options->json)
		err = sw_story_json(store, &found, &object, &error);
	else if (!err)
		err = sw_print_story(store, &found, &error);
	sw_store_close(store);
	if (!err && options->json)
		err = sw_print_json(object);
	else if (object)
		json_decref(object);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

/* One change, with its line of the audit trail, or none of both. */
static int change(const struct sw_options *options, const char *verb, const char *text,
		  int (*what)(struct sw_store *store, __s64 id, const char *text,
			      struct sw_error *error))
{
	struct sw_store *store = NULL;
	struct sw_error error = {};
	struct sw_case found = {};
	int err = open_case(options, &store, &found, &error);

	if (!err)
		err = sw_store_begin(store, &error);
	if (!err)
		err = what(store, found.id, text, &error);
	if (!err)
		err = sw_audit_add(store, verb, 0, &error);
	if (!err)
		err = sw_store_commit(store, &error);
	if (err && store)
		sw_store_rollback(store);
	sw_store_close(store);
	if (!err)
		sw_announce_cases(&options->instance);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

static int check_text(const char *what, const char *text, size_t most)
{
	if (*text && strlen(text) <= most && sw_is_printable(text))
		return 0;
	sw_note("%s: expected one line of 1 to %zu bytes, without control characters", what, most);
	return -EINVAL;
}

int cmd_case_note(const struct sw_options *options)
{
	if (check_text("TEXT", options->argument[1], TEXT_MAX))
		return SW_EXIT_USAGE;
	return change(options, "case note", options->argument[1], sw_case_note);
}

int cmd_case_close(const struct sw_options *options)
{
	if (check_text("--why", options->why, WHY_MAX))
		return SW_EXIT_USAGE;
	return change(options, "case close", options->why, sw_case_close);
}

static int reopen(struct sw_store *store, __s64 id, const char *text, struct sw_error *error)
{
	(void)text;
	return sw_case_reopen(store, id, error);
}

int cmd_case_reopen(const struct sw_options *options)
{
	return change(options, "case reopen", NULL, reopen);
}
