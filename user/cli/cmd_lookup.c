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
#include "cli/address.h"
#include "cli/lists.h"
#include "cli/live_output.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/standing_output.h"
#include "cli/unfit.h"
#include "cli/verbs.h"
#include "kernel/live.h"
#include "run/case_json.h"

static const char *verdict(const struct sw_lookup *l)
{
	if (sw_reason_verdict(l->reason) == SW_PASS)
		return "pass";
	return l->reason == SW_CNC_SRC ? "drop" : "smtp_drop";
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

/* Of an entry of the operator's own that has ended: the next publish. "": nothing is to be
 * lifted. */
static char *lift_of(const struct sw_lookup *l, const struct sw_match *match,
		     const struct sw_ordered *listed, char *out)
{
	if (sw_lookup_is_left_out(l, match) || sw_lookup_is_allowed(l, match)) {
		*out = '\0';
		return out;
	}
	if (!listed || !sw_listed_has_ended(listed))
		return sw_lift_command(match, &l->address, out);
	snprintf(out, SW_LIFT_TEXT, SW_LIFT_ENDED);
	return out;
}

static json_t *matches_json(const struct sw_lookup *l)
{
	json_t *list = json_array();
	char text[SW_PREFIX_TEXT], lift[SW_LIFT_TEXT];
	struct sw_ordered listed;
	bool by_hand;
	size_t i;

	for (i = 0; i < l->explained.matches; i++) {
		const struct sw_match *match = &l->explained.match[i];
		json_t *item = json_pack("{s:s s:s s:s s:i}", "prefix",
					 sw_prefix_format(&match->prefix, text), "feed",
					 match->feed->name, "kind", sw_kind_name(match->feed->kind),
					 "line", (int)match->line);

		if (match->modified_s)
			sw_json_set(&item, "outdated", json_boolean(sw_lookup_is_stale(l, match)));
		if (match->tag[0])
			sw_json_set(&item, "tag", json_string(match->tag));
		if (match->until)
			sw_json_set(&item, "until", json_integer(match->until));
		by_hand = sw_match_listed(l->options, match, &listed);
		if (by_hand)
			sw_listed_json(&item, &listed);
		if (*lift_of(l, match, by_hand ? &listed : NULL, lift))
			sw_json_set(&item, "lift", json_string(lift));
		sw_json_append(&list, item);
	}
	return list;
}

static json_t *limit_json(const struct sw_lookup *l)
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
		if (view->wait_ms && l->reason != SW_ALLOW)
			sw_json_set(&item, "lift", json_string(lift));
		sw_json_set(&limit, sw_role_name(role), item);
	}
	if (!limit || json_object_size(limit))
		return limit;
	json_decref(limit);
	return json_null();
}

/* What lets packets pass that are dropped elsewhere: all of it, their feed, some NICs. */
static json_t *monitor_json(const struct sw_lookup *l)
{
	const struct sw_settings *settings = &l->generation.policy->settings;
	json_t *nics = json_array();
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (settings->monitor_interfaces >> i & 1)
			sw_json_append(&nics, json_string(l->registry.interface[i].name));
	}
	return json_pack("{s:b s:b s:o}", "all", settings->monitor != 0, "feed",
			 l->feed && settings->feed[l->feed].monitor, "interfaces", nics);
}

static json_t *lookup_json(const struct sw_lookup *l)
{
	char text[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:s s:s}", "address", sw_prefix_format(&l->address, text),
			   "verdict", verdict(l), "reason", sw_reason_name(l->reason));
	if (l->listing.carried.family)
		sw_json_set(&object, "carries",
			    json_string(sw_prefix_format(&l->listing.carried, text)));
	if (l->feed)
		sw_json_set(&object, "feed", json_string(l->registry.feed[l->feed].name));
	sw_json_set(&object, "monitor", monitor_json(l));
	sw_json_set(&object, "matches", matches_json(l));
	sw_json_set(&object, "mail_to", sw_mail_to_json(l->listing.standing, &l->registry));
	sw_json_set(&object, "protected_by", sw_protected_json(l->listing.standing, &l->registry));
	sw_json_set(&object, "bounces",
		    sw_brake_json(&l->generation.policy->settings, l->listing.standing,
				  &l->registry));
	sw_json_set(&object, "live",
		    l->is_live ? sw_live_json(&l->live_prefix, &l->live, sw_boottime_ns())
			       : json_null());
	sw_json_set(&object, "limit", limit_json(l));
	sw_json_set(&object, "subscriber", sw_whose_json(&l->whose));
	sw_json_set(&object, "case",
		    l->open_case.known ? sw_case_json(&l->open_case.found) : json_null());
	sw_json_set(&object, "ledger", sw_ledger_json(&l->ledger, &l->registry));
	sw_json_set(&object, "conduct", sw_conduct_json(&l->conduct));
	sw_json_set(&object, "unfit_feeds", sw_unfit_list_json(&l->registry));
	return object;
}

static void print_live(const struct sw_lookup *l)
{
	__u64 now = sw_boottime_ns();
	char text[SW_PREFIX_TEXT], age[32], end[SW_LIVE_TEXT];

	if (!l->is_live)
		return;
	printf("  %s %s: for %s, %s, origin %s%s%s%s\n"
	       "  %s it with: spamweir zombie del %s\n",
	       sw_live_is_slowed(&l->live) ? "slowed suspect" : "live zombie",
	       sw_prefix_format(&l->live_prefix, text),
	       sw_format_age(sw_live_age(&l->live, now), age, sizeof(age)),
	       sw_live_end(&l->live, now, end), sw_origin_name(l->live.origin),
	       l->live.why[0] ? ", why: " : "", l->live.why,
	       l->reason == SW_ALLOW ? " (allowed: it does nothing)" : "",
	       l->reason == SW_ALLOW ? "forget" : "lift", text);
}

