// SPDX-License-Identifier: GPL-2.0
/*
 * What a configuration says and hardly means: all is in force as it is written, and spam
 * passes, or mail that should does not.
 */
#include "doctor/checks.h"

#include <stdio.h>

#define SMTP 25

/* A blaster opens some seven connections a second (README.md has what others do): a
 * limit above that is none to a zombie. */
#define FASTEST_NS (1000000000ULL / 7)
#define LARGEST_BURST 1000

/* Own space as wide as this is no mail servers, but people. */
#define PEOPLE_IPV4 22
#define PEOPLE_IPV6 48

#define MOST_PROTECTED 64

struct looking {
	const struct sw_config *config;
	const struct sw_rules *rules; /* NULL: they are not known */
	struct sw_findings *out;
};

static void look_at_ports(const struct looking *l)
{
	size_t i;

	for (i = 0; i < l->config->ports; i++) {
		if (l->config->port[i] == SMTP)
			return;
	}
	sw_find(l->out, SW_FOUND_WARNING, "add 25 to `ports` under `smtp`",
		"smtp.ports does not have 25, by which mail servers take mail: neither limits nor "
		"zombies are looked for there");
}

static bool lists_nothing(const struct looking *l, size_t feed)
{
	return l->rules && !l->rules->feed[feed].prefixes;
}

/* The feed that says to what mail may pass nevertheless, -1 if none does; *any: whether one
 * lists something. */
static ssize_t find_relays(const struct looking *l, bool *any)
{
	const struct sw_config *config = l->config;
	ssize_t found = -1;
	size_t i;

	*any = false;
	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].kind == SW_KIND_ALLOW && config->feed[i].to >= SW_TO_SAID) {
			*any |= !lists_nothing(l, i);
			found = i;
		}
	}
	return found;
}

static void find_closed(const struct looking *l, ssize_t relays, const char *what, const char *who)
{
	char none[128] = "no feed says to what mail may pass nevertheless";

	if (relays >= 0)
		snprintf(none, sizeof(none),
			 "feed %s, which says to what mail may pass, lists nothing",
			 l->config->feed[relays].name);
	sw_find(l->out, SW_FOUND_WARNING,
		relays >= 0 ? "list your relays in that feed"
			    : "add `to: true` to the feed of kind allow that has your relays",
		"%s is closed, and %s: %s no mail server at all", what, none, who);
}

static void look_at_closed(const struct looking *l)
{
	const struct sw_config *config = l->config;
	bool any;
	ssize_t relays = find_relays(l, &any);
	char what[SW_NAME_LEN + 8];
	size_t i;

	if (any)
		return;
	if (config->limit[SW_ACCESS].closed)
		find_closed(l, relays, "smtp.limit.access",
			    config->monitor ? "subscribers would reach" : "subscribers reach");
	for (i = 0; i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		if (feed->kind != SW_KIND_LIMIT || !feed->limit.closed || lists_nothing(l, i))
			continue;
		snprintf(what, sizeof(what), "feed %s", feed->name);
		find_closed(l, relays, what,
			    config->monitor || feed->monitor ? "whom it lists would reach"
							     : "whom it lists reaches");
	}
}

static void look_at_limit(const struct looking *l)
{
	const struct sw_limit_config *limit = &l->config->limit[SW_ACCESS];

	if (!limit->closed && !limit->interval_ns)
		sw_find(l->out, SW_FOUND_NOTE, "see `limit` in spamweir.yaml(5)",
			"smtp.limit.access is off: a zombie that no list has sends all it wants");
	else if (!limit->closed &&
		 (limit->interval_ns < FASTEST_NS || limit->burst > LARGEST_BURST))
		sw_find(l->out, SW_FOUND_NOTE, "see `limit` in spamweir.yaml(5)",
			"smtp.limit.access takes more than 7 connections a second, or 1000 at once: "
			"no zombie sends so many, and none is limited");
}

static void look_at_modes(const struct looking *l)
{
	static const char *const mend = "spamweir report --monitor, then take its `mode: monitor` "
					"away";
	const struct sw_config *config = l->config;
	size_t i;

	if (config->monitor)
		return; /* status has that in its first line, and nobody forgets it */
	for (i = 0; i < config->interfaces; i++) {
		if (config->interface[i].monitor)
			sw_find(l->out, SW_FOUND_NOTE, mend,
				"%s is in monitor mode, while others enforce: nothing that comes in "
				"by it is dropped",
				config->interface[i].name);
	}
	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].monitor)
			sw_find(l->out, SW_FOUND_NOTE, mend,
				"feed %s is in monitor mode, while others enforce: what it lists "
				"passes",
				config->feed[i].name);
	}
}

/* What two prefixes have in common is the longer of them, or nothing. */
static bool share(const struct sw_prefix *a, const struct sw_prefix *b, struct sw_prefix *out)
{
	const struct sw_prefix *wide = a->length < b->length ? a : b;

	*out = wide == a ? *b : *a;
	return ((a->address ^ b->address) & ~sw_prefix_host_mask(wide)) == 0;
}

/* Some of own space that is in it, and is more than a few servers. */
static bool find_people(const struct sw_rule_list *own, const struct sw_prefix *allowed,
			struct sw_prefix *out)
{
	struct sw_prefix each;
	size_t i;

