/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who behaves like a zombie: rules over what is counted of a source's connections to
 * SMTP ports, in two windows of the conduct table taken together.
 *
 * `failures` is the sequential hypothesis test TRW of Jung, Paxson, Berger and
 * Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis Testing", 2004,
 * over first contacts: each that fails makes it likelier that the source is a zombie,
 * by (1 - theta1) / (1 - theta0), each that is answered less likely, by theta1 / theta0,
 * and it is taken for one when the product reaches (1 - beta) / alpha. What is known here
 * is not the order of the contacts but how many there were of each outcome, so it is the
 * product over all of them that is looked at, and nobody is acquitted for good. Nor is
 * it known which contact was the first to its server: connections are taken to be first
 * contacts as often as servers are counted, in equal shares of both outcomes. A mail
 * server that tries one dead host a hundred times has failed once.
 */
#ifndef SPAMWEIR_SUSPICION_H
#define SPAMWEIR_SUSPICION_H

#include "words.h"

enum sw_suspect_rule {
	SW_RULE_SERVERS,  /* it tried many servers */
	SW_RULE_FAILURES, /* few of them answered */
	SW_RULE_SILENT,	  /* it sends, and answers on no SMTP port */
	SW_RULE_CONTACT,  /* it dealt with a C&C address */
	SW_SUSPECT_RULES,
};

/* A nat has so many parts in the weights below. */
#define SW_SUSPECT_NAT 1024

/* A rule is broken from these numbers on; 0: it is not judged by. */
struct sw_suspect_limits {
	__u32 servers;
	__u32 servers_answered; /* of one that is answered nearly always */
	__u32 silent;		/* connections */
	/* Rule `failures`: natural logarithms of the factors, and of what the product must
	 * reach. */
	__u32 failed;
	__u32 answered;
	__u32 enough;
	__u32 servers_too; /* who answers on an SMTP port is not spared */
};

/* What is counted of a source. */
struct sw_suspect_counts {
	__u32 attempts; /* connections: a SYN that is sent again is none */
	__u32 servers;	/* of those tried, the bits that are set */
	__u32 answered; /* SYN-ACKs, those that were sent again too */
	__u32 refused;
	__u32 open;    /* attempts at most that are not to be blamed for having no answer */
	__u32 listens; /* it answers on an SMTP port itself */
};

static inline __u32 sw_suspect_unanswered(const struct sw_suspect_counts *seen)
{
	__u64 back = (__u64)seen->answered + seen->refused + seen->open;

	return seen->attempts > back ? seen->attempts - back : 0;
}

static inline __u32 sw_suspect_failed(const struct sw_suspect_counts *seen)
{
	return sw_suspect_unanswered(seen) + seen->refused;
}

/* Connections of which it is known how they ended. */
static inline __u32 sw_suspect_settled(const struct sw_suspect_counts *seen)
{
	return sw_suspect_failed(seen) + seen->answered;
}

/* First contacts that failed, of so many: in the share of all connections. */
static inline __u64 sw_suspect_failed_contacts(const struct sw_suspect_counts *seen, __u64 settled,
					       __u64 contacts)
{
	return settled ? contacts * sw_suspect_failed(seen) / settled : 0;
}

/* All but two, of twelve contacts all but three, and of each ten more all but one more, as mail
 * servers are, and lists of members of whom some have gone: one who fails three times in a
 * hundred does so three times in eleven once in 270, and a zombie that is answered half the
 * time 31 times in 32. What is tried again and again at a dead host is one contact. */
static inline int sw_suspect_is_answered(const struct sw_suspect_counts *seen)
{
	__u64 settled = sw_suspect_settled(seen);
	__u64 contacts = seen->servers < settled ? seen->servers : settled;

	return seen->answered > sw_suspect_failed(seen) &&
	       sw_suspect_failed_contacts(seen, settled, contacts) * 10 <= contacts + 18;
}

static inline int sw_suspect_fails(const struct sw_suspect_limits *limits,
				   const struct sw_suspect_counts *seen)
{
	__u64 settled = sw_suspect_settled(seen), contacts, failed;

	if (!limits->enough || !settled)
		return 0;
	contacts = seen->servers < settled ? seen->servers : settled;
	failed = sw_suspect_failed_contacts(seen, settled, contacts);
	return failed * limits->failed >= limits->enough + (contacts - failed) * limits->answered;
}

/* The rules that are broken, a bit each. SW_RULE_CONTACT is not seen in these counts. */
static inline __u32 sw_suspect_judge(const struct sw_suspect_limits *limits,
				     const struct sw_suspect_counts *seen)
{
	__u32 servers = sw_suspect_is_answered(seen) ? limits->servers_answered : limits->servers;
	__u32 rules = 0;

	if (seen->listens && !limits->servers_too)
		return 0;
	if (limits->servers && seen->servers >= servers)
		rules |= 1U << SW_RULE_SERVERS;
	if (sw_suspect_fails(limits, seen))
		rules |= 1U << SW_RULE_FAILURES;
	if (limits->silent && !seen->listens && seen->attempts >= limits->silent)
		rules |= 1U << SW_RULE_SILENT;
	return rules;
}

#endif
