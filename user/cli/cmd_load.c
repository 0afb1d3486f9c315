// SPDX-License-Identifier: GPL-2.0
#include "cli/publish.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "doctor/doctor.h"
#include "run/apply.h"

/* What is in force may be slow, or not last, for reasons that the load has not met. */
static void warn_in_short(const struct sw_instance *instance)
{
	struct sw_patient patient = { .pin_dir = instance->pin_dir };
	struct sw_findings findings = {};
	struct sw_config *config = NULL;
	size_t i;

	if (sw_config_read(instance->config, &config, &patient.trouble))
		return;
	patient.config = config;
	sw_patient_admit(&patient);
	sw_doctor_quick(&patient, &findings);
	for (i = 0; i < findings.count; i++) {
		const struct sw_finding *found = &findings.finding[i];

		if (found->severity >= SW_FOUND_WARNING)
			sw_warn("%s%s%s: `%s`", found->interface, found->interface[0] ? ": " : "",
				found->text, found->mend);
	}
	sw_findings_free(&findings);
	sw_patient_discharge(&patient);
	sw_config_free(config);
}

int cmd_load(const struct sw_options *options)
{
	int code = sw_publish_verb(options, SW_APPLY_LOAD);

	if (code == SW_EXIT_DONE || code == SW_EXIT_PARTIAL)
		warn_in_short(&options->instance);
	return code;
}