/* Names the feeds whose file has changed: what is new in it shows nowhere yet. Those that are
 * unfit are told of by sw_print_unfit. */
static void print_outdated(const struct sw_lookup *l)
{
	size_t i;

	for (i = 0; l->config && i < l->config->feeds; i++) {
		if (l->explained.outdated[i] && !sw_lookup_is_unfit(l, &l->config->feed[i]))
			printf("  the file of feed %s has changed since it was published: spamweir "
			       "reload\n",
			       l->config->feed[i].name);
	}
}

/* The widest alone: what it says holds for the others. */
static void print_monitor(const struct sw_lookup *l)
{
	const struct sw_settings *settings = &l->generation.policy->settings;
	int i;

	if (settings->monitor) {
		puts("  monitor mode: nothing is dropped");
		return;
	}
	if (settings->feed[l->feed].monitor) {
		printf("  monitor mode of feed %s: not dropped\n", l->registry.feed[l->feed].name);
		return;
	}
	for (i = 0; i < SW_MAX_INTERFACES && sw_reason_cuts(l->reason); i++) {
		if (settings->monitor_interfaces >> i & 1)
			printf("  monitor mode of NIC %s: not dropped there\n",
			       l->registry.interface[i].name);
	}
}

static void print_lookup(const struct sw_lookup *l)
{
	char text[SW_PREFIX_TEXT], path[PATH_MAX], lift[SW_LIFT_TEXT], about[512], end[96];
	char carried[SW_PREFIX_TEXT];
	struct sw_ordered listed;
	enum sw_role role;
	bool by_hand;
	size_t i;

	printf("%s: %s, %s (%s)\n", sw_prefix_format(&l->address, text), verdict(l),
	       sw_reason_name(l->reason), sw_reason_help(l->reason));
	if (l->listing.carried.family)
		printf("  carries %s, and is judged as that, too\n",
		       sw_prefix_format(&l->listing.carried, carried));
	print_monitor(l);
	for (i = 0; i < l->explained.matches; i++) {
		const struct sw_match *match = &l->explained.match[i];

		printf("  %-7s %-20s %s, ", sw_kind_name(match->feed->kind),
		       sw_prefix_format(&match->prefix, text), match->feed->name);
		by_hand = sw_match_listed(l->options, match, &listed);
		if (by_hand)
			printf("%s", sw_listed_text(&listed, about, sizeof(about)));
		else
			printf("%s:%u%s%s%s",
			       sw_printable(path, sizeof(path),
					    match->modified_s ? sw_feed_source(match->feed)
							      : l->config->path),
			       match->line, match->tag[0] ? ", " : "", match->tag,
			       end_text(match, end, sizeof(end)));
		puts(sw_lookup_is_left_out(l, match)	  ? " (LEFT OUT: it does nothing)"
		     : sw_lookup_is_allowed(l, match)	  ? " (allowed: it does nothing)"
		     : !sw_lookup_is_stale(l, match)	  ? ""
		     : sw_lookup_is_unfit(l, match->feed) ? " (its file is unfit by now)"
							  : " (changed since it was published: "
							    "spamweir reload)");
		if (*lift_of(l, match, by_hand ? &listed : NULL, lift))
			printf("  lift it with: %s\n", lift);
		else if (by_hand && *sw_lift_command(match, &l->address, lift))
			printf("  forget it with: %s\n", lift);
	}
	sw_print_mail_to(&l->generation.policy->settings, l->listing.standing, &l->registry);
	print_outdated(l);
	sw_print_unfit(&l->registry, "  ");
	print_live(l);
	for (role = 0; role < SW_ROLES; role++) {
		const struct sw_limit_view *view = &l->limit[role];

		if (view->known)
			printf("  limit as %s: %.1f of %u tokens, gains %g/min%s\n",
			       sw_role_name(role), view->tokens < 0 ? 0 : view->tokens, view->burst,
			       view->per_minute, view->wait_ms ? ", over it now" : "");
		if (view->known && view->wait_ms && l->reason != SW_ALLOW)
			printf("  lift it with: spamweir allow add %s --for 1d\n",
			       sw_prefix_format(&l->address, text));
	}
	if (l->reason == SW_SMTP_CLOSED && !l->feed)
		printf("  closed to all of its role, by `limit: closed`\n"
		       "  lift it with: spamweir allow add %s --for 1d\n",
		       sw_prefix_format(&l->address, text));
	sw_print_whose(l->options, &l->whose);
	if (l->open_case.known)
		sw_print_case(&l->open_case.found, "  ");
	sw_print_ledger(&l->ledger, &l->registry);
	sw_print_conduct(&l->conduct);
}

/* Prefixes are printed in many places, and to be taken where addresses are. */
static int read_address(const char *text, struct sw_prefix *out, struct sw_error *error)
{
	unsigned char full;
	char first[SW_PREFIX_TEXT];

	if (sw_address_read(text, out, error))
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
	struct sw_lookup *l;
	__s64 at_ms;
	int port, err;

	err = sw_whose_read(options, &at_ms, &port, &error);
	if (err) {
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	l = calloc(1, sizeof(*l));
	if (!l)
		return sw_print_error(&error, -ENOMEM);
	l->options = options;
	if (read_address(options->argument[0], &l->address, &error)) {
		sw_print_error(&error, -EINVAL);
		free(l);
		return SW_EXIT_USAGE;
	}
	err = sw_lookup_read(l, &error);
	if (!err && options->json)
		err = sw_print_json(lookup_json(l));
	else if (!err)
		print_lookup(l);
	sw_lookup_close(l);
	free(l);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
