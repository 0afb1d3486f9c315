/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bots whose command servers were cut off: who called what a feed lists, or a prefix, and
 * what he did since. A server that no feed lists is not seen: whoever found such a one
 * looks silent, unless he sends mail.
 */
#ifndef SPAMWEIR_CLI_STRANDED_H
#define SPAMWEIR_CLI_STRANDED_H

#include "cli/options.h"
#include "store/case.h"
#include "store/met.h"

/* What a caller does since; the first that is true. */
enum sw_stranded_state {
	SW_STRANDED_CALLS, /* the same servers, still */
	SW_STRANDED_TURNS, /* to others that a feed lists */
	SW_STRANDED_SENDS, /* SMTP connections */
	SW_STRANDED_SILENT,
	SW_STRANDED_STATES,
};

const char *sw_stranded_name(enum sw_stranded_state state); /* "calls", "turns", ... */

struct sw_stranded_caller {
	struct sw_prefix subject;
	enum sw_stranded_state state;
	__u64 calls;		      /* packets to what was cut off */
	__s64 first_ms, last_ms;      /* of these: Unix milliseconds */
	__s64 active_ms;	      /* the last that is known of him */
	__u64 turned;		      /* packets to other listed servers, since */
	size_t others;		      /* so many of them, */
	size_t shared;		      /* and so many that others of the group try too */
	struct sw_prefix other;	      /* the one that most of the group try; of family 0: none */
	__u32 connections;	      /* SMTP, in the last two windows */
	char account[SW_ACCOUNT_MAX]; /* who had the address at his last call; "": not known */
	__s64 case_id;		      /* 0: none */
};

/* A server to which callers turned. */
struct sw_stranded_server {
	struct sw_prefix address;
	char feed[SW_NAME_LEN];
	__u64 callers;
	__s64 first_ms; /* the first of them did */
};

struct sw_stranded {
	char what[SW_PREFIX_TEXT];	   /* the feed or prefix */
	struct sw_stranded_caller *caller; /* those that will come back first */
	size_t callers;
	struct sw_stranded_server *server; /* those with the most callers first */
	size_t servers;
	size_t by_state[SW_STRANDED_STATES];
	size_t together;  /* of those that turn, to a server that others turn to */
	__s64 cut_ms;	  /* the first call that is known to be of something listed */
	__s64 dropped_ms; /* the last that was dropped; 0: monitor mode let all pass */
};

/* `since_ms`: callers before are not asked for. *out is released by sw_stranded_free, also
 * after an error. -ENOENT: there is no such feed. -errno. */
int sw_stranded_find(const struct sw_options *options, const char *what, __s64 since_ms,
		     struct sw_stranded *out, struct sw_error *error);
void sw_stranded_free(struct sw_stranded *stranded);

#endif
