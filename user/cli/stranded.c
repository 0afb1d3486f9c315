// SPDX-License-Identifier: GPL-2.0
#include "cli/stranded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/stranded_met.h"
#include "store/cases_read.h"
#include "store/subscribers.h"

/* Bots call every few minutes, or hours; whoever has not for so long does not any more. */
#define STILL_MS 3600000LL

struct finding {
	struct sw_stranded *out;
	struct sw_stranded_met all;
	bool is_prefix;
	struct sw_prefix prefix;
	size_t room, server_room;
	__s64 now_ms;
};

const char *sw_stranded_name(enum sw_stranded_state state)
{
	switch (state) {
	case SW_STRANDED_CALLS:
		return "calls";
	case SW_STRANDED_TURNS:
		return "turns";
	case SW_STRANDED_SENDS:
		return "sends";
	case SW_STRANDED_SILENT:
	case SW_STRANDED_STATES:
		break;
	}
	return "silent";
}

/* Whether it is of what was cut off. */
static bool is_cut(const struct finding *f, const struct sw_met *met)
{
	if (!f->is_prefix)
		return !strcmp(met->feed, f->out->what);
	return met->listed.family == f->prefix.family && met->listed.address >= f->prefix.address &&
	       met->listed.address <= sw_prefix_last(&f->prefix);
}

static const struct sw_feed_slot *find_feed(const struct finding *f)
{
	size_t i;

	for (i = 1; f->all.registry && i < SW_MAX_FEEDS; i++) {
		if (!strcmp(f->all.registry->feed[i].name, f->out->what))
			return &f->all.registry->feed[i];
	}
	return NULL;
}

static bool was_called(const struct finding *f)
{
	size_t i;

	for (i = 0; i < f->all.count; i++) {
		if (!strcmp(f->all.met[i].feed, f->out->what))
			return true;
	}
	return false;
}

static int read_what(struct finding *f, const char *what, struct sw_error *error)
{
	const struct sw_feed_slot *feed;
	char quoted[160];

	snprintf(f->out->what, sizeof(f->out->what), "%s", what);
	f->is_prefix = !sw_prefix_parse(what, strlen(what), &f->prefix);
	if (f->is_prefix)
		sw_prefix_clear_host_bits(&f->prefix);
	feed = find_feed(f);
	if (f->is_prefix || was_called(f) || (feed && feed->kind == SW_KIND_CNC))
		return 0;
	if (feed)
		return sw_fail(error, -EINVAL,
			       "--stranded: the feed %s is of kind %s, and lists no servers that "
			       "anybody calls (expected a prefix, or a feed of kind cnc)",
			       feed->name, sw_kind_name(feed->kind));
	return sw_fail(error, -ENOENT,
		       "--stranded: `%s` is neither a prefix nor a feed of which anything is known "
		       "(see `spamweir feed list`)",
		       sw_quote(quoted, sizeof(quoted), what, strlen(what)));
}

static void add_call(struct sw_stranded *out, struct sw_stranded_caller *caller,
		     const struct sw_met *met)
{
	if (!caller->calls || met->first_ms < caller->first_ms)
		caller->first_ms = met->first_ms;
	if (met->last_ms > caller->last_ms)
		caller->last_ms = met->last_ms;
	caller->calls += met->count;
	if (!out->cut_ms || met->first_ms < out->cut_ms)
		out->cut_ms = met->first_ms;
	if (met->dropped_ms > out->dropped_ms)
		out->dropped_ms = met->dropped_ms;
}

/* All that stand together in the list are one subscriber's. */
static int find_callers(struct finding *f)
{
	struct sw_stranded *out = f->out;
	struct sw_stranded_caller *caller = NULL;
	size_t i;

	for (i = 0; i < f->all.count; i++) {
		const struct sw_met *met = &f->all.met[i];

		if (!is_cut(f, met))
			continue;
		if (!caller || sw_prefix_compare(&caller->subject, &met->subject)) {
			if (out->callers == f->room &&
			    sw_grow((void **)&out->caller, &f->room, sizeof(*caller), 256))
				return -ENOMEM;
			caller = &out->caller[out->callers++];
			*caller = (struct sw_stranded_caller){ .subject = met->subject };
		}
		add_call(out, caller, met);
	}
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct sw_stranded_server *left = a, *right = b;

	return sw_prefix_compare(&left->address, &right->address);
}

static int by_callers(const void *a, const void *b)
{
	const struct sw_stranded_server *left = a, *right = b;

	if (left->callers != right->callers)
		return left->callers > right->callers ? -1 : 1;
	return by_address(a, b);
}

/* A server to which he turned is one that he did not deal with before the cut. */
static bool turns_to(const struct finding *f, const struct sw_stranded_caller *caller,
		     const struct sw_met *met)
{
	return !is_cut(f, met) && met->first_ms >= caller->first_ms &&
	       !sw_prefix_compare(&caller->subject, &met->subject);
}

/* Calls `visit` for all callers and those to whom they turned: both lists are sorted. */
static int each_turn(struct finding *f,
		     int (*visit)(struct finding *f, struct sw_stranded_caller *caller,
				  const struct sw_met *met))
{
	size_t i = 0, at;
	int err = 0;

	for (at = 0; at < f->out->callers && !err; at++) {
		struct sw_stranded_caller *caller = &f->out->caller[at];

		while (i < f->all.count &&
		       sw_prefix_compare(&f->all.met[i].subject, &caller->subject) < 0)
			i++;
		for (; i < f->all.count && !err &&
		       !sw_prefix_compare(&f->all.met[i].subject, &caller->subject);
		     i++) {
			if (turns_to(f, caller, &f->all.met[i]))
				err = visit(f, caller, &f->all.met[i]);
		}
	}
	return err;
}

