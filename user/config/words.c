// SPDX-License-Identifier: GPL-2.0
#include "config/words.h"

static const char unknown[] = "unknown";

const char *sw_format_name(enum sw_format format)
{
	static const char *const name[SW_FORMATS] = {
		[SW_FORMAT_AUTO] = "auto",
		[SW_FORMAT_PLAIN] = "plain",
		[SW_FORMAT_DROP] = "drop",
		[SW_FORMAT_NDJSON] = "ndjson",
		[SW_FORMAT_DSHIELD] = "dshield",
		[SW_FORMAT_IPSUM] = "ipsum",
		[SW_FORMAT_FEODO_CSV] = "feodo-csv",
		[SW_FORMAT_THREATFOX_CSV] = "threatfox-csv",
		[SW_FORMAT_SSLBL] = "sslbl",
		[SW_FORMAT_FEODO_JSON] = "feodo-json",
		[SW_FORMAT_THREATFOX_JSON] = "threatfox-json",
		[SW_FORMAT_MISP] = "misp",
		[SW_FORMAT_STIX] = "stix",
		[SW_FORMAT_CROWDSEC] = "crowdsec",
		[SW_FORMAT_RBLDNSD] = "rbldnsd",
		[SW_FORMAT_IP4SET] = "ip4set",
		[SW_FORMAT_IP4TRIE] = "ip4trie",
		[SW_FORMAT_IP6TRIE] = "ip6trie",
		[SW_FORMAT_CSV] = "csv",
		[SW_FORMAT_JSON] = "json",
		[SW_FORMAT_NIXSPAM] = "nixspam",
		[SW_FORMAT_URLTABLE] = "urltable",
	};

	return format < SW_FORMATS ? name[format] : unknown;
}

const char *sw_xdp_mode_name(enum sw_xdp_mode mode)
{
	switch (mode) {
	case SW_XDP_AUTO:
		return "auto";
	case SW_XDP_NATIVE:
		return "native";
	case SW_XDP_GENERIC:
		return "generic";
	}
	return unknown;
}

const char *sw_action_name(enum sw_suspect_action action)
{
	switch (action) {
	case SW_ACTION_OFF:
		return "off";
	case SW_ACTION_REPORT:
		return "report";
	case SW_ACTION_SLOW:
		return "slow";
	case SW_ACTION_LIST:
		return "list";
	case SW_SUSPECT_ACTIONS:
		break;
	}
	return unknown;
}

const char *sw_rule_name(enum sw_suspect_rule rule)
{
	switch (rule) {
	case SW_RULE_SERVERS:
		return "servers";
	case SW_RULE_FAILURES:
		return "failures";
	case SW_RULE_SILENT:
		return "silent";
	case SW_RULE_CONTACT:
		return "contact";
	case SW_SUSPECT_RULES:
		break;
	}
	return unknown;
}

const char *sw_subscribers_format_name(enum sw_subscribers_format format)
{
	switch (format) {
	case SW_SUBSCRIBERS_KEA:
		return "kea";
	case SW_SUBSCRIBERS_DETAIL:
		return "detail";
	case SW_SUBSCRIBERS_RADACCT:
		return "radacct";
	case SW_SUBSCRIBERS_FIXED:
		return "fixed";
	case SW_SUBSCRIBERS_PORTS:
		return "ports";
	case SW_SUBSCRIBERS_FORMATS:
		break;
	}
	return unknown;
}

const char *sw_notice_event_name(enum sw_notice_event event)
{
	switch (event) {
	case SW_NOTICE_OPENED:
		return "opened";
	case SW_NOTICE_GRAVER:
		return "graver";
	case SW_NOTICE_REOPENED:
		return "reopened";
	case SW_NOTICE_CLOSED:
		return "closed";
	case SW_NOTICE_MAX_LISTED:
		return "max_listed";
	case SW_NOTICE_FEED:
		return "feed";
	case SW_NOTICE_EVENTS:
		break;
	}
	return unknown;
}

const char *sw_notice_format_name(enum sw_notice_format format)
{
	switch (format) {
	case SW_NOTICE_PLAIN:
		return "plain";
	case SW_NOTICE_XARF:
		return "xarf";
	case SW_NOTICE_ARF:
		return "arf";
	case SW_NOTICE_FORMATS:
		break;
	}
	return unknown;
}
