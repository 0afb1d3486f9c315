// SPDX-License-Identifier: GPL-2.0
#include "cli/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/read.h"
#include "config/routes.h"
#include "judge.h"
#include "kernel/hosts.h"
#include "kernel/open.h"
#include "kernel/reach.h"
#include "run/lists.h"
#include "worker/parse.h"

struct sw_asked {
	const struct sw_lookup *lookup;
	enum sw_role role;
};

static int ask_live(const struct sw_asked *asked)
{
	return asked->lookup->is_live && !sw_live_is_slowed(&asked->lookup->live);
}

/* `lookup` asks about a connection that is new. */
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

/* `lookup` asks about the address as a source. */
static int ask_protect(const struct sw_asked *asked, __u8 feed, __u32 class, int again)
{
	(void)asked, (void)feed, (void)class, (void)again;
	return SW_GO_ON;
}

static int ask_brake(const struct sw_asked *asked, __u8 feed, __u32 tried)
{
	(void)asked, (void)feed, (void)tried;
	return 0;
}

static int reason_of(const struct sw_limit_view *view)
{
	return view->closed ? SW_SMTP_CLOSED : view->wait_ms ? SW_RATE_LIMIT : SW_GO_ON;
}

static int ask_limit(const struct sw_asked *asked, __u32 class, int again)
{
	(void)class, (void)again;
	return reason_of(&asked->lookup->limit[asked->role]);
}

static int ask_try_limit(const struct sw_asked *asked, __u32 class, int again)
{
	(void)class, (void)again;
	return reason_of(&asked->lookup->tried[asked->role]);
}

static int ask_on_trial(const struct sw_asked *asked, __u8 feed)
{
	return asked->lookup->generation.policy->settings.feed[feed].monitor;
}

/* What the datapath would decide of a packet that this address sends to port 25,
 * to nobody that is listed. */
static __u32 judge_as(const struct sw_lookup *l, enum sw_role role)
{
	const struct sw_asked asked = { .lookup = l, .role = role };
	const struct sw_ask ask = {
		.live = ask_live,
		.again = ask_again,
		.limit = ask_limit,
		.try_limit = ask_try_limit,
		.protect = ask_protect,
		.brake = ask_brake,
		.tell = tell_again,
		.on_trial = ask_on_trial,
	};
	const struct sw_facts facts = {
		.family = l->address.family,
		.role = role,
		.smtp = true,
		.parsed = SW_GO_ON,
		.cnc_source = l->listing.cnc,
		.source = l->listing.standing,
	};

	return sw_judge(&facts, ask, &asked);
}

static bool is_own(const struct sw_lookup *l)
{
	size_t i;

	for (i = 0; i < l->explained.matches; i++) {
		if (l->explained.match[i].feed->kind == SW_KIND_OWN)
			return true;
	}
	return false;
}

/* A source has a bucket in the role it sends in, and is over the limit if it is so
 * there; with one in each, if it is in both. If it has none and is of own space, it is
 * behind an access NIC. */
static void judge(struct sw_lookup *l)
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

/* Finds the address's own entries, and behind them those of the IPv4 address it carries. */
static int find_entries(struct sw_lookup *l, const struct sw_reading *reading,
			struct sw_error *error)
{
	struct sw_explanation *all = &l->explained, carried = { 0 };
	struct sw_reading again = *reading;
	struct sw_match *grown;
	int err = sw_explain(l->config, reading, &l->address, all, error);

	if (err || !l->listing.carried.family)
		return err;
	again.told = true;
	err = sw_explain(l->config, &again, &l->listing.carried, &carried, error);
	if (err || !carried.matches)
		return err;
	grown = reallocarray(all->match, all->matches + carried.matches, sizeof(*grown));
	if (grown) {
		memcpy(grown + all->matches, carried.match, carried.matches * sizeof(*grown));
		all->match = grown;
		all->matches += carried.matches;
	}
	free(carried.match);
	return grown ? 0 : sw_fail(error, -ENOMEM, "no memory for the feeds' entries");
}

/* The verdict is the kernel's and does not hang on files. */
static void explain(struct sw_lookup *l)
{
	const struct sw_instance *instance = &l->options->instance;
	struct sw_hosts hosts = { 0 };
	struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = instance->state_dir,
	};
	struct sw_error error = {};
	int err = sw_config_read(instance->config, &l->config, &error);

	if (!err)
		err = sw_routes_place(l->config, instance->state_dir);
	if (!err)
		err = sw_lists_append_in_force(instance, l->config, &error);
	if (!err)
		err = find_entries(l, &reading, &error);
	/* Asking the kernel for them costs more than all else, and is seldom needed. */
	if (!err && l->explained.matches && !sw_hosts_read(SW_RESOLV_CONF, &hosts, NULL)) {
		free(l->explained.match);
		reading.hosts = &hosts;
		reading.told = true;
		err = find_entries(l, &reading, &error);
	}
	if (err)
		sw_warn("%s; so no entries are shown", error.text);
	free(hosts.host);
}

