/* SPDX-License-Identifier: GPL-2.0 */
/* A config as YAML again, in words of its own: every value written out, every
 * text with its unusual characters by their numbers. */
#ifndef SPAMWEIR_FUZZ_CONFIG_TEXT_H
#define SPAMWEIR_FUZZ_CONFIG_TEXT_H

#include <linux/rtnetlink.h>

#include "config/schema.h"
#include "fuzz.h"
#include "base/names.h"
#include "base/severity.h"

/* Of a character that is UTF-8 of more than one byte. */
static inline unsigned long write_wide(FILE *out, const char *at)
{
	unsigned size = 2 + ((__u8)*at >= 0xe0) + ((__u8)*at >= 0xf0), i;
	unsigned long value = (__u8)*at & (0x7f >> size);

	for (i = 1; i < size; i++) {
		must(((__u8)at[i] & 0xc0) == 0x80);
		value = value << 6 | ((__u8)at[i] & 0x3f);
	}
	fprintf(out, "\\U%08lx", value);
	return size;
}

static inline void write_text(FILE *out, const char *text)
{
	fputc('"', out);
	while (*text) {
		if (*text & 0x80) {
			text += write_wide(out, text);
			continue;
		}
		if (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\')
			fputc(*text, out);
		else
			fprintf(out, "\\x%02x", *text);
		text++;
	}
	fputc('"', out);
}

static inline void write_rate(FILE *out, __u64 interval_ns)
{
	static const struct {
		const char *name;
		__u64 ns;
	} unit[] = {
		{ "s", 1000000000ULL },
		{ "min", 60 * 1000000000ULL },
		{ "h", 3600 * 1000000000ULL },
		{ "d", 86400 * 1000000000ULL },
	};
	size_t i = 0;

	while (unit[i].ns < interval_ns || unit[i].ns / (unit[i].ns / interval_ns) != interval_ns) {
		i++;
		must(i < sizeof(unit) / sizeof(unit[0]));
	}
	fprintf(out, "%llu/%s", unit[i].ns / interval_ns, unit[i].name);
}

static inline void write_limit(FILE *out, const char *role, const struct sw_limit_config *limit)
{
	fprintf(out, "    %s: ", role);
	if (!limit->interval_ns) {
		fputs(limit->closed ? "closed\n" : "off\n", out);
		return;
	}
	fputs("{ rate: ", out);
	write_rate(out, limit->interval_ns);
	fprintf(out, ", burst: %u }\n", limit->burst);
}

static inline void write_smtp(FILE *out, const struct sw_config *config)
{
	size_t i;

	fputs("smtp:\n  ports:\n", out);
	for (i = 0; i < config->ports; i++)
		fprintf(out, "    - %u\n", config->port[i]);
	fprintf(out, "  ipv6_source_prefix: %u\n  limit:\n", config->ipv6_source_prefix);
	write_limit(out, "access", &config->limit[SW_ACCESS]);
	write_limit(out, "upstream", &config->limit[SW_UPSTREAM]);
}

static inline void write_key(FILE *out, const char *indent, const char *key, const char *text)
{
	if (!text)
		return;
	fprintf(out, "%s%s: ", indent, key);
	write_text(out, text);
	fputc('\n', out);
}

static inline void write_member(FILE *out, const char *key, const char *text)
{
	write_key(out, "      ", key, text);
}

static inline void write_item(FILE *out, const char *text)
{
	fputs("          - ", out);
	write_text(out, text);
	fputc('\n', out);
}

/* Of JSON several members, which are one text with commas between. */
static inline void write_address(FILE *out, const char *names)
{
	char *all = strdup(names), *rest = all, *name;

	must(all);
	fputs("      address:\n", out);
	while ((name = strsep(&rest, ",")))
		write_item(out, name);
	free(all);
}

static inline void write_fields(FILE *out, const struct sw_fields_config *fields)
{
	bool csv = fields->format == SW_FORMAT_CSV;
	char delimiter[] = { fields->delimiter, '\0' };
	size_t i, j;

	fprintf(out, "    %s:\n", csv ? "csv" : "json");
	if (csv)
		write_member(out, "column", fields->address);
	else
		write_address(out, fields->address);
	write_member(out, "delimiter", csv ? delimiter : NULL);
	write_member(out, "each", fields->each);
	write_member(out, "until", fields->until);
	fputs("      tag:\n", out);
	for (i = 0; i < fields->tags; i++)
		write_item(out, fields->tag[i]);
	for (i = 0; i < fields->wheres; i++) {
		fputs(i ? "" : "      where:\n", out);
		fputs("        ? ", out);
		write_text(out, fields->where[i].name);
		fputs("\n        :\n", out);
		for (j = 0; j < fields->where[i].values; j++)
			write_item(out, fields->where[i].value[j]);
	}
}

static inline const char *truth(bool value)
{
	return value ? "true" : "false";
}

static inline const char *mode_of(bool monitor)
{
	return monitor ? "monitor" : "enforce";
}

static inline void write_bounds(FILE *out, const struct sw_feed_config *feed)
{
	fprintf(out, "    max_width: { ipv4: %u, ipv6: %u }\n", feed->max_width[SW_IPV4],
		feed->max_width[SW_IPV6]);
	fprintf(out, "    max_entries: { ipv4: %u, ipv6: %u }\n", feed->max_entries[SW_IPV4],
		feed->max_entries[SW_IPV6]);
	if (feed->max_change == SW_ANY_CHANGE)
		fputs("    max_change: off\n", out);
	else if (feed->max_change)
		fprintf(out, "    max_change: %u\n", feed->max_change);
	fprintf(out, "    may_list_own: %s\n    may_list_special: %s\n    may_be_empty: %s\n",
		truth(feed->may_list_own), truth(feed->may_list_special),
		truth(feed->may_be_empty));
	if (feed->max_age_s)
		fprintf(out, "    max_age: { age: %llus, then: %s }\n", feed->max_age_s,
			feed->drop_old ? "drop" : "keep");
}

static inline void write_fetch(FILE *out, const struct sw_feed_config *feed)
{
	const struct sw_fetch_config *fetch = &feed->fetch;

	write_key(out, "    ", "url", feed->url);
	write_key(out, "    ", "proxy", fetch->proxy);
	write_key(out, "    ", "proxy_credentials_file", fetch->proxy_credentials_file);
	write_key(out, "    ", "ca_file", fetch->ca_file);
	write_key(out, "    ", "headers_file", fetch->headers_file);
	write_key(out, "    ", "credentials_file", fetch->credentials_file);
	must(!(fetch->max_size & 1023));
	if (feed->url)
		fprintf(out, "    every: %llus\n    timeout: %llus\n    max_size: %lluK\n",
			fetch->every_s, fetch->timeout_s, fetch->max_size >> 10);
}

/* What an allow feed says of mail to its addresses. */
static inline void write_to(FILE *out, const struct sw_feed_config *feed)
{
	must(feed->even_zombies == (feed->to == SW_TO_ZOMBIES));
	if (feed->to != SW_TO_IMPLIED)
		fprintf(out, "    to: %s\n", truth(feed->to != SW_TO_NOTHING));
	fprintf(out, "    even_zombies: %s\n", truth(feed->even_zombies));
}

static inline void write_feed(FILE *out, const struct sw_feed_config *feed)
{
	size_t i;

	fputs("  - name: ", out);
	write_text(out, feed->name);
	fprintf(out, "\n    kind: %s\n    format: %s\n    min_count: %u\n",
		sw_kind_name(feed->kind),
		sw_format_name(feed->routes.table ? SW_FORMAT_AUTO : feed->format),
		feed->min_count);
	fprintf(out, "    mode: %s\n", mode_of(feed->monitor));
	write_bounds(out, feed);
	write_to(out, feed);
	write_fetch(out, feed);
	if (feed->path) {
		fputs("    path: ", out);
		write_text(out, feed->path);
		fputc('\n', out);
	}
	if (feed->routes.table && feed->routes.protocol)
		fprintf(out, "    routes: { table: %u, protocol: %u, hold: %llus }\n",
			feed->routes.table, feed->routes.protocol, feed->routes.hold_s);
	else if (feed->routes.table)
		fprintf(out, "    routes: { table: %u, hold: %llus }\n", feed->routes.table,
			feed->routes.hold_s);
	if (feed->limited)
		write_limit(out, "limit", &feed->limit);
	if (feed->brakes && feed->bounces.closed)
		fputs("    bounces: off\n", out);
	else if (feed->brakes)
		write_limit(out, "bounces", &feed->bounces);
	if (feed->fields)
		write_fields(out, feed->fields);
	fputs("    entries:\n", out);
	for (i = 0; i < feed->entries; i++) {
		fputs("      - ", out);
		write_text(out, feed->entry[i].text);
		fputc('\n', out);
	}
}

/* Neighbours of one role as a range: a VLAN each would be slow to read. */
static inline void write_vlans(FILE *out, const __u8 *vlan)
{
	static const char *const role[SW_VLAN_ROLES] = {
		[SW_VLAN_ACCESS] = "access",
		[SW_VLAN_UPSTREAM] = "upstream",
		[SW_VLAN_NONE] = "none",
	};
	unsigned first, last;

	fputs("    vlans: {", out);
	for (first = 1; first <= SW_VLAN_LAST; first = last + 1) {
		last = first;
		if (!role[sw_vlan_role(vlan, first)])
			continue;
		while (last < SW_VLAN_LAST &&
		       sw_vlan_role(vlan, last + 1) == sw_vlan_role(vlan, first))
			last++;
		fprintf(out, " %u-%u: %s,", first, last, role[sw_vlan_role(vlan, first)]);
	}
	fputs(" }\n", out);
}

static inline void write_interface(FILE *out, const struct sw_interface_config *interface)
{
	fputs("  - name: ", out);
	write_text(out, interface->name);
	fprintf(out, "\n    role: %s\n    xdp: %s\n    shared: %s\n", sw_role_name(interface->role),
		sw_xdp_mode_name(interface->xdp), truth(interface->shared));
	fprintf(out, "    mode: %s\n", mode_of(interface->monitor));
	if (interface->vlans)
		write_vlans(out, interface->vlan);
}

static inline void write_share(FILE *out, const char *key, __u32 millionths)
{
	fprintf(out, "%s: 0.%06u, ", key, millionths);
}

static inline void write_suspects(FILE *out, const struct sw_suspects_config *suspects)
{
	const enum sw_suspect_action *action = suspects->action;

	fprintf(out, "suspects:\n    servers: { at_least: %u, answered: %u, action: %s }\n",
		suspects->servers, suspects->servers_answered,
		sw_action_name(action[SW_RULE_SERVERS]));
	fputs("    failures: { ", out);
	write_share(out, "theta0", suspects->theta0);
	write_share(out, "theta1", suspects->theta1);
	write_share(out, "alpha", suspects->alpha);
	write_share(out, "beta", suspects->beta);
	fprintf(out, "action: %s }\n", sw_action_name(action[SW_RULE_FAILURES]));
	fprintf(out, "    silent: { at_least: %u, action: %s }\n", suspects->silent,
		sw_action_name(action[SW_RULE_SILENT]));
	fprintf(out, "    contact: { within: %llus, action: %s }\n", suspects->contact_within_s,
		sw_action_name(action[SW_RULE_CONTACT]));
	write_limit(out, "limit", &suspects->limit);
	fprintf(out, "    for: %llus\n    max_listed: %u\n", suspects->listed_s,
		suspects->max_listed);
	fprintf(out, "    servers_too: %s\n", truth(suspects->servers_too));
}

static inline void write_tunnels(FILE *out, const struct sw_tunnels *tunnels)
{
	int kind;

	must(tunnels->looked_for || !tunnels->opened);
	if (!tunnels->looked_for)
		return;
	fputs("tunnels: [", out);
	for (kind = 0; kind < SW_TUNNEL_KINDS; kind++) {
		if (tunnels->opened >> kind & 1)
			fprintf(out, " %s,", sw_tunnel_name(kind));
	}
	fputs(" ]\n", out);
}

static inline void write_announce(FILE *out, const struct sw_announce_config *announce)
{
	if (!announce->table)
		return;
	must(announce->what && announce->most);
	fprintf(out, "announce:\n  table: %u\n  what: [%s%s%s%s ]\n", announce->table,
		announce->what & SW_ANNOUNCE_ZOMBIES ? " zombie_live," : "",
		announce->what & SW_ANNOUNCE_BLOCKED ? " operator-block," : "",
		announce->what & SW_ANNOUNCE_CASES ? " cases>=" : "",
		announce->what & SW_ANNOUNCE_CASES ? sw_severity_name(announce->severity) : "");
	fprintf(out, "  type: %s\n  metric: %u\n  protocol: %u\n  max_routes: %u\n",
		announce->type == RTN_BLACKHOLE	    ? "blackhole"
		: announce->type == RTN_UNREACHABLE ? "unreachable"
						    : "prohibit",
		announce->metric, announce->protocol, announce->most);
}

static inline void write_subscribers(FILE *out, const struct sw_subscribers_config *subscribers)
{
	size_t i;

	fprintf(out, "subscribers:\n  keep: %llus\n  every: %llus\n  sources:\n",
		subscribers->keep_s, subscribers->every_s);
	for (i = 0; i < subscribers->sources; i++) {
		const struct sw_subscribers_source *source = &subscribers->source[i];

		must(source->line > 0);
		fprintf(out, "    - format: %s\n", sw_subscribers_format_name(source->format));
		write_member(out, "name", source->name);
		write_member(out, "path", source->path);
		write_member(out, "account", source->account);
	}
}

static inline void write_cases(FILE *out, const struct sw_cases_config *cases)
{
	fprintf(out, "cases: { quiet_for: %llus, close_after: %llus, keep: %llus }\n",
		cases->quiet_for_s, cases->close_after_s, cases->keep_s);
}

static inline void write_receiver(FILE *out, const struct sw_notice_receiver *receiver)
{
	const struct sw_fetch_config *how = &receiver->how;
	size_t i;

	must(receiver->line > 0 && !receiver->exec[SW_NOTICE_WORDS]);
	fprintf(out, "    - format: %s\n", sw_notice_format_name(receiver->format));
	write_member(out, "name", receiver->name);
	fputs(receiver->exec[0] ? "      exec:\n" : "", out);
	for (i = 0; receiver->exec[i]; i++)
		write_item(out, receiver->exec[i]);
	write_member(out, "webhook", receiver->webhook);
	write_member(out, "mail", receiver->mail);
	write_member(out, "from", receiver->from);
	write_member(out, "to", receiver->to);
	write_member(out, "proxy", how->proxy);
	write_member(out, "proxy_credentials_file", how->proxy_credentials_file);
	write_member(out, "ca_file", how->ca_file);
	write_member(out, "headers_file", how->headers_file);
	write_member(out, "credentials_file", how->credentials_file);
	fprintf(out, "      severity: %s\n      every: %llus\n      timeout: %llus\n",
		sw_severity_name(receiver->severity), receiver->every_s, how->timeout_s);
	fprintf(out, "      give_up: %llus\n      events: [", receiver->give_up_s);
	for (i = 0; i < SW_NOTICE_EVENTS; i++) {
		if (receiver->events >> i & 1)
			fprintf(out, " %s,", sw_notice_event_name(i));
	}
	fputs(" ]\n", out);
}

static inline void write_notices(FILE *out, const struct sw_notices_config *notices)
{
	size_t i;

	fprintf(out, "notices:\n  monitor: %s\n", notices->in_monitor ? "send" : "hold");
	write_key(out, "  ", "organisation", notices->organisation);
	write_key(out, "  ", "contact", notices->contact);
	write_key(out, "  ", "phone", notices->phone);
	write_key(out, "  ", "help", notices->help);
	write_key(out, "  ", "language", notices->language);
	write_key(out, "  ", "templates", notices->templates);
	write_key(out, "  ", "customers", notices->customers);
	fputs("  receivers:\n", out);
	for (i = 0; i < notices->receivers; i++)
		write_receiver(out, &notices->receiver[i]);
}

static inline void write_metrics(FILE *out, const struct sw_config *config)
{
	fprintf(out, "metrics:\n  interval: %llus\n", config->metrics_interval_s);
	if (config->textfile) {
		fputs("  textfile: ", out);
		write_text(out, config->textfile);
		fputc('\n', out);
	}
	fprintf(out, "reload_interval: %llus\n", config->reload_interval_s);
}

/* To be freed by the caller. */
static inline char *config_text(const struct sw_config *config)
{
	char *text = NULL, text64[SW_PREFIX_TEXT];
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	must(out);
	fprintf(out, "mode: %s\ninterfaces:\n", mode_of(config->monitor));
	for (i = 0; i < config->interfaces; i++)
		write_interface(out, &config->interface[i]);
	write_tunnels(out, &config->tunnels);
	write_smtp(out, config);
	fputs("nat64:\n", out);
	for (i = 0; i < config->nat64s; i++)
		fprintf(out, "  - \"%s\"\n", sw_prefix_format(&config->nat64[i], text64));
	fputs("feeds:\n", out);
	for (i = 0; i < config->feeds; i++)
		write_feed(out, &config->feed[i]);
	write_suspects(out, &config->suspects);
	write_announce(out, &config->announce);
	write_subscribers(out, &config->subscribers);
	write_cases(out, &config->cases);
	write_notices(out, &config->notices);
	write_metrics(out, config);
	must(!fclose(out));
	return text;
}

#endif
