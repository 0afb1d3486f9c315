// SPDX-License-Identifier: GPL-2.0
#include "doctor/findings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

const char *sw_found_severity_name(enum sw_found_severity severity)
{
	static const char *const names[] = {
		[SW_FOUND_OK] = "ok",
		[SW_FOUND_NOTE] = "note",
		[SW_FOUND_WARNING] = "warning",
		[SW_FOUND_FAILURE] = "failure",
	};

	return names[severity];
}

static struct sw_finding *add(struct sw_findings *findings, enum sw_found_severity severity)
{
	struct sw_finding *finding;

	if (findings->count == findings->room &&
	    sw_grow((void **)&findings->finding, &findings->room, sizeof(*finding), 32)) {
		findings->err = -ENOMEM;
		return NULL;
	}
	finding = &findings->finding[findings->count++];
	*finding = (struct sw_finding){ .severity = severity, .check = findings->check };
	if (findings->interface)
		snprintf(finding->interface, sizeof(finding->interface), "%s", findings->interface);
	return finding;
}

void sw_find(struct sw_findings *findings, enum sw_found_severity severity, const char *mend,
	     const char *format, ...)
{
	struct sw_finding *finding = add(findings, severity);
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	snprintf(finding->mend, sizeof(finding->mend), "%s", mend ? mend : "");
}

/* Takes "this" out of "a: do `this`". */
static void take_command(const char *text, char *out, size_t size)
{
	const char *end = strrchr(text, '`');
	const char *begin = end && end > text ? memrchr(text, '`', end - text) : NULL;

	if (begin)
		snprintf(out, size, "%.*s", (int)(end - begin - 1), begin + 1);
}

void sw_find_error(struct sw_findings *findings, enum sw_found_severity severity, const char *mend,
		   const struct sw_error *error)
{
	struct sw_finding *finding = add(findings, severity);

	if (!finding)
		return;
	snprintf(finding->text, sizeof(finding->text), "%s", error->text);
	snprintf(finding->mend, sizeof(finding->mend), "%s", mend ? mend : "");
	take_command(error->text, finding->mend, sizeof(finding->mend));
}

enum sw_found_severity sw_findings_worst(const struct sw_findings *findings)
{
	enum sw_found_severity worst = SW_FOUND_OK;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		if (findings->finding[i].severity > worst)
			worst = findings->finding[i].severity;
	}
	return worst;
}

/* There are a few dozen, and qsort(3) is not stable. */
void sw_findings_sort(struct sw_findings *findings)
{
	struct sw_finding moved;
	size_t i, to;

	for (i = 1; i < findings->count; i++) {
		moved = findings->finding[i];
		for (to = i; to && findings->finding[to - 1].severity < moved.severity; to--)
			findings->finding[to] = findings->finding[to - 1];
		findings->finding[to] = moved;
	}
}

void sw_findings_free(struct sw_findings *findings)
{
	free(findings->finding);
	*findings = (struct sw_findings){};
}
