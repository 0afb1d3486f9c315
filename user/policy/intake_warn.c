// SPDX-License-Identifier: GPL-2.0
#include "policy/intake_warn.h"

#include <limits.h>
#include <stdio.h>

#include "base/error.h"
#include "feed/remarks.h"

/* "bad.txt:7: 192.0.2.0/24"; of the operator's own lists, which are in no file, the prefix
 * alone. */
static const char *place(const struct sw_example *example, char *out, size_t room)
{
	char text[SW_PREFIX_TEXT];

	sw_prefix_format(&example->prefix, text);
	if (example->line)
		snprintf(out, room, "%s:%u: %s", example->source, example->line, text);
	else
		snprintf(out, room, "%s", text);
	return out;
}

static void warn_of_guarded(const struct sw_intake *intake)
{
	const struct sw_feed_state *state = intake->state;
	const struct sw_example *special = &intake->first_special, *host = &intake->first_host;
	char text[PATH_MAX + SW_PREFIX_TEXT];

	if (state->special)
		sw_warn("feed %s: special-purpose space is left out, of %u entries, such as %s "
			"(%s); may_list_special: true takes it",
			intake->feed->name, state->special, place(special, text, sizeof(text)),
			special->what);
	if (state->hosts)
		sw_warn("feed %s: what this router needs is left out, of %u entries, such as %s "
			"(%s)",
			intake->feed->name, state->hosts, place(host, text, sizeof(text)),
			host->what);
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
