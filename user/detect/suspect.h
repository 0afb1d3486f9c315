/* SPDX-License-Identifier: GPL-2.0 */
/* A subscriber that behaves like a zombie, or like a mail server nobody has allowed. */
#ifndef SPAMWEIR_DETECT_SUSPECT_H
#define SPAMWEIR_DETECT_SUSPECT_H

#include "base/prefix.h"
#include "base/severity.h"
#include "suspicion.h"

struct sw_suspect {
	struct sw_prefix subject;  /* IPv6: a prefix */
	__u32 rules;		   /* bit per enum sw_suspect_rule; 0: it is no suspect */
	enum sw_suspect_rule rule; /* the gravest of them */
	enum sw_severity severity;
	struct sw_suspect_counts seen; /* SMTP connections, in two windows */
	__u64 span_s;		       /* how long these are; 0: none was seen */
	__u64 contacts;		       /* packets to C&C addresses */
	struct sw_prefix peer;	       /* one of these; of family 0: not known */
	__u8 feed;		       /* the slot of the one that lists it; 0: not known */
	bool listed;		       /* as a zombie already, by a feed or live */
	bool slowed;		       /* its connections take from the class of suspects */
	__s64 first_s; /* Unix time: since when at least what is counted here goes on, */
	__s64 last_s;  /* and the last SYN or drop */
};

/* One sentence that a help desk can read out: of a suspect, or a mail server. Returns
 * `out`, which has SW_SENTENCE bytes. */
#define SW_SENTENCE 384
char *sw_suspect_sentence(const struct sw_suspect *suspect, char *out);

/* Whether these are what a mail server is known by: it answers on an SMTP port itself, or
 * opens many connections that are answered nearly always. */
bool sw_suspect_serves(const struct sw_suspect_counts *seen);

/* The rules and the severity of what is counted: as sw_suspects_each has them. */
void sw_suspect_rate(struct sw_suspect *suspect, const struct sw_suspect_limits *limits);

#endif
