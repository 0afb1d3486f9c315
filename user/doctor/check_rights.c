// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>
#include <unistd.h>

void sw_check_rights(const struct sw_patient *patient, struct sw_findings *out)
{
	char mend[512];

	if (!geteuid())
		return;
	snprintf(mend, sizeof(mend), "sudo spamweir doctor -c %s", patient->config_path);
	sw_find(out, SW_FOUND_FAILURE, mend,
		"you are not root: what is said here may be so for you alone");
}
