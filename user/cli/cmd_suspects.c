// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cli/address.h"
#include "cli/case_output.h"
#include "cli/output.h"
#include "cli/suspects_output.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "detect/suspects.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/registry.h"
#include "kernel/subject.h"

struct found {
	struct sw_suspect *suspect;
	size_t count;
	size_t room;
	bool only; /* the subject that was asked for */
	struct sw_prefix subject;
};

struct listing {
	const struct sw_options *options;
	struct sw_config *config;
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_registry registry;
	struct found found;
};

static int keep(void *ctx, const struct sw_suspect *suspect)
{
	struct found *found = ctx;
	int err;

	if (found->only && sw_prefix_compare(&suspect->subject, &found->subject))
		return 0;
	if (found->count == found->room) {
		err = sw_grow((void **)&found->suspect, &found->room, sizeof(*found->suspect), 256);
		if (err)
			return err;
	}
	found->suspect[found->count++] = *suspect;
	return 0;
}

/* The gravest first, then who did most. */
static int compare(const void *a, const void *b)
{
	const struct sw_suspect *left = a, *right = b;

	if (left->severity != right->severity)
		return left->severity > right->severity ? -1 : 1;
	if (left->contacts != right->contacts)
		return left->contacts > right->contacts ? -1 : 1;
	if (left->seen.servers != right->seen.servers)
		return left->seen.servers > right->seen.servers ? -1 : 1;
	if (left->seen.attempts != right->seen.attempts)
		return left->seen.attempts > right->seen.attempts ? -1 : 1;
	return sw_prefix_compare(&left->subject, &right->subject);
}

static int find(struct listing *l, struct sw_error *error)
{
	struct sw_suspects suspects = {
		.state = l->state,
		.policy = l->generation.policy,
		.config = &l->config->suspects,
	};
	int err = l->options->servers ? sw_mail_servers_each(&suspects, keep, &l->found)
				      : sw_suspects_each(&suspects, keep, &l->found);

	if (err)
		return sw_fail(error, err, "cannot read the conduct table and the ledger: %s",
			       strerror(-err));
	if (suspects.unanswered)
		sw_note("no mail server's answer to a subscriber was seen in a while, so that it "
			"cannot be told whose connections fail: is the NIC on which answers come "
			"in an interface of role upstream?");
	if (l->found.count)
		qsort(l->found.suspect, l->found.count, sizeof(*l->found.suspect), compare);
	return 0;
}

static int print(const struct listing *l)
{
	const struct sw_suspect *suspect = l->found.suspect, *end = suspect + l->found.count;
	bool servers = l->options->servers, json = l->options->json;
	char text[SW_PREFIX_TEXT];
	int err = 0;

	if (l->found.only && !l->found.count && !json) {
		sw_prefix_format(&l->found.subject, text);
		sw_note("%s is %s (`spamweir lookup %s` tells what is known of it)", text,
			servers ? "no mail server that lacks an allow entry" : "no suspect", text);
	}
	if (!l->found.only && !l->found.count && !json)
		sw_say_empty(servers ? "nobody behaves like a mail server who is not allowed yet"
				     : "nobody breaks a rule of suspects");
	for (; suspect < end && !err; suspect++) {
		if (servers && json)
			err = sw_print_json(sw_mail_server_json(suspect));
		else if (servers)
			sw_print_mail_server(suspect);
		else if (json)
			err = sw_print_json(sw_suspect_json(suspect, &l->registry));
		else
			sw_print_suspect(suspect);
	}
	return err;
}

/* A bot's connections may well be answered: whom there is a case against is not
 * recommended, but named. */
static int leave_out_cases(struct listing *l, struct sw_error *error)
{
	struct found *found = &l->found;
	struct sw_case_found has;
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < found->count && !err; i++) {
		has = (struct sw_case_found){};
		err = sw_case_look(l->options, &found->suspect[i].subject, &has, error);
		if (!has.known || has.found.state == SW_CASE_CLOSED)
			found->suspect[kept++] = found->suspect[i];
		else if (l->options->json)
			sw_note_server_with_case(&found->suspect[i], &has.found);
		else
			sw_print_server_with_case(&found->suspect[i], &has.found);
	}
	found->count = kept;
	return err;
}

static int open_all(struct listing *l, struct sw_error *error)
{
	int err = sw_config_read(l->options->instance.config, &l->config, error);

	if (!err)
		err = sw_state_open(l->options->instance.pin_dir, SW_READ, &l->state, error);
	if (!err)
		err = sw_generation_running(l->state->map[SW_MAP_policy], &l->generation, error);
	if (!err)
		err = sw_registry_read(l->state, &l->registry, error);
	return err;
}

/* Whom an address belongs to, as conduct and the ledger know him. */
static void look_at(struct listing *l, const struct sw_prefix *address)
{
	const struct sw_settings *settings = &l->generation.policy->settings;
	struct sw_subject subject = sw_subject_of(settings, address);
	char first[SW_PREFIX_TEXT];

	l->found.subject = sw_subject_prefix(&subject, address->family, settings);
	if (address->length < l->found.subject.length)
		sw_note("looked at is the first address, %s: there may be suspects behind it",
			sw_prefix_format(&l->found.subject, first));
}

int cmd_suspects(const struct sw_options *options)
{
	struct listing *l = calloc(1, sizeof(*l));
	struct sw_error error = {};
	struct sw_prefix address = {};
	int err;

	if (!l)
		return sw_print_error(&error, -ENOMEM);
	l->options = options;
	l->generation = SW_NO_GENERATION;
	l->found.only = options->arguments > 0;
	if (l->found.only && sw_address_read(options->argument[0], &address, &error)) {
		sw_print_error(&error, -EINVAL);
		free(l);
		return SW_EXIT_USAGE;
	}
	err = open_all(l, &error);
	if (!err && l->found.only)
		look_at(l, &address);
	if (!err)
		err = find(l, &error);
	if (!err && options->servers)
		err = leave_out_cases(l, &error);
	if (!err)
		err = print(l);
	free(l->found.suspect);
	sw_generation_close(&l->generation);
	sw_state_close(l->state);
	sw_config_free(l->config);
	free(l);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
