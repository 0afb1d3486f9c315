/* SPDX-License-Identifier: GPL-2.0 */
/* What a configuration says. */
#ifndef SPAMWEIR_CONFIG_SCHEMA_H
#define SPAMWEIR_CONFIG_SCHEMA_H

#include <stdbool.h>

#include "base/error.h"
#include "base/prefix.h"
#include "base/severity.h"
#include "config/words.h"
#include "contract.h"
#include "suspicion.h"
#include "vlan_roles.h"

struct sw_interface_config {
	char *name;
	enum sw_role role;
	enum sw_xdp_mode xdp;
	bool monitor;
	bool vlans;		  /* some have a role of their own: */
	__u8 vlan[SW_VLAN_BYTES]; /* see vlan_roles.h */
	bool shared;		  /* with other XDP programs, through libxdp's dispatcher */
	int line;		  /* in the config file, as all others of this name */
};

struct sw_entry_config {
	struct sw_prefix *prefix; /* of the text; a range makes several */
	size_t prefixes;
	char *text;
	int line;
};

/* DROP's widest prefixes are /12 and /29; a wider one than these is a slip, or an
 * attack, far more often than a network. */
#define SW_MAX_WIDTH_IPV4 10
#define SW_MAX_WIDTH_IPV6 24
#define SW_OWN_WIDTH_IPV4 8 /* as wide as registries have ever given space to anybody */
#define SW_OWN_WIDTH_IPV6 16

/* As many as there are IPv4 /24s, more of which the tables cannot tell apart; and
 * some ten times as many as any public IPv6 list has, because a range is easily a
 * hundred prefixes. */
#define SW_MAX_ENTRIES_IPV4 (1U << 24)
#define SW_MAX_ENTRIES_IPV6 (1U << 20)

/* RFC 7999, 3.3, is of hosts; what is wider than these is no blackhole but a network. */
#define SW_ROUTES_WIDTH_IPV4 24
#define SW_ROUTES_WIDTH_IPV6 48

#define SW_MAX_CHANGE 4
#define SW_ANY_CHANGE (~0U) /* `max_change: off`: no list is too large either */

#define SW_FETCH_EVERY_S 3600
#define SW_FETCH_TIMEOUT_S 300
#define SW_FETCH_MAX_SIZE (128ULL << 20)

/* How a feed that has a `url` is fetched. */
struct sw_fetch_config {
	__u64 every_s;
	__u64 timeout_s;
	__u64 max_size;		      /* bytes, once decompressed */
	char *proxy;		      /* NULL: none */
	char *proxy_credentials_file; /* "user:password"; NULL: none */
	char *ca_file;		      /* PEM; NULL: the system's */
	char *headers_file;	      /* "Name: value", one a line; NULL: none */
	char *credentials_file;	      /* "user:password"; NULL: none */
};

#define SW_ROUTES_HOLD_S 300 /* longer than a BGP session takes to come back */

/* A feed that is a table of the kernel's routes. */
struct sw_routes_config {
	__u32 table;	/* 0: it is none */
	__u8 protocol;	/* RTPROT_, <linux/rtnetlink.h>; RTPROT_UNSPEC: any */
	__u64 hold_s;	/* so long its last list stays when the table is empty */
	char *stale;	/* why its list is not what the table has now; NULL: it is */
	__u64 again_ms; /* after which that is worth another look */
};

#define SW_FIELD_NAME_MAX 255
#define SW_FIELD_WHERES 7
#define SW_FIELD_TAGS 7
#define SW_WHERE_VALUES 16

struct sw_where_config {
	char *name;
	char *value[SW_WHERE_VALUES]; /* any of them; see feed/where.h */
	size_t values;
};

/* Where the entries of a list of any make are: columns of CSV, members of JSON. */
struct sw_fields_config {
	enum sw_format format; /* csv or json */
	char *each;    /* of JSON: leads to the entries, as sw_walk has it; NULL: the whole */
	char *address; /* a name; of CSV also a number from 1 on, as all others */
	char *until;   /* NULL: entries have no end of their own */
	char *tag[SW_FIELD_TAGS];
	size_t tags;
	struct sw_where_config where[SW_FIELD_WHERES]; /* all of them */
	size_t wheres;
	char delimiter; /* of CSV */
};

