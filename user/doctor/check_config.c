// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

void sw_check_config(const struct sw_patient *patient, struct sw_findings *out)
{
	char mend[512];

	if (!patient->trouble.text[0]) {
		sw_find(out, SW_FOUND_OK, NULL, "%s is valid, and so are its lists",
			patient->config_path);
		return;
	}
	snprintf(mend, sizeof(mend), "spamweir check -c %s", patient->config_path);
	sw_find_error(out, SW_FOUND_FAILURE, mend, &patient->trouble);
}