static int note_server(struct finding *f, struct sw_stranded_caller *caller,
		       const struct sw_met *met)
{
	struct sw_stranded *out = f->out;
	struct sw_stranded_server *server;

	(void)caller;
	if (out->servers == f->server_room &&
	    sw_grow((void **)&out->server, &f->server_room, sizeof(*server), 64))
		return -ENOMEM;
	server = &out->server[out->servers++];
	*server = (struct sw_stranded_server){
		.address = met->listed,
		.callers = 1,
		.first_ms = met->first_ms,
	};
	memcpy(server->feed, met->feed, sizeof(server->feed));
	return 0;
}

/* One for each address; an address of two feeds is of either. */
static void join_servers(struct sw_stranded *out)
{
	size_t i, kept = 0;

	if (!out->servers)
		return;
	qsort(out->server, out->servers, sizeof(*out->server), by_address);
	for (i = 1; i < out->servers; i++) {
		struct sw_stranded_server *to = &out->server[kept], *from = &out->server[i];

		if (by_address(to, from)) {
			out->server[++kept] = *from;
			continue;
		}
		to->callers++;
		if (from->first_ms < to->first_ms)
			to->first_ms = from->first_ms;
	}
	out->servers = kept + 1;
}

static int note_turn(struct finding *f, struct sw_stranded_caller *caller, const struct sw_met *met)
{
	const struct sw_stranded_server key = { .address = met->listed };
	const struct sw_stranded_server *server, *before;

	server = bsearch(&key, f->out->server, f->out->servers, sizeof(key), by_address);
	caller->others++;
	caller->turned += met->count;
	caller->shared += server->callers > 1;
	if (met->last_ms > caller->active_ms)
		caller->active_ms = met->last_ms;
	before = caller->other.family
			 ? bsearch(&(struct sw_stranded_server){ .address = caller->other },
				   f->out->server, f->out->servers, sizeof(key), by_address)
			 : NULL;
	if (!before || before->callers < server->callers)
		caller->other = met->listed;
	return 0;
}

static void judge(struct finding *f, struct sw_stranded_caller *caller)
{
	const struct sw_suspect *sender = sw_senders_find(&f->all.senders, &caller->subject);

	if (caller->last_ms > caller->active_ms)
		caller->active_ms = caller->last_ms;
	if (sender && sender->seen.attempts) {
		caller->connections = sender->seen.attempts;
		if (sender->last_s * 1000 > caller->active_ms)
			caller->active_ms = sender->last_s * 1000;
	}
	if (f->now_ms - caller->last_ms < STILL_MS)
		caller->state = SW_STRANDED_CALLS;
	else if (caller->others)
		caller->state = SW_STRANDED_TURNS;
	else
		caller->state = caller->connections ? SW_STRANDED_SENDS : SW_STRANDED_SILENT;
	f->out->by_state[caller->state]++;
	f->out->together += caller->shared > 0;
}

static int find_people(struct finding *f, const char *state_dir, struct sw_error *error)
{
	struct sw_subscriber subscriber;
	struct sw_store *store;
	struct sw_case found;
	size_t i;
	int err = sw_store_open(state_dir, SW_STORE_LOOK, &store, error);

	if (err)
		return err == -ENOENT ? 0 : err;
	for (i = 0; i < f->out->callers && err >= 0; i++) {
		struct sw_stranded_caller *caller = &f->out->caller[i];

		err = sw_subscriber_at(store, &caller->subject, SW_ANY_PORT, caller->last_ms,
				       &subscriber, error);
		if (err > 0 && !subscriber.shared)
			memcpy(caller->account, subscriber.account, sizeof(caller->account));
		if (err >= 0)
			err = sw_case_of_address(store, &caller->subject, caller->last_ms, &found,
						 error);
		if (err > 0)
			caller->case_id = found.id;
	}
	sw_store_close(store);
	return err < 0 ? err : 0;
}

static int by_return(const void *a, const void *b)
{
	const struct sw_stranded_caller *left = a, *right = b;

	if (left->state != right->state)
		return left->state < right->state ? -1 : 1;
	if (left->calls != right->calls)
		return left->calls > right->calls ? -1 : 1;
	return sw_prefix_compare(&left->subject, &right->subject);
}

int sw_stranded_find(const struct sw_options *options, const char *what, __s64 since_ms,
		     struct sw_stranded *out, struct sw_error *error)
{
	struct finding f = { .out = out, .now_ms = sw_wall_ms() };
	size_t i;
	int err;

	*out = (struct sw_stranded){ 0 };
	err = sw_stranded_met_read(options, since_ms, &f.all, error);
	if (!err)
		err = read_what(&f, what, error);
	if (!err)
		err = find_callers(&f);
	if (!err)
		err = each_turn(&f, note_server);
	join_servers(out);
	if (!err)
		err = each_turn(&f, note_turn);
	for (i = 0; i < out->callers && !err; i++)
		judge(&f, &out->caller[i]);
	if (!err)
		err = find_people(&f, options->instance.state_dir, error);
	if (out->servers)
		qsort(out->server, out->servers, sizeof(*out->server), by_callers);
	if (out->callers)
		qsort(out->caller, out->callers, sizeof(*out->caller), by_return);
	sw_stranded_met_free(&f.all);
	return err;
}

void sw_stranded_free(struct sw_stranded *stranded)
{
	free(stranded->caller);
	free(stranded->server);
	*stranded = (struct sw_stranded){ 0 };
}