struct sw_limit_config {
	__u64 interval_ns; /* between two tokens; 0: off */
	__u32 burst;
	bool closed; /* no connection at all */
};

struct sw_feed_config {
	char *name;
	enum sw_kind kind;
	enum sw_format format;
	char *path; /* absolute or relative to the working directory; NULL: it has no file */
	char *url;  /* http, https or file; NULL: it is not fetched */
	struct sw_fetch_config fetch;
	struct sw_routes_config routes;
	__u64 max_age_s; /* since its list was refreshed; 0: any */
	bool drop_old;	 /* one that is older is left out */
	char *source;	 /* where its list is from, in full; NULL: is found out when needed */
	struct sw_fields_config *fields; /* of a list of another make; NULL */
	struct sw_entry_config *entry;
	size_t entries;
	__u32 min_count; /* ipsum: take addresses on at least so many lists; default 1 */
	__u8 max_width[SW_FAMILIES];	/* shortest prefix length taken; by family */
	__u32 max_entries[SW_FAMILIES]; /* of the file; by family; 0: the default */
	__u32 max_change; /* the factor by which its file may grow or shrink; 0: the default,
			     * which for routes is any */
	bool monitor;
	enum sw_to to; /* of an allow feed: what it says of mail to its addresses */
	bool even_zombies;
	bool limited; /* it has a limit: */
	struct sw_limit_config limit;
	bool brakes; /* of a protect feed: the bounces that its addresses take are limited: */
	struct sw_limit_config bounces; /* .closed: none */
	bool by_hand;			/* what the operator said; it counts first */
	bool may_list_own;
	bool may_list_special;
	bool may_be_empty; /* of the file */
	int line;
};

/* Whether it has a list beside what stands in the config. */
static inline bool sw_feed_has_list(const struct sw_feed_config *feed)
{
	return feed->path || feed->url || feed->routes.table;
}

#define SW_MILLIONTHS 1000000U

/* By which rules somebody is a suspect: see suspicion.h, which knows what theta0 and the
 * like are; shares are in millionths. */
struct sw_suspects_config {
	enum sw_suspect_action action[SW_SUSPECT_RULES];
	__u32 servers;
	__u32 servers_answered;
	__u32 silent; /* connections */
	__u32 theta0;
	__u32 theta1;
	__u32 alpha;
	__u32 beta;
	__u64 contact_within_s;
	struct sw_limit_config limit; /* of those that are slowed; never off */
	__u64 listed_s;		      /* how long one is that is listed or slowed */
	__u32 max_listed;	      /* at once */
	bool servers_too;
};

/* Whether anything is done to those who break a rule: `action`, or more. */
static inline bool sw_suspects_any(const struct sw_suspects_config *suspects,
				   enum sw_suspect_action action)
{
	int rule;

	for (rule = 0; rule < SW_SUSPECT_RULES; rule++) {
		if (suspects->action[rule] >= action)
			return true;
	}
	return false;
}

/* Whether those who break some rule are slowed. */
static inline bool sw_suspects_slow(const struct sw_suspects_config *suspects)
{
	int rule;

	for (rule = 0; rule < SW_SUSPECT_RULES; rule++) {
		if (suspects->action[rule] == SW_ACTION_SLOW)
			return true;
	}
	return false;
}

#define SW_ROUTE_PROTOCOL 213 /* our own routes', and nobody's in iproute2's rt_protos */
#define SW_ANNOUNCE_MOST 10000

enum {
	SW_ANNOUNCE_ZOMBIES = 1,
	SW_ANNOUNCE_BLOCKED = 2,
	SW_ANNOUNCE_CASES = 4,
};

