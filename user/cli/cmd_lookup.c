// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/conduct_output.h"
#include "cli/ledger_output.h"
#include "cli/lists.h"
#include "cli/live_output.h"
#include "cli/output.h"
#include "cli/standing_output.h"
#include "cli/unfit.h"
#include "cli/verbs.h"
#include "judge.h"
#include "kernel/buckets.h"
#include "kernel/generation.h"
#include "kernel/hosts.h"
#include "kernel/live.h"
#include "kernel/reach.h"
#include "kernel/registry.h"
#include "policy/explain.h"
#include "run/lists.h"
#include "table4.h"
#include "table6.h"
#include "worker/parse.h"

struct lookup {
	const struct sw_options *options;
	struct sw_prefix address;
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_registry registry;
	struct sw_config *config;
	struct sw_explanation explained;
	enum sw_reason reason;
	__u8 feed;
	bool is_live;
	struct sw_live live;
	struct sw_prefix live_prefix;
	struct sw_limit_view limit[SW_ROLES];
	struct sw_ledger_found ledger;
	struct sw_conduct_found conduct;
};

static __u8 find(const struct lookup *l, enum sw_set set)
{
	const struct sw_layout *layout = &l->generation.policy->settings.layout;

	if (l->address.family == SW_IPV4)
		return sw_table4_lookup(l->generation.policy, layout, set, l->address.address);
	return sw_table6_lookup(l->generation.policy, layout, set, sw_to_in6(l->address.address));
}

struct sw_asked {
	const struct lookup *lookup;
	enum sw_role role;
};

static int ask_live(const struct sw_asked *asked)
{
	return asked->lookup->is_live;
}

/* It is asked about a connection that is new. */
static int ask_again(const struct sw_asked *asked)
{
	(void)asked;
	return 0;
}

static __u32 tell_again(const struct sw_asked *asked, int again, int reason)
{
	(void)asked, (void)again, (void)reason;
	return 0;
}

static int ask_limit(const struct sw_asked *asked, __u32 class, int again)
{
	const struct sw_settings *settings = &asked->lookup->generation.policy->settings;

	(void)again;
	if (settings->rate[class].interval == SW_RATE_CLOSED)
		return SW_SMTP_CLOSED;
	return asked->lookup->limit[asked->role].wait_ms ? SW_RATE_LIMIT : SW_GO_ON;
}

static struct sw_standing standing(const struct lookup *l)
{
	return l->generation.policy->settings.standing[find(l, SW_SET_MAIL)];
}

/* What the datapath would decide of a packet that this address sends to port 25,
 * to nobody that is listed. */
static __u32 judge_as(const struct lookup *l, enum sw_role role)
{
	const struct sw_asked asked = { .lookup = l, .role = role };
	const struct sw_ask ask = {
		.live = ask_live,
		.again = ask_again,
		.limit = ask_limit,
		.protect = ask_limit,
		.tell = tell_again,
	};
	const struct sw_facts facts = {
		.family = l->address.family,
		.role = role,
		.smtp = true,
		.parsed = SW_GO_ON,
		.cnc_source = find(l, SW_SET_CNC),
		.source = standing(l),
	};

	return sw_judge(&facts, ask, &asked);
}

static bool is_own(const struct lookup *l)
{
	size_t i;

	for (i = 0; i < l->explained.matches; i++) {
		if (l->explained.match[i].feed->kind == SW_KIND_OWN)
			return true;
	}
	return false;
}

/* A source has a bucket in the role it sends in, and is over the limit if it is so
 * there; with one in each, if it is in both. Without one, who is of own space is
 * behind an access NIC. */
static void judge(struct lookup *l)
{
	bool own = is_own(l), known = l->limit[SW_ACCESS].known || l->limit[SW_UPSTREAM].known;
	__u32 decision = SW_DECISION(SW_CLEAN, 0, 0), as;
	bool decided = false;
	enum sw_role role;

	for (role = 0; role < SW_ROLES; role++) {
		if (known ? !l->limit[role].known : own && role != SW_ACCESS)
			continue;
		as = judge_as(l, role);
		if (!decided || !sw_reason_cuts(sw_decision_reason(as)))
			decision = as;
		decided = true;
	}
	l->feed = sw_decision_feed(decision);
	l->reason = sw_decision_reason(decision);
	if (l->reason == SW_SMTP_OK) /* of an address: nothing is said of it */
		l->reason = SW_CLEAN;
}

