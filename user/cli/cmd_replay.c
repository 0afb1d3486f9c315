// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/prefix.h"
#include "cli/output.h"
#include "cli/rows_output.h"
#include "cli/verbs.h"
#include "config/words.h"
#include "policy/plan.h"
#include "replay/capture.h"
#include "replay/judge.h"
#include "replay/replay.h"
#include "run/route_plan.h"
#include "worker/parse.h"

static const char *const fragment_name[] = { "none", "first", "later" };

static void format_addresses(const struct sw_packet *packet, char *src, char *dst)
{
	struct sw_prefix prefix = { .family = packet->family, .length = 128 };

	if (packet->family == SW_IPV4) {
		prefix.length = 32;
		prefix.address = packet->src4;
		sw_prefix_format(&prefix, src);
		prefix.address = packet->dst4;
	} else {
		prefix.address = sw_from_in6(packet->pair6.source);
		sw_prefix_format(&prefix, src);
		prefix.address = sw_from_in6(packet->pair6.destination);
	}
	sw_prefix_format(&prefix, dst);
}

static void add_packet(json_t **object, const struct sw_layer *layer)
{
	const struct sw_packet *packet = &layer->packet;
	char src[SW_PREFIX_TEXT], dst[SW_PREFIX_TEXT];

	if (!packet->family)
		return;
	format_addresses(packet, src, dst);
	sw_json_set(object, "family", json_integer(packet->family == SW_IPV4 ? 4 : 6));
	sw_json_set(object, "src", json_string(src));
	sw_json_set(object, "dst", json_string(dst));
	if (!layer->has_protocol)
		return;
	sw_json_set(object, "proto", json_integer(packet->protocol));
	if (layer->has_ports) {
		sw_json_set(object, "sport", json_integer(packet->sport));
		sw_json_set(object, "dport", json_integer(packet->dport));
	}
	sw_json_set(object, "fragment", json_string(fragment_name[packet->fragment]));
}

/* What is in a tunnel, if it could be read. */
static void add_tunnel(json_t **object, const struct sw_dissection *dissection)
{
	json_t *inner;

	if (dissection->tunnel == SW_NO_TUNNEL)
		return;
	sw_json_set(object, "tunnel", json_string(sw_tunnel_name(dissection->tunnel)));
	if (!dissection->inner.packet.family)
		return;
	inner = json_object();
	add_packet(&inner, &dissection->inner);
	sw_json_set(object, "inner", inner);
}

static json_t *suspect_json(const struct sw_outcome *outcome)
{
	char prefix[SW_PREFIX_TEXT];

	return json_pack("{s:s s:s s:s}", "prefix", sw_prefix_format(&outcome->suspect, prefix),
			 "action",
			 sw_action_name(outcome->slowed ? SW_ACTION_SLOW : SW_ACTION_LIST), "why",
			 outcome->why);
}

static json_t *packet_json(const struct sw_judged *judged)
{
	const struct sw_outcome *outcome = &judged->outcome;
	const struct sw_packet *packet = &judged->dissection.outer.packet;
	json_t *object, *vlans;
	int i;

	object = json_pack("{s:I s:s s:s}", "n", (json_int_t)judged->number, "verdict",
			   sw_verdict_name(outcome->verdict), "reason",
			   sw_reason_name(outcome->reason));
	add_packet(&object, &judged->dissection.outer);
	add_tunnel(&object, &judged->dissection);
	if (packet->vlans) {
		vlans = json_array();
		for (i = 0; i < packet->vlans; i++)
			sw_json_append(&vlans, json_integer(packet->vlan[i]));
		sw_json_set(&object, "vlan", vlans);
	}
	if (outcome->feed)
		sw_json_set(&object, "feed", json_string(outcome->feed));
	if (outcome->detected)
		sw_json_set(&object, "suspect", suspect_json(outcome));
	return object;
}

static int print_judged(const struct sw_judged *judged, void *is_json)
{
	return *(const bool *)is_json ? sw_print_json(packet_json(judged)) : 0;
}

static json_t *summary_json(const struct sw_tally *tally)
{
	json_t *reasons = json_object(), *summary, *skipped;
	int i;

	for (i = 0; i < SW_REASON_COUNT; i++) {
		if (tally->reason[i])
			sw_json_set(&reasons, sw_reason_name(i), json_integer(tally->reason[i]));
	}
	summary = json_pack("{s:I s:o}", "packets", (json_int_t)tally->packets, "reasons", reasons);
	if (tally->listed || tally->slowed)
		sw_json_set(&summary, "suspects",
			    json_pack("{s:I s:I}", "listed", (json_int_t)tally->listed, "slowed",
				      (json_int_t)tally->slowed));
	if (tally->outgoing || tally->elsewhere || tally->unknown) {
		skipped = json_object();
		if (tally->outgoing)
			sw_json_set(&skipped, "outgoing", json_integer(tally->outgoing));
		if (tally->elsewhere)
			sw_json_set(&skipped, "other_interface", json_integer(tally->elsewhere));
		if (tally->unknown)
			sw_json_set(&skipped, "link_type", json_integer(tally->unknown));
		sw_json_set(&summary, "skipped", skipped);
	}
	return json_pack("{s:o}", "summary", summary);
}

static void print_row(const char *verdict, const char *reason, __u64 packets)
{
	if (packets)
		printf("  %-5s %-17s %12llu\n", verdict, reason, packets);
}

static void print_summary(const struct sw_tally *tally)
{
	int i;

	printf("%llu packets\n", tally->packets);
	for (i = 0; i < SW_REASON_COUNT; i++)
		print_row(sw_verdict_name(sw_reason_verdict(i)), sw_reason_name(i),
			  tally->reason[i]);
	if (tally->listed)
		printf("%llu suspects were listed\n", tally->listed);
	if (tally->slowed)
		printf("%llu suspects were slowed\n", tally->slowed);
	print_row("skip", "outgoing", tally->outgoing);
	print_row("skip", "other_interface", tally->elsewhere);
	print_row("skip", "link_type", tally->unknown);
}