/* Routes that others are to learn. */
struct sw_announce_config {
	__u32 table;   /* 0: none */
	__u32 metric;  /* 0: the kernel's default */
	__u32 most;    /* routes */
	__u8 what;     /* SW_ANNOUNCE_ */
	__u8 severity; /* enum sw_severity: cases of at least that */
	__u8 type;     /* RTN_, <linux/rtnetlink.h> */
	__u8 protocol; /* RTPROT_; of no other's routes */
};

/* Files that tell which subscriber has which address. */
struct sw_subscribers_source {
	char *name;
	enum sw_subscribers_format format;
	char *path;    /* as glob(7) has it */
	char *account; /* the column or attribute that names the account; NULL: the usual one */
	int line;
};

#define SW_SUBSCRIBERS_SOURCES 256
#define SW_SUBSCRIBERS_KEEP_S (30ULL * 86400)
#define SW_SUBSCRIBERS_EVERY_S 10

struct sw_subscribers_config {
	struct sw_subscribers_source *source;
	size_t sources;
	__u64 keep_s;  /* how long it is known who had an address that he has no more */
	__u64 every_s; /* how often `run` looks for files that have grown */
	__u32 follow;  /* families whose listings follow their subscriber, a bit each */
};

#define SW_CASES_QUIET_S 86400ULL
#define SW_CASES_CLOSE_S (7ULL * 86400)
#define SW_CASES_KEEP_S (365ULL * 86400)

struct sw_cases_config {
	__u64 quiet_for_s;   /* without a signal */
	__u64 close_after_s; /* that a case is quiet */
	__u64 keep_s;	     /* closed ones */
};

#define SW_NOTICE_RECEIVERS 32
#define SW_NOTICE_WORDS 15 /* of a command */
#define SW_NOTICE_EVERY_S 86400ULL
#define SW_NOTICE_TIMEOUT_S 30ULL
#define SW_NOTICE_GIVE_UP_S (2ULL * 86400)

/* Whom to tell of cases and alarms, and how: by one of exec, webhook, mail. */
struct sw_notice_receiver {
	char *name;
	char *exec[SW_NOTICE_WORDS + 1]; /* the last is NULL; [0] NULL: none */
	char *webhook;			 /* http, https; NULL: none */
	char *mail;			 /* the relay, smtp or smtps; NULL: none */
	struct sw_fetch_config how;	 /* of these: proxy, files, timeout */
	char *from;
	char *to; /* NULL: the customer */
	enum sw_notice_format format;
	__u32 events;		   /* a bit each */
	enum sw_severity severity; /* at least */
	__u64 every_s;		   /* at most one about a subject in that time; 0: all */
	__u64 give_up_s;
	int line;
};

struct sw_notices_config {
	struct sw_notice_receiver *receiver;
	size_t receivers;
	bool in_monitor;			     /* they are sent there, too */
	char *organisation, *contact, *phone, *help; /* who says so; NULL: is not said */
	char *language;				     /* of who has none; NULL: en */
	char *templates;			     /* a directory; NULL */
	char *customers;			     /* a file: account,address,language; NULL */
};

struct sw_config {
	char *path; /* of the file itself */
	struct sw_interface_config *interface;
	size_t interfaces;
	bool monitor;
	struct sw_tunnels tunnels;
	__u16 port[SW_MAX_PORTS];
	size_t ports;
	__u8 ipv6_source_prefix;
	struct sw_prefix nat64[SW_MAX_NAT64]; /* of this network's translators */
	size_t nat64s;
	struct sw_limit_config limit[SW_ROLES];
	struct sw_announce_config announce;
	struct sw_feed_config *feed;
	size_t feeds;
	struct sw_suspects_config suspects;
	char *textfile; /* NULL: none */
	__u64 metrics_interval_s;
	struct sw_subscribers_config subscribers;
	struct sw_cases_config cases;
	struct sw_notices_config notices;
	__u64 reload_interval_s; /* how often `run` looks for changed feed files */
};

/* How the names of the feeds begin that the operator's own lists are compiled as. */
#define SW_OPERATOR_FEED "operator-"

#endif
