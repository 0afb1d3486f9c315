// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* An address that so many subscribers call is more often a slip of a list than C&C. */
#define MANY_CALLERS 50

static __u64 servers(const struct sw_monitor_report *report)
{
	return report->sum[SW_SIDE_SUBSCRIBER].serving + report->sum[SW_SIDE_REMOTE].serving;
}

static const char *start(enum sw_safety safety)
{
	switch (safety) {
	case SW_SAFE:
		return "yes";
	case SW_UNSAFE:
		return "no";
	case SW_TOO_EARLY:
		return "not yet";
	case SW_ENFORCED:
		break;
	}
	return "it is enforced already: nothing is in monitor mode";
}

char *sw_monitor_answer(const struct sw_monitor_report *report, char *out)
{
	const struct sw_monitor_sum *near = &report->sum[SW_SIDE_SUBSCRIBER];
	const struct sw_monitor_sum *far = &report->sum[SW_SIDE_REMOTE];
	char watched[32];
	int at;

	if (report->safety == SW_ENFORCED) {
		snprintf(out, SW_MONITOR_TEXT, "%s", start(report->safety));
		return out;
	}
	at = snprintf(out, SW_MONITOR_TEXT, "%s: ", start(report->safety));
	if (report->safety == SW_TOO_EARLY)
		at += snprintf(out + at, SW_MONITOR_TEXT - at,
			       "what is known is less than a day old; ");
	snprintf(out + at, SW_MONITOR_TEXT - at,
		 "%llu probable mail server%s would be hit; in %s, %llu subscriber%s would have "
		 "been blocked and %llu slowed (%llu packets), %llu of the slowed neither mail "
		 "servers nor suspects; of others, %llu blocked and %llu slowed (%llu packets)",
		 servers(report), servers(report) == 1 ? "" : "s",
		 sw_format_age(report->watched_s, watched, sizeof(watched)), near->blocked,
		 near->blocked == 1 ? "" : "s", near->slowed, near->packets, near->unclear,
		 far->blocked, far->slowed, far->packets);
	return out;
}

char *sw_monitor_allow_line(const struct sw_monitor_hit *hit, char *out)
{
	char sentence[SW_SENTENCE], text[SW_PREFIX_TEXT];

	snprintf(out, SW_MONITOR_TEXT, "%s # %s; would have been %s %llu times",
		 sw_prefix_format(&hit->subject, text),
		 hit->before ? hit->before->sentence : sw_suspect_sentence(hit->about, sentence),
		 hit->slowed ? "slowed" : "blocked", hit->slowed ?: hit->blocked);
	return out;
}

static void step(struct sw_monitor_steps *steps, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void step(struct sw_monitor_steps *steps, const char *format, ...)
{
	va_list arguments;

	if (steps->count == SW_MONITOR_STEPS)
		return;
	va_start(arguments, format);
	vsnprintf(steps->text[steps->count++], SW_MONITOR_TEXT, format, arguments);
	va_end(arguments);
}

static void look_at_peers(const struct sw_monitor_report *report, struct sw_monitor_steps *out)
{
	char text[SW_PREFIX_TEXT];
	size_t i;

	for (i = 0; i < report->peers && report->peer[i].subscribers >= MANY_CALLERS; i++)
		step(out,
		     "%llu subscribers deal with %s, which feed %s lists: make sure that it is C&C "
		     "(`spamweir lookup %s`)",
		     report->peer[i].subscribers, sw_prefix_format(&report->peer[i].peer, text),
		     report->snapshot->registry.feed[report->peer[i].feed].name, text);
}

void sw_monitor_steps(const struct sw_monitor_report *report, struct sw_monitor_steps *out)
{
	const struct sw_monitor_sum *near = &report->sum[SW_SIDE_SUBSCRIBER];
	const struct sw_settings *settings = &report->snapshot->generation.policy->settings;

	out->count = 0;
	if (report->safety == SW_ENFORCED)
		return;
	if (servers(report))
		step(out, "put the mail servers' lines into the file of an allow feed, or type "
			  "`spamweir allow add ADDRESS` for each, then `spamweir reload`");
	if (report->safety == SW_TOO_EARLY)
		step(out, "go on in monitor mode until a business day is seen");
	if (near->unclear)
		step(out,
		     "look at those that would be slowed and are neither mail servers nor suspects "
		     "(%llu): `spamweir lookup ADDRESS`; their mail would be late, not lost",
		     near->unclear);
	look_at_peers(report, out);
	if (!report->sum[SW_SIDE_SUBSCRIBER].senders && !report->sum[SW_SIDE_REMOTE].senders)
		step(out, "no SMTP connection was seen lately: make sure that the NICs and their "
			  "roles are right (`spamweir status`)");
	step(out, settings->monitor ? "say `mode: enforce` in the configuration, then `spamweir "
				      "reload --confirm 10m`, look, and `spamweir confirm`"
				    : "take `mode: monitor` from the interfaces and feeds that "
				      "have it, then `spamweir reload --confirm 10m`, look, and "
				      "`spamweir confirm`");
}