static void warn(const char *path, const struct sw_tally *tally, bool outgoing)
{
	if (tally->damage.text[0])
		sw_warn("%s: %s; what follows is not judged", path, tally->damage.text);
	if (tally->unknown)
		sw_warn("%s: %llu packets are not judged, for their link type is %s (expected "
			"Ethernet, Linux cooked, raw IP or PPP)",
			path, tally->unknown, sw_capture_link_name(tally->unknown_link));
	if (tally->cut)
		sw_warn("%s: of %llu packets, headers that decide were not captured: they count as "
			"malformed, unless an address decides (`tcpdump -s 256` captures enough)",
			path, tally->cut);
	if (tally->both_ways && !outgoing)
		sw_warn("%s: holds frames of both directions and does not tell which: those that "
			"went out are judged as if they had come in (`tcpdump -Q in` captures only "
			"what comes in; --direction all says that this is meant)",
			path);
}

/* *is_partial: not all was judged. */
static int judge(const struct sw_options *options, struct sw_capture *capture,
		 struct sw_replay *replay, bool *is_partial, struct sw_error *error)
{
	bool outgoing = options->direction && !strcmp(options->direction, "all");
	bool is_json = options->json;
	struct sw_tally tally;
	int err;

	err = sw_judge_capture(replay, capture, outgoing, options->interface, print_judged,
			       &is_json, &tally, error);
	if (!err && !tally.packets && tally.elsewhere)
		return sw_fail(error, -EINVAL,
			       "%s: none of its packets came in by %s, the first by %s (expected a "
			       "capture of %s, or `--role ROLE` to judge all)",
			       sw_capture_path(capture), options->interface, tally.other,
			       options->interface);
	if (!err && options->rows && (tally.packets || !tally.unknown))
		err = sw_print_rows(replay, is_json);
	if (!err && is_json && (tally.packets || !tally.unknown))
		err = sw_print_json(summary_json(&tally));
	if (err && ferror(stdout))
		return sw_fail(error, err, "cannot write: %s", strerror(-err));
	if (err)
		return err;
	if (!tally.packets && tally.unknown)
		return sw_fail(error, -EINVAL,
			       "%s: link type %s, expected Ethernet, Linux cooked, raw IP or PPP",
			       sw_capture_path(capture), sw_capture_link_name(tally.unknown_link));
	if (!is_json)
		print_summary(&tally);
	warn(sw_capture_path(capture), &tally, outgoing);
	*is_partial = tally.damage.text[0] || tally.unknown;
	return 0;
}

/* A NIC of the role that the command line says, or else the one that it names, with
 * its mode. */
static int find_nic(const struct sw_options *options, struct sw_config *config,
		    struct sw_interface_config *nic, struct sw_error *error)
{
	size_t i;

	if (options->role) {
		*nic = (struct sw_interface_config){ 0 };
		while (strcmp(options->role, sw_role_name(nic->role)))
			nic->role++;
		return 0;
	}
	for (i = 0; i < config->interfaces; i++) {
		if (strcmp(config->interface[i].name, options->interface))
			continue;
		*nic = config->interface[i];
		config->monitor |= config->interface[i].monitor;
		return 0;
	}
	return sw_fail(error, -EINVAL,
		       "%s: names no interface \"%s\" (expected one of its "
		       "`interfaces`, or --role access or --role upstream)",
		       config->path, options->interface);
}

static int replay_file(const struct sw_options *options, bool *is_partial, struct sw_error *error)
{
	struct sw_capture *capture = NULL;
	struct sw_replay *replay = NULL;
	/* Feeds are taken as they are: whoever replays wants to see what they would do. */
	const struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = options->instance.state_dir,
		.ungated = true,
	};
	struct sw_interface_config nic = { 0 };
	struct sw_plan plan;
	int err;

	err = sw_route_plan_make(&options->instance, &reading, &plan, error);
	if (!err)
		err = find_nic(options, plan.config, &nic, error);
	if (!err)
		err = sw_capture_open(options->argument[0], &capture, error);
	if (!err)
		err = sw_replay_open(&plan, &nic, &replay, error);
	if (!err)
		err = judge(options, capture, replay, is_partial, error);
	sw_replay_close(replay);
	sw_capture_close(capture);
	sw_plan_free(&plan);
	return err;
}

static bool is_role(const char *text)
{
	enum sw_role role;

	for (role = 0; role < SW_ROLES; role++) {
		if (!strcmp(text, sw_role_name(role)))
			return true;
	}
	return false;
}

static bool is_usage(const struct sw_options *options)
{
	if (!options->role && !options->interface)
		sw_note("`replay` needs `--role ROLE` or `--interface NAME`; see `spamweir --help replay`");
	else if (options->role && options->interface)
		sw_note("`replay` takes `--role` or `--interface`, not both");
	else if (options->role && !is_role(options->role))
		sw_note("`--role %s`: expected access or upstream", options->role);
	else if (options->direction && strcmp(options->direction, "in") &&
		 strcmp(options->direction, "all"))
		sw_note("`--direction %s`: expected in or all", options->direction);
	else
		return true;
	return false;
}

int cmd_replay(const struct sw_options *options)
{
	struct sw_error error = {};
	bool is_partial = false;
	int err;

	if (!is_usage(options))
		return SW_EXIT_USAGE;
	err = replay_file(options, &is_partial, &error);
	if (err)
		return sw_print_error(&error, err);
	return is_partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
