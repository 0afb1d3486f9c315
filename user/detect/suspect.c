// SPDX-License-Identifier: GPL-2.0
#include "detect/suspect.h"

#include <stdio.h>

#include "base/text.h"

#define BIT(rule) (1U << (rule))

/* A host that does not answer on an SMTP port is a mail server after so many attempts. */
#define SERVER_ATTEMPTS 20

bool sw_suspect_serves(const struct sw_suspect_counts *seen)
{
	return seen->listens || (seen->attempts >= SERVER_ATTEMPTS && sw_suspect_is_answered(seen));
}

static enum sw_suspect_rule gravest(__u32 rules)
{
	static const enum sw_suspect_rule order[] = { SW_RULE_CONTACT, SW_RULE_SERVERS,
						      SW_RULE_FAILURES };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (rules & BIT(order[i]))
			return order[i];
	}
	return SW_RULE_SILENT;
}

static enum sw_severity severity_of(const struct sw_suspect *suspect,
				    const struct sw_suspect_limits *limits)
{
	const __u32 both = BIT(SW_RULE_SERVERS) | BIT(SW_RULE_FAILURES);

	if (suspect->rules & BIT(SW_RULE_CONTACT) || (suspect->rules & both) == both)
		return SW_SEVERITY_HIGH;
	if (suspect->rules & BIT(SW_RULE_SERVERS) && suspect->seen.servers / 4 >= limits->servers)
		return SW_SEVERITY_HIGH;
	return suspect->rules & both ? SW_SEVERITY_MEDIUM : SW_SEVERITY_LOW;
}

void sw_suspect_rate(struct sw_suspect *suspect, const struct sw_suspect_limits *limits)
{
	suspect->rules = sw_suspect_judge(limits, &suspect->seen);
	if (suspect->contacts)
		suspect->rules |= BIT(SW_RULE_CONTACT);
	suspect->rule = gravest(suspect->rules);
	suspect->severity = severity_of(suspect, limits);
}

/* As one says it. */
static char *span_text(__u64 seconds, char out[32])
{
	if (seconds < 2)
		snprintf(out, 32, "a second");
	else if (seconds < 120)
		snprintf(out, 32, "%llu seconds", seconds);
	else
		snprintf(out, 32, "%llu minutes", seconds / 60);
	return out;
}

static char *servers_text(const struct sw_suspect_counts *seen, char out[48])
{
	if (seen->servers == 1)
		snprintf(out, 48, "1 mail server");
	else
		snprintf(out, 48, "%s%u mail servers", seen->servers > 8 ? "at least " : "",
			 seen->servers);
	return out;
}

static char *failed_text(const struct sw_suspect_counts *seen, char out[64])
{
	__u32 unanswered = sw_suspect_unanswered(seen);

	if (unanswered && seen->refused)
		snprintf(out, 64, "%u of them never answered, %u refused", unanswered,
			 seen->refused);
	else if (unanswered)
		snprintf(out, 64, "%u of them never answered", unanswered);
	else
		snprintf(out, 64, "%u of them refused", seen->refused);
	return out;
}

static void say_servers(const struct sw_suspect *suspect, const char *who, char *out)
{
	char span[32], servers[48], failed[64];
	bool any = sw_suspect_failed(&suspect->seen);

	snprintf(out, SW_SENTENCE,
		 "%s opened %u connections to %s in %s%s%s; a customer's mail program uses one "
		 "or two",
		 who, suspect->seen.attempts, servers_text(&suspect->seen, servers),
		 span_text(suspect->span_s, span), any ? ", " : "",
		 any ? failed_text(&suspect->seen, failed) : "");
}

static void say_failures(const struct sw_suspect *suspect, const char *who, char *out)
{
	char span[32], servers[48], failed[64];

	snprintf(out, SW_SENTENCE,
		 "%s opened %u connections to %s in %s, %s; those of a mail program or a mail "
		 "server are answered nearly always",
		 who, suspect->seen.attempts, servers_text(&suspect->seen, servers),
		 span_text(suspect->span_s, span), failed_text(&suspect->seen, failed));
}

static void say_silent(const struct sw_suspect *suspect, const char *who, char *out)
{
	char span[32], servers[48];

	snprintf(out, SW_SENTENCE,
		 "%s opened %u connections to %s in %s, as a mail server does, and is none: it "
		 "takes no mail itself",
		 who, suspect->seen.attempts, servers_text(&suspect->seen, servers),
		 span_text(suspect->span_s, span));
}

static void say_contact(const struct sw_suspect *suspect, const char *who, char *out)
{
	char peer[SW_PREFIX_TEXT] = "", last[32];

	if (suspect->peer.family)
		sw_prefix_format(&suspect->peer, peer);
	snprintf(out, SW_SENTENCE,
		 "%s sent %llu packet%s to command servers of botnets%s%s, the last at %s; only "
		 "infected machines talk to these",
		 who, suspect->contacts, suspect->contacts == 1 ? "" : "s",
		 *peer ? ", such as " : "", peer,
		 sw_format_time(suspect->last_s, last, sizeof(last)));
}

static void say_mail_server(const struct sw_suspect *suspect, const char *who, char *out)
{
	char span[32], servers[48];

	snprintf(out, SW_SENTENCE, "%s opened %u connections to %s in %s, %u answered%s", who,
		 suspect->seen.attempts, servers_text(&suspect->seen, servers),
		 span_text(suspect->span_s, span), suspect->seen.answered,
		 suspect->seen.listens ? ", and answers on a mail port itself" : "");
}

char *sw_suspect_sentence(const struct sw_suspect *suspect, char *out)
{
	char who[SW_PREFIX_TEXT];

	sw_prefix_format(&suspect->subject, who);
	if (!suspect->rules) {
		say_mail_server(suspect, who, out);
		return out;
	}
	switch (suspect->rule) {
	case SW_RULE_CONTACT:
		say_contact(suspect, who, out);
		break;
	case SW_RULE_SERVERS:
		say_servers(suspect, who, out);
		break;
	case SW_RULE_FAILURES:
		say_failures(suspect, who, out);
		break;
	case SW_RULE_SILENT:
	case SW_SUSPECT_RULES:
		say_silent(suspect, who, out);
		break;
	}
	return out;
}