static const char *verdict(const struct lookup *l)
{
	if (sw_reason_verdict(l->reason) == SW_PASS)
		return "pass";
	return l->reason == SW_CNC_SRC ? "drop" : "smtp_drop";
}

/* The verdict is the kernel's and does not hang on files. */
static void explain(struct lookup *l, const struct sw_options *options)
{
	struct sw_hosts hosts = { 0 };
	struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = options->instance.state_dir,
	};
	struct sw_error error = {};
	__s64 change;
	int err = sw_config_read(options->instance.config, &l->config, &error);

	if (!err)
		err = sw_lists_append(&options->instance, l->config, 0, &change, &error);
	if (!err)
		err = sw_explain(l->config, &reading, &l->address, &l->explained, &error);
	/* Asking the kernel for them costs more than all else, and is seldom needed. */
	if (!err && l->explained.matches && !sw_hosts_read(SW_RESOLV_CONF, &hosts, NULL)) {
		free(l->explained.match);
		reading.hosts = &hosts;
		err = sw_explain(l->config, &reading, &l->address, &l->explained, &error);
	}
	if (err)
		sw_warn("%s; so no entries are shown", error.text);
	free(hosts.host);
}

static const struct sw_feed_slot *slot_of(const struct lookup *l, const struct sw_match *match)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!strcmp(l->registry.feed[i].name, match->feed->name))
			return &l->registry.feed[i];
	}
	return NULL;
}

static bool stale(const struct lookup *l, const struct sw_match *match)
{
	const struct sw_feed_slot *slot = slot_of(l, match);

	return match->outdated || !slot ||
	       (match->modified_s && match->modified_s != slot->modified_s);
}

/* Entries that ended before the feed was published are in force no more. */
static void drop_ended(struct lookup *l)
{
	const struct sw_feed_slot *slot;
	size_t i, kept = 0;

	for (i = 0; i < l->explained.matches; i++) {
		slot = slot_of(l, &l->explained.match[i]);
		if (!l->explained.match[i].until || !slot ||
		    l->explained.match[i].until > slot->checked_s)
			l->explained.match[kept++] = l->explained.match[i];
	}
	l->explained.matches = kept;
}

static int look(struct lookup *l, const struct sw_options *options, struct sw_error *error)
{
	const struct sw_settings *settings;
	struct sw_standing stands;
	struct sw_live_key key;
	int err;

	err = sw_state_open(options->instance.pin_dir, SW_READ, &l->state, error);
	if (!err)
		err = sw_generation_reach(l->state->map[SW_MAP_policy], &l->address, &l->generation,
					  error);
	if (!err)
		err = sw_registry_read(l->state, &l->registry, error);
	if (err)
		return err;
	explain(l, options);
	drop_ended(l);
	settings = &l->generation.policy->settings;
	stands = standing(l);
	key = sw_live_key(&l->address, sw_source_length(settings));
	err = sw_live_get(l->state, &key, &l->live);
	if (err && err != -ENOENT)
		return sw_fail(error, err, "cannot read the live zombies: %s", strerror(-err));
	l->is_live = !err && l->live.until_ns > sw_boottime_ns();
	l->live_prefix = sw_live_prefix(&key, &l->live);
	err = sw_limit_look(l->state, settings, &l->address, &stands, l->limit);
	if (err)
		sw_warn("the limiter's clock cannot be read: %s", strerror(-err));
	err = sw_ledger_look(l->state, settings, &l->address, &l->ledger);
	if (err)
		sw_warn("the ledger cannot be read: %s", strerror(-err));
	err = sw_conduct_look(l->state, settings, &l->address, &l->conduct);
	if (err)
		sw_warn("the conduct table cannot be read: %s", strerror(-err));
	judge(l);
	return 0;
}

