/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the machine, the instance and its NICs, and says what hinders. Changes nothing. */
#ifndef SPAMWEIR_DOCTOR_DOCTOR_H
#define SPAMWEIR_DOCTOR_DOCTOR_H

#include "doctor/findings.h"
#include "doctor/patient.h"

/* All checks of the machine and of the instance. */
void sw_doctor_machine(const struct sw_patient *patient, struct sw_findings *out);

/* All checks of one NIC, which need not be in the configuration: `config` says how it is to be
 * used. */
void sw_doctor_nic(const struct sw_patient *patient, const struct sw_interface_config *config,
		   struct sw_findings *out);

/* Finds of both what takes no time and a load does not say by itself: the kernel, its JIT, and
 * what the table of drivers has on the configured NICs. */
void sw_doctor_quick(const struct sw_patient *patient, struct sw_findings *out);

#endif
