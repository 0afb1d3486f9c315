// SPDX-License-Identifier: GPL-2.0
#include "cli/doctor_running.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/troubles.h"

static void find(const struct sw_status *status, struct sw_findings *out)
{
	struct sw_troubles troubles;
	size_t i, found = 0;

	sw_troubles_find(status, &troubles);
	for (i = 0; i < troubles.count; i++) {
		const struct sw_trouble *each = &troubles.trouble[i];

		if (each->examined)
			continue;
		sw_find(out, each->grave ? SW_FOUND_FAILURE : SW_FOUND_WARNING, each->next, "%s",
			each->text);
		found++;
	}
	if (!found)
		sw_find(out, SW_FOUND_OK, NULL,
			"what is in force is what the configuration says, and has room");
}

void sw_doctor_running(const struct sw_options *options, struct sw_findings *out)
{
	struct sw_status *status = calloc(1, sizeof(*status));
	struct sw_error error = {};

	out->check = "running";
	out->interface = NULL;
	if (!status) {
		out->err = -ENOMEM;
	} else if (!sw_status_take(status, options, 0, &error)) {
		find(status, out);
		sw_status_release(status);
	}
	free(status);
}
