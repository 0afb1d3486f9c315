// SPDX-License-Identifier: GPL-2.0
#include "policy/intake_warn.h"

#include "base/error.h"
#include "feed/remarks.h"

static void warn_of_guarded(const struct sw_intake *intake)
{
	const struct sw_feed_state *state = intake->state;
	const struct sw_example *special = &intake->first_special, *host = &intake->first_host;
	char text[SW_PREFIX_TEXT];

	if (state->special)
		sw_warn("feed %s: special-purpose space is left out, of %u entries, such as %s:%u: "
			"%s (%s); may_list_special: true takes it",
			intake->feed->name, state->special, special->source, special->line,
			sw_prefix_format(&special->prefix, text), special->what);
	if (state->hosts)
		sw_warn("feed %s: what this router needs is left out, of %u entries, such as %s:%u: "
			"%s (%s)",
			intake->feed->name, state->hosts, host->source, host->line,
			sw_prefix_format(&host->prefix, text), host->what);
}

void sw_intake_warn(const struct sw_intake *intake)
{
	const struct sw_feed_state *state = intake->state;
	const struct sw_feed_report *report = &state->report;
	char text[SW_PREFIX_TEXT];

	if (state->own)
		sw_warn("%s:%u: %s is left out: it lies in own space (may_list_own: true takes it)",
			intake->first_own.source, intake->first_own.line,
			sw_prefix_format(&intake->first_own.prefix, text));
	if (report->bad || report->wide || state->own)
		sw_warn("feed %s: left out in all: %u bad lines, %u too wide, %u in own space",
			intake->feed->name, report->bad, report->wide, state->own);
	if (report->host_bits)
		sw_warn("feed %s: host bits cleared in %u entries", intake->feed->name,
			report->host_bits);
	sw_feed_remark(intake->feed, report);
	warn_of_guarded(intake);
}
