/* SPDX-License-Identifier: GPL-2.0 */
/* The words that the configuration has for its choices. */
#ifndef SPAMWEIR_CONFIG_WORDS_H
#define SPAMWEIR_CONFIG_WORDS_H

#include "suspicion.h"

enum sw_format {
	SW_FORMAT_AUTO,
	SW_FORMAT_PLAIN,   /* addresses, prefixes, ranges; FireHOL, blocklist.de */
	SW_FORMAT_DROP,	   /* Spamhaus DROP, text */
	SW_FORMAT_NDJSON,  /* Spamhaus DROP, one JSON object a line */
	SW_FORMAT_DSHIELD, /* DShield block.txt */
	SW_FORMAT_IPSUM,   /* address, TAB, count */
	SW_FORMAT_FEODO_CSV,
	SW_FORMAT_THREATFOX_CSV,
	SW_FORMAT_SSLBL,
	SW_FORMAT_FEODO_JSON,
	SW_FORMAT_THREATFOX_JSON,
	SW_FORMAT_MISP,
	SW_FORMAT_STIX,
	SW_FORMAT_CROWDSEC,
	SW_FORMAT_RBLDNSD,
	SW_FORMAT_IP4SET,
	SW_FORMAT_IP4TRIE,
	SW_FORMAT_IP6TRIE,
	SW_FORMAT_CSV,	/* of any make, as the feed's `csv` says */
	SW_FORMAT_JSON, /* the same */
	SW_FORMAT_NIXSPAM,
	SW_FORMAT_URLTABLE,
	SW_FORMATS,
};

enum sw_xdp_mode {
	SW_XDP_AUTO, /* native; generic with a loud warning where the driver cannot */
	SW_XDP_NATIVE,
	SW_XDP_GENERIC,
};

/* What follows for who breaks a rule. */
enum sw_suspect_action {
	SW_ACTION_OFF, /* the rule is not judged by */
	SW_ACTION_REPORT,
	SW_ACTION_SLOW, /* his connections take from the class of suspects, too */
	SW_ACTION_LIST, /* he becomes a live zombie, too */
	SW_SUSPECT_ACTIONS,
};

/* Lists of subscribers. */
enum sw_subscribers_format {
	SW_SUBSCRIBERS_KEA,
	SW_SUBSCRIBERS_DETAIL,	/* FreeRADIUS, rlm_detail */
	SW_SUBSCRIBERS_RADACCT, /* FreeRADIUS, the SQL table as CSV */
	SW_SUBSCRIBERS_FIXED,
	SW_SUBSCRIBERS_PORTS,
	SW_SUBSCRIBERS_FORMATS,
};

/* What notices tell of. */
enum sw_notice_event {
	SW_NOTICE_OPENED,
	SW_NOTICE_GRAVER,
	SW_NOTICE_REOPENED,
	SW_NOTICE_CLOSED,
	SW_NOTICE_MAX_LISTED,
	SW_NOTICE_FEED,
	SW_NOTICE_EVENTS,
};

enum sw_notice_format {
	SW_NOTICE_PLAIN, /* JSON to programs, text to people */
	SW_NOTICE_XARF,
	SW_NOTICE_ARF,
	SW_NOTICE_FORMATS,
};

const char *sw_format_name(enum sw_format format);
const char *sw_xdp_mode_name(enum sw_xdp_mode mode);
const char *sw_action_name(enum sw_suspect_action action);
const char *sw_rule_name(enum sw_suspect_rule rule);
const char *sw_subscribers_format_name(enum sw_subscribers_format format);
const char *sw_notice_event_name(enum sw_notice_event event);
const char *sw_notice_format_name(enum sw_notice_format format);

#endif