	for (i = 0; allowed->family == SW_IPV4 && i < own->v4_count; i++) {
		each = sw_rule4_prefix(own->v4[i]);
		if (each.length <= PEOPLE_IPV4 && share(allowed, &each, out))
			return true;
	}
	for (i = 0; allowed->family == SW_IPV6 && i < own->v6_count; i++) {
		each = sw_rule6_prefix(&own->v6[i]);
		if (each.length <= PEOPLE_IPV6 && share(allowed, &each, out))
			return true;
	}
	return false;
}

/* Whether it is one to be named. */
static bool look_at_allowed(const struct looking *l, const struct sw_prefix *allowed, __u8 rank)
{
	char text[SW_PREFIX_TEXT], where[SW_PREFIX_TEXT];
	struct sw_prefix people;

	if (rank >= l->config->feeds ||
	    !find_people(&l->rules->kind[SW_KIND_OWN], allowed, &people))
		return false;
	sw_find(l->out, SW_FOUND_WARNING, "list mail servers there, not subscribers",
		"feed %s allows %s: nobody in %s, which is own space, is limited or held to be a "
		"zombie",
		l->config->feed[rank].name, sw_prefix_format(allowed, text),
		sw_prefix_format(&people, where));
	return true;
}

static void look_at_allow(const struct looking *l)
{
	const struct sw_rule_list *allow = l->rules ? &l->rules->kind[SW_KIND_ALLOW] : NULL;
	struct sw_prefix prefix;
	size_t i;

	for (i = 0; allow && i < allow->v4_count; i++) {
		prefix = sw_rule4_prefix(allow->v4[i]);
		if (prefix.length <= PEOPLE_IPV4 &&
		    look_at_allowed(l, &prefix, sw_rule4_rank(allow->v4[i])))
			return;
	}
	for (i = 0; allow && i < allow->v6_count; i++) {
		prefix = sw_rule6_prefix(&allow->v6[i]);
		if (prefix.length <= PEOPLE_IPV6 && look_at_allowed(l, &prefix, allow->v6[i].rank))
			return;
	}
}

static struct sw_prefix nth(const struct sw_rule_list *list, size_t i, __u8 *rank)
{
	bool v4 = i < list->v4_count;
	const struct sw_rule6 *rule6 = v4 ? NULL : &list->v6[i - list->v4_count];

	*rank = v4 ? sw_rule4_rank(list->v4[i]) : rule6->rank;
	return v4 ? sw_rule4_prefix(list->v4[i]) : sw_rule6_prefix(rule6);
}

/* A VLAN may have another role than its NIC. */
static bool is_upstream_anywhere(const struct sw_config *config)
{
	const struct sw_interface_config *each;
	bool upstream = false;
	__u32 vlan;
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		each = &config->interface[i];
		upstream |= each->role == SW_UPSTREAM;
		for (vlan = 0; each->vlans && vlan <= SW_VLAN_LAST; vlan++)
			upstream |= sw_role_in_vlan(each->vlan, vlan, each->role) == SW_UPSTREAM;
	}
	return upstream;
}

/* Whether mail to its addresses passes on some NIC. */
static bool lets_mail_pass(const struct looking *l, __u8 feed)
{
	enum sw_to to = feed < l->config->feeds ? l->config->feed[feed].to : SW_TO_NOTHING;

	return to != SW_TO_NOTHING && (to != SW_TO_IMPLIED || is_upstream_anywhere(l->config));
}

/* Whether mail to an address of it passes before anybody counts. */
static bool find_passed(const struct looking *l, const struct sw_prefix *guarded,
			struct sw_prefix *out, __u8 *rank)
{
	const struct sw_rule_list *allow = &l->rules->kind[SW_KIND_ALLOW];
	struct sw_prefix each;
	size_t i;

	for (i = 0; i < allow->v4_count + allow->v6_count; i++) {
		each = nth(allow, i, rank);
		if (each.family == guarded->family && share(guarded, &each, out) &&
		    lets_mail_pass(l, *rank))
			return true;
	}
	return false;
}

/* Of many protected ones the first are looked at: lists of them are short. */
static void look_at_protected(const struct looking *l)
{
	const struct sw_rule_list *list = l->rules ? &l->rules->kind[SW_KIND_PROTECT] : NULL;
	struct sw_prefix guarded, both;
	char text[SW_PREFIX_TEXT];
	__u8 guard, rank;
	size_t i;

	for (i = 0; list && i < list->v4_count + list->v6_count && i < MOST_PROTECTED; i++) {
		guarded = nth(list, i, &guard);
		if (guard >= l->config->feeds || !find_passed(l, &guarded, &both, &rank))
			continue;
		sw_find(l->out, SW_FOUND_WARNING,
			"give the feed of kind allow `to: false`, or take it from that",
			"feed %s protects %s, and feed %s lets mail to it pass%s: neither limit "
			"nor bounces counts there",
			l->config->feed[guard].name, sw_prefix_format(&both, text),
			l->config->feed[rank].name,
			l->config->feed[rank].to == SW_TO_IMPLIED ? " on upstream NICs" : "");
		return;
	}
}

void sw_check_policy(const struct sw_patient *patient, struct sw_findings *out)
{
	const struct looking l = { .config = patient->config, .rules = patient->rules, .out = out };
	size_t before = out->count;

	if (!l.config)
		return;
	look_at_ports(&l);
	look_at_closed(&l);
	look_at_limit(&l);
	look_at_modes(&l);
	look_at_allow(&l);
	look_at_protected(&l);
	if (out->count == before)
		sw_find(out, SW_FOUND_OK, NULL, "nothing in it lets spam pass by mistake");
}
