// SPDX-License-Identifier: GPL-2.0
#include "cli/doctor_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/options.h"

int sw_doctor_exit(enum sw_found_severity worst)
{
	switch (worst) {
	case SW_FOUND_FAILURE:
		return SW_EXIT_FAILED;
	case SW_FOUND_WARNING:
		return SW_EXIT_PARTIAL;
	default:
		return SW_EXIT_DONE;
	}
}

static json_t *text_or_null(const char *text)
{
	return text[0] ? sw_json_text(text) : json_null();
}

json_t *sw_doctor_json(const struct sw_findings *findings)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct sw_finding *finding = &findings->finding[i];

		sw_json_append(&list, json_pack("{s:s s:s s:o s:o s:o}", "severity",
						sw_found_severity_name(finding->severity), "check",
						finding->check, "interface",
						text_or_null(finding->interface), "text",
						sw_json_text(finding->text), "mend",
						text_or_null(finding->mend)));
	}
	return json_pack("{s:s s:o}", "severity",
			 sw_found_severity_name(sw_findings_worst(findings)), "findings", list);
}

static void print_one(const struct sw_finding *finding)
{
	char name[sizeof(finding->interface)], text[sizeof(finding->text)];

	sw_printable(name, sizeof(name), finding->interface);
	printf("%-8s %-9s %s%s%s\n", sw_found_severity_name(finding->severity), finding->check,
	       name, name[0] ? ": " : "", sw_printable(text, sizeof(text), finding->text));
	if (finding->mend[0])
		printf("%18s > %s\n", "", sw_printable(text, sizeof(text), finding->mend));
}

void sw_doctor_print(const struct sw_findings *findings)
{
	size_t count[SW_FOUND_FAILURE + 1] = {}, i;

	for (i = 0; i < findings->count; i++) {
		print_one(&findings->finding[i]);
		count[findings->finding[i].severity]++;
	}
	printf("failures: %zu, warnings: %zu, notes: %zu, ok: %zu\n", count[SW_FOUND_FAILURE],
	       count[SW_FOUND_WARNING], count[SW_FOUND_NOTE], count[SW_FOUND_OK]);
}