static char *end_text(const struct sw_match *match, char *out, size_t room)
{
	__s64 left = match->until - sw_wall_ms() / 1000;
	char until[32], in[32];

	out[0] = '\0';
	if (match->until)
		snprintf(out, room, left > 0 ? ", until %s, in %s" : ", ended %s, %s ago",
			 sw_format_time(match->until, until, sizeof(until)),
			 sw_format_age(left > 0 ? left : -left, in, sizeof(in)));
	return out;
}

static json_t *matches_json(const struct lookup *l)
{
	json_t *list = json_array();
	char text[SW_PREFIX_TEXT], lift[SW_LIFT_TEXT];
	struct sw_ordered listed;
	size_t i;

	for (i = 0; i < l->explained.matches; i++) {
		const struct sw_match *match = &l->explained.match[i];
		json_t *item = json_pack("{s:s s:s s:s s:i}", "prefix",
					 sw_prefix_format(&match->prefix, text), "feed",
					 match->feed->name, "kind", sw_kind_name(match->feed->kind),
					 "line", (int)match->line);

		if (match->modified_s)
			sw_json_set(&item, "outdated", json_boolean(stale(l, match)));
		if (match->tag[0])
			sw_json_set(&item, "tag", json_string(match->tag));
		if (match->until)
			sw_json_set(&item, "until", json_integer(match->until));
		if (sw_match_listed(l->options, match, &listed))
			sw_listed_json(&item, &listed);
		if (*sw_lift_command(match, &l->address, lift))
			sw_json_set(&item, "lift", json_string(lift));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *limit_json(const struct lookup *l)
{
	char text[SW_PREFIX_TEXT], lift[SW_LIFT_TEXT];
	json_t *limit = json_object(), *item;
	enum sw_role role;

	snprintf(lift, sizeof(lift), "spamweir allow add %s --for 1d",
		 sw_prefix_format(&l->address, text));

	for (role = 0; role < SW_ROLES; role++) {
		const struct sw_limit_view *view = &l->limit[role];

		if (!view->known)
			continue;
		item = json_pack("{s:f s:i s:f s:I}", "tokens", view->tokens, "burst",
				 (int)view->burst, "per_minute", view->per_minute, "wait_ms",
				 (json_int_t)view->wait_ms);
		if (view->wait_ms)
			sw_json_set(&item, "lift", json_string(lift));
		sw_json_set(&limit, sw_role_name(role), item);
	}
	if (!limit || json_object_size(limit))
		return limit;
	json_decref(limit);
	return json_null();
}

static json_t *lookup_json(const struct lookup *l)
{
	char text[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:s s:s}", "address", sw_prefix_format(&l->address, text),
			   "verdict", verdict(l), "reason", sw_reason_name(l->reason));
	if (l->feed)
		sw_json_set(&object, "feed", json_string(l->registry.feed[l->feed].name));
	sw_json_set(&object, "matches", matches_json(l));
	sw_json_set(&object, "mail_to", sw_mail_to_json(standing(l), &l->registry));
	sw_json_set(&object, "protected_by", sw_protected_json(standing(l), &l->registry));
	sw_json_set(&object, "live",
		    l->is_live ? sw_live_json(&l->live_prefix, &l->live, sw_boottime_ns())
			       : json_null());
	sw_json_set(&object, "limit", limit_json(l));
	sw_json_set(&object, "ledger", sw_ledger_json(&l->ledger, &l->registry));
	sw_json_set(&object, "conduct", sw_conduct_json(&l->conduct));
	sw_json_set(&object, "unfit_feeds", sw_unfit_list_json(&l->registry));
	return object;
}

static void print_live(const struct lookup *l)
{
	__u64 now = sw_boottime_ns();
	char text[SW_PREFIX_TEXT], age[32], end[SW_LIVE_TEXT];

	if (!l->is_live)
		return;
	printf("  live zombie %s: for %s, %s, origin %s%s%s\n"
	       "  lift it with: spamweir zombie del %s\n",
	       sw_prefix_format(&l->live_prefix, text),
	       sw_format_age(sw_live_age(&l->live, now), age, sizeof(age)),
	       sw_live_end(&l->live, now, end), sw_origin_name(l->live.origin),
	       l->live.why[0] ? ", why: " : "", l->live.why, text);
}

/* What is new in them shows nowhere yet. */
static void print_outdated(const struct lookup *l)
{
	size_t i;

	for (i = 0; l->config && i < l->config->feeds; i++) {
		if (l->explained.outdated[i])
			printf("  the file of feed %s has changed since it was published: spamweir "
			       "reload\n",
			       l->config->feed[i].name);
	}
}

static void print_lookup(const struct lookup *l)
{
	char text[SW_PREFIX_TEXT], path[PATH_MAX], lift[SW_LIFT_TEXT], about[512], end[96];
	struct sw_ordered listed;
	enum sw_role role;
	size_t i;

	printf("%s: %s, %s (%s)\n", sw_prefix_format(&l->address, text), verdict(l),
	       sw_reason_name(l->reason), sw_reason_help(l->reason));
	if (l->generation.policy->settings.monitor)
		puts("  monitor mode: nothing is dropped");
	else if (l->generation.policy->settings.feed[l->feed].monitor)
		printf("  monitor mode of feed %s: not dropped\n", l->registry.feed[l->feed].name);
	for (i = 0; i < l->explained.matches; i++) {
		const struct sw_match *match = &l->explained.match[i];

		printf("  %-7s %-20s %s, ", sw_kind_name(match->feed->kind),
		       sw_prefix_format(&match->prefix, text), match->feed->name);
		if (sw_match_listed(l->options, match, &listed))
			printf("%s", sw_listed_text(&listed, about, sizeof(about)));
		else
			printf("%s:%u%s%s%s",
			       sw_printable(path, sizeof(path),
					    match->modified_s ? sw_feed_source(match->feed)
							      : l->config->path),
			       match->line, match->tag[0] ? ", " : "", match->tag,
			       end_text(match, end, sizeof(end)));
		puts(stale(l, match) ? " (changed since it was published: spamweir reload)" : "");
		if (*sw_lift_command(match, &l->address, lift))
			printf("  lift it with: %s\n", lift);
	}
	sw_print_mail_to(standing(l), &l->registry);
	print_outdated(l);
	sw_print_unfit(&l->registry, "  ");
	print_live(l);
	for (role = 0; role < SW_ROLES; role++) {
		const struct sw_limit_view *view = &l->limit[role];

		if (view->known)
			printf("  limit as %s: %.1f of %u tokens, gains %g/min%s\n",
			       sw_role_name(role), view->tokens < 0 ? 0 : view->tokens, view->burst,
			       view->per_minute, view->wait_ms ? ", over it now" : "");
		if (view->known && view->wait_ms)
			printf("  lift it with: spamweir allow add %s --for 1d\n",
			       sw_prefix_format(&l->address, text));
	}
	sw_print_ledger(&l->ledger, &l->registry);
	sw_print_conduct(&l->conduct);
}

/* Prefixes are printed in many places, and to be taken where addresses are. */
static int read_address(const char *text, struct sw_prefix *out)
{
	unsigned char full;
	char first[SW_PREFIX_TEXT];

	if (sw_prefix_parse(text, strlen(text), out))
		return -EINVAL;
	full = out->family == SW_IPV4 ? 32 : 128;
	if (out->length == full)
		return 0;
	sw_prefix_clear_host_bits(out);
	out->length = full;
	sw_note("looked up is the first address, %s: others may be judged otherwise",
		sw_prefix_format(out, first));
	return 0;
}

int cmd_lookup(const struct sw_options *options)
{
	struct sw_error error = {};
	struct lookup *l;
	int err;

	l = calloc(1, sizeof(*l));
	if (!l)
		return sw_print_error(&error, -ENOMEM);
	l->options = options;
	l->generation = SW_NO_GENERATION;
	if (read_address(options->argument[0], &l->address)) {
		sw_note("`%s` is no IPv4 or IPv6 address or prefix", options->argument[0]);
		free(l);
		return SW_EXIT_USAGE;
	}
	err = look(l, options, &error);
	if (!err && options->json)
		err = sw_print_json(lookup_json(l));
	else if (!err)
		print_lookup(l);
	free(l->explained.match);
	sw_config_free(l->config);
	sw_generation_close(&l->generation);
	sw_state_close(l->state);
	free(l);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
