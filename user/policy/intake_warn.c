// SPDX-License-Identifier: GPL-2.0
#include "policy/intake_warn.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/mapped.h"

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

static void warn_of_unnamed(const struct sw_intake *intake)
{
	__u16 unnamed = intake->state->report.unnamed;
	struct sw_span name;
	char quoted[80];
	const char *key;

	while (intake->feed->fields &&
	       sw_mapped_unnamed(intake->feed->fields, &unnamed, &name, &key))
		sw_warn("%s: no object has \"%s\", which `%s` names, so that %s (expected a name as "
			"the list has it)",
			sw_feed_source(intake->feed),
			sw_quote(quoted, sizeof(quoted), name.at, name.size), key,
			!strcmp(key, "until")	? "no entry ends"
			: !strcmp(key, "where") ? "it counts as empty"
						: "nothing is listed by it");
}

void sw_intake_warn(const struct sw_intake *intake)
{
	const struct sw_feed_state *state = intake->state;
	const struct sw_feed_report *report = &state->report;
	char text[SW_PREFIX_TEXT], when[32];

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
	warn_of_unnamed(intake);
	if (report->begins_s)
		sw_warn("%s: what is not valid yet is left out; the first of it is from %s on",
			sw_feed_source(intake->feed),
			sw_format_time(report->begins_s, when, sizeof(when)));
	warn_of_guarded(intake);
}
