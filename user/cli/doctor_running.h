/* SPDX-License-Identifier: GPL-2.0 */
/* The check `running` of `doctor`: what `status` says is wrong with what is in force, as far as
 * no other check looks at it. */
#ifndef SPAMWEIR_CLI_DOCTOR_RUNNING_H
#define SPAMWEIR_CLI_DOCTOR_RUNNING_H

#include "cli/options.h"
#include "doctor/findings.h"

/* Nothing, if nothing is loaded. */
void sw_doctor_running(const struct sw_options *options, struct sw_findings *out);

#endif