static const struct sw_feed_slot *slot_of(const struct sw_lookup *l,
					  const struct sw_feed_config *feed)
{
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!strcmp(l->registry.feed[i].name, feed->name))
			return &l->registry.feed[i];
	}
	return NULL;
}

bool sw_lookup_is_unfit(const struct sw_lookup *l, const struct sw_feed_config *feed)
{
	const struct sw_feed_slot *slot = slot_of(l, feed);

	return slot && slot->unfit_s;
}

bool sw_lookup_is_left_out(const struct sw_lookup *l, const struct sw_match *match)
{
	const struct sw_feed_slot *slot = slot_of(l, match->feed);

	return match->modified_s && slot && slot->source == SW_SOURCE_NONE;
}

bool sw_lookup_is_allowed(const struct sw_lookup *l, const struct sw_match *match)
{
	enum sw_kind kind = match->feed->kind;

	return l->reason == SW_ALLOW &&
	       (kind == SW_KIND_CNC || kind == SW_KIND_ZOMBIE || kind == SW_KIND_LIMIT);
}

bool sw_lookup_is_stale(const struct sw_lookup *l, const struct sw_match *match)
{
	const struct sw_feed_slot *slot = slot_of(l, match->feed);

	return match->outdated || !slot ||
	       (match->modified_s && match->modified_s != slot->modified_s);
}

/* Entries that ended before the feed was published are in force no more. */
static void drop_ended(struct sw_lookup *l)
{
	const struct sw_feed_slot *slot;
	size_t i, kept = 0;

	for (i = 0; i < l->explained.matches; i++) {
		slot = slot_of(l, l->explained.match[i].feed);
		if (!l->explained.match[i].until || !slot ||
		    l->explained.match[i].until > slot->checked_s)
			l->explained.match[kept++] = l->explained.match[i];
	}
	l->explained.matches = kept;
}

static int look_live(struct sw_lookup *l, const struct sw_prefix *address)
{
	const struct sw_settings *settings = &l->generation.policy->settings;
	struct sw_live_key key = sw_live_key(address, sw_source_length(settings));
	int err = sw_live_get(l->state, &key, &l->live);

	l->is_live = !err && l->live.until_ns > sw_boottime_ns();
	l->live_prefix = sw_live_prefix(&key, &l->live);
	return err == -ENOENT ? 0 : err;
}

int sw_lookup_read(struct sw_lookup *l, struct sw_error *error)
{
	struct sw_error whose = {};
	const struct sw_settings *settings;
	bool slowed;
	int err;

	l->generation = SW_NO_GENERATION;
	err = sw_state_open(l->options->instance.pin_dir, SW_READ, &l->state, error);
	if (!err)
		err = sw_generation_reach(l->state->map[SW_MAP_policy], &l->address, &l->generation,
					  error);
	if (!err)
		err = sw_registry_read(l->state, &l->registry, error);
	if (err)
		return err;
	settings = &l->generation.policy->settings;
	l->listing = sw_listed(l->generation.policy, &l->address);
	explain(l);
	drop_ended(l);
	err = look_live(l, &l->address);
	if (!err && !l->is_live && l->listing.carried.family)
		err = look_live(l, &l->listing.carried);
	if (err)
		return sw_fail(error, err, "cannot read the live zombies: %s", strerror(-err));
	slowed = l->is_live && sw_live_is_slowed(&l->live);
	err = sw_limit_look(l->state, settings, &l->address, &l->listing.standing, slowed,
			    l->limit);
	if (!err)
		err = sw_limit_try(l->state, settings, &l->address, &l->listing.standing, l->tried);
	if (err)
		sw_warn("the limiter's clock cannot be read: %s", strerror(-err));
	err = sw_ledger_look(l->state, settings, &l->address, &l->ledger);
	if (err)
		sw_warn("the ledger cannot be read: %s", strerror(-err));
	err = sw_conduct_look(l->state, settings, &l->address, &l->conduct);
	if (err)
		sw_warn("the conduct table cannot be read: %s", strerror(-err));
	if (sw_whose_look(l->options, &l->address, &l->whose, &whose))
		sw_warn("%s; so it is not known whose it is", whose.text);
	if (sw_case_look(l->options, &l->address, &l->open_case, &whose))
		sw_warn("%s; so its case is not shown", whose.text);
	judge(l);
	return 0;
}

void sw_lookup_close(struct sw_lookup *l)
{
	free(l->explained.match);
	sw_config_free(l->config);
	sw_generation_close(&l->generation);
	sw_state_close(l->state);
}
