/* SPDX-License-Identifier: GPL-2.0 */
/* What `doctor` prints. */
#ifndef SPAMWEIR_CLI_DOCTOR_OUTPUT_H
#define SPAMWEIR_CLI_DOCTOR_OUTPUT_H

#include <jansson.h>

#include "doctor/findings.h"

/* The exit code that the worst finding makes. */
int sw_doctor_exit(enum sw_found_severity worst);

/* NULL: no memory. */
json_t *sw_doctor_json(const struct sw_findings *findings);
void sw_doctor_print(const struct sw_findings *findings);

#endif
