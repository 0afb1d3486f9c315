// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <errno.h>

#include "kernel/place.h"

void sw_check_bpffs(const struct sw_patient *patient, struct sw_findings *out)
{
	struct sw_error error = {};
	int err;

	if (!sw_place_is_bpffs(patient->pin_dir)) {
		sw_find(out, SW_FOUND_FAILURE, SW_PLACE_MOUNT,
			"%s is not on bpffs, where pins must be", patient->pin_dir);
		return;
	}
	err = sw_place_check(patient->pin_dir, &error);
	if (err && err != -ENOENT)
		sw_find_error(out, SW_FOUND_FAILURE, NULL, &error);
	else
		sw_find(out, SW_FOUND_OK, NULL,
			err ? "%s can be made on bpffs" : "%s is on bpffs, and root's alone",
			patient->pin_dir);
}
