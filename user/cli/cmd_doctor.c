// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cli/doctor_output.h"
#include "cli/doctor_running.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/verbs.h"
#include "doctor/doctor.h"

static void examine_nics(const struct sw_patient *patient, char *name, struct sw_findings *findings)
{
	const struct sw_config *config = patient->config;
	struct sw_interface_config stranger = { .name = name };
	bool found = false;
	size_t i;

	for (i = 0; config && i < config->interfaces; i++) {
		if (name && strcmp(config->interface[i].name, name))
			continue;
		sw_doctor_nic(patient, &config->interface[i], findings);
		found = true;
	}
	if (name && !found)
		sw_doctor_nic(patient, &stranger, findings);
}

/* What cannot be had is found, not a reason to end. */
static void admit(const struct sw_options *options, struct sw_plan *plan,
		  struct sw_patient *patient)
{
	int err;

	err = sw_plan_strictly(&options->instance, plan, &patient->trouble);
	if (!err)
		err = sw_plan_footprint(plan, &patient->footprint, &patient->trouble);
	if (!err)
		patient->room = sw_plan_room(plan);
	if (!err)
		patient->trouble.text[0] = '\0';
	patient->config = plan->config;
	patient->rules = err ? NULL : plan->rules;
	sw_patient_admit(patient);
}

int cmd_doctor(const struct sw_options *options)
{
	struct sw_patient patient = {
		.config_path = options->instance.config,
		.pin_dir = options->instance.pin_dir,
		.state_dir = options->instance.state_dir,
	};
	struct sw_findings findings = {};
	struct sw_error error = {};
	struct sw_plan plan;
	int err, code;

	admit(options, &plan, &patient);
	sw_doctor_machine(&patient, &findings);
	sw_doctor_running(options, &findings);
	examine_nics(&patient, options->arguments ? options->argument[0] : NULL, &findings);
	sw_findings_sort(&findings);
	code = sw_doctor_exit(sw_findings_worst(&findings));
	err = findings.err;
	if (!err && options->json)
		err = sw_print_json(sw_doctor_json(&findings));
	else if (!err)
		sw_doctor_print(&findings);
	sw_findings_free(&findings);
	sw_patient_discharge(&patient);
	sw_plan_free(&plan);
	return err ? sw_print_error(&error, err) : code;
}
