// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/prefix.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "policy/plan.h"
#include "replay/dissect.h"
#include "replay/replay.h"

struct tally {
	__u64 packets;
	__u64 cut; /* by the capture's snap length */
	__u64 reason[SW_REASON_COUNT];
};

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
		prefix.address = (sw_u128)packet->src6.hi << 64 | packet->src6.lo;
		sw_prefix_format(&prefix, src);
		prefix.address = (sw_u128)packet->dst6.hi << 64 | packet->dst6.lo;
	}
	sw_prefix_format(&prefix, dst);
}

static void add_packet(json_t **object, const struct sw_dissection *dissection)
{
	const struct sw_packet *packet = &dissection->packet;
	char src[SW_PREFIX_TEXT], dst[SW_PREFIX_TEXT];

	if (!packet->family)
		return;
	format_addresses(packet, src, dst);
	sw_json_set(object, "family", json_integer(packet->family == SW_IPV4 ? 4 : 6));
	sw_json_set(object, "src", json_string(src));
	sw_json_set(object, "dst", json_string(dst));
	if (!dissection->has_protocol)
		return;
	sw_json_set(object, "proto", json_integer(packet->protocol));
	if (dissection->has_ports) {
		sw_json_set(object, "sport", json_integer(packet->sport));
		sw_json_set(object, "dport", json_integer(packet->dport));
	}
	sw_json_set(object, "fragment", json_string(fragment_name[packet->fragment]));
}

static json_t *packet_json(__u64 number, const void *frame, __u32 size,
			   const struct sw_outcome *outcome)
{
	struct sw_dissection dissection;
	json_t *object, *vlans;
	int i;

	sw_dissect(frame, size, &dissection);
	object = json_pack("{s:I s:s s:s}", "n", (json_int_t)number, "verdict",
			   sw_verdict_name(outcome->verdict), "reason",
			   sw_reason_name(outcome->reason));
	add_packet(&object, &dissection);
	if (dissection.packet.vlans) {
		vlans = json_array();
		for (i = 0; i < dissection.packet.vlans; i++)
			sw_json_append(&vlans, json_integer(dissection.packet.vlan[i]));
		sw_json_set(&object, "vlan", vlans);
	}
	if (outcome->feed)
		sw_json_set(&object, "feed", json_string(outcome->feed));
	return object;
}

static json_t *summary_json(const struct tally *tally)
{
	json_t *reasons = json_object();
	int i;

	for (i = 0; i < SW_REASON_COUNT; i++) {
		if (tally->reason[i])
			sw_json_set(&reasons, sw_reason_name(i), json_integer(tally->reason[i]));
	}
	return json_pack("{s:{s:I s:o}}", "summary", "packets", (json_int_t)tally->packets,
			 "reasons", reasons);
}

static void print_summary(const struct tally *tally)
{
	int i;

	printf("%llu packets\n", tally->packets);
	for (i = 0; i < SW_REASON_COUNT; i++) {
		if (tally->reason[i])
			printf("  %-5s %-17s %12llu\n", sw_verdict_name(sw_reason_verdict(i)),
			       sw_reason_name(i), tally->reason[i]);
	}
}

static int judge_capture(pcap_t *capture, const char *path, struct sw_replay *replay, bool json,
			 struct sw_error *error)
{
	struct tally tally = {};
	struct pcap_pkthdr *header;
	struct sw_outcome outcome;
	const u_char *frame;
	int got, err;
	__u64 time_ns;

	while ((got = pcap_next_ex(capture, &header, &frame)) == 1) {
		/* tv_usec holds nanoseconds: asked for when opening. */
		time_ns = header->ts.tv_sec * 1000000000ULL + header->ts.tv_usec;
		err = sw_replay_frame(replay, frame, header->caplen, time_ns, &outcome, error);
		if (err)
			return err;
		tally.packets++;
		tally.cut += header->caplen < header->len;
		tally.reason[outcome.reason]++;
		if (json)
			err = sw_print_json(
				packet_json(tally.packets, frame, header->caplen, &outcome));
		if (err)
			return sw_fail(error, err, "cannot write: %s", strerror(-err));
	}
	if (got == PCAP_ERROR)
		return sw_fail(error, -EINVAL, "%s: after packet %llu: %s", path, tally.packets,
			       pcap_geterr(capture));
	if (tally.cut)
		sw_warn("%s: %llu packets were cut when captured and are judged by what is left: mostly "
			"malformed",
			path, tally.cut);
	if (json)
		return sw_print_json(summary_json(&tally));
	print_summary(&tally);
	return 0;
}

static int open_capture(const char *path, pcap_t **out, struct sw_error *error)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *capture;
	int type;

	capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!capture)
		return sw_fail(error, -EINVAL, "%s: %s", path, why);
	type = pcap_datalink(capture);
	if (type != DLT_EN10MB) {
		sw_fail(error, -EINVAL, "%s: link type %s, expected Ethernet", path,
			pcap_datalink_val_to_name(type) ?: "unknown");
		pcap_close(capture);
		return -EINVAL;
	}
	*out = capture;
	return 0;
}

static int replay_file(const struct sw_options *options, enum sw_role role, struct sw_error *error)
{
	const char *path = options->argument[0];
	struct sw_replay *replay = NULL;
	pcap_t *capture = NULL;
	struct sw_plan plan;
	int err;

	err = sw_plan_make(options->instance.config, &plan, error);
	if (!err)
		err = open_capture(path, &capture, error);
	if (!err)
		err = sw_replay_open(&plan, role, &replay, error);
	if (!err)
		err = judge_capture(capture, path, replay, options->json, error);
	sw_replay_close(replay);
	if (capture)
		pcap_close(capture);
	sw_plan_free(&plan);
	return err;
}

int cmd_replay(const struct sw_options *options)
{
	struct sw_error error = {};
	enum sw_role role;
	int err;

	for (role = 0; role < SW_ROLES; role++) {
		if (!strcmp(options->role, sw_role_name(role)))
			break;
	}
	if (role == SW_ROLES) {
		sw_note("`--role %s`: expected access or upstream", options->role);
		return SW_EXIT_USAGE;
	}
	err = replay_file(options, role, &error);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
