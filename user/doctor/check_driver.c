// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#include "doctor/drivers.h"
#include "kernel/stack.h"
#include "kernel/xdp_features.h"

size_t sw_find_troubles(const struct sw_nic_facts *nic, struct sw_findings *out)
{
	const struct sw_trouble *trouble;
	enum sw_found_severity severity;
	size_t at = 0, found = 0;
	char text[512], mend[512];

	while ((trouble = sw_trouble_next(nic, &at))) {
		severity = trouble->severity;
		if (nic->native && severity > SW_FOUND_NOTE)
			continue; /* it has not refused */
		if (nic->config->xdp == SW_XDP_NATIVE && severity == SW_FOUND_WARNING)
			severity = SW_FOUND_FAILURE;
		snprintf(text, sizeof(text), trouble->text, trouble->limit);
		snprintf(mend, sizeof(mend), trouble->mend, nic->link.name,
			 sw_trouble_number(trouble, nic));
		sw_find(out, severity, mend, "%s; see %s", text, trouble->source);
		found++;
	}
	return found;
}

void sw_check_driver(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		     struct sw_findings *out)
{
	const char *driver = nic->ethtool.driver[0] ? nic->ethtool.driver : nic->link.kind;
	size_t found = nic->config->xdp == SW_XDP_GENERIC ? 0 : sw_find_troubles(nic, out);
	char why[512];

	(void)patient;
	sw_stack_explain(&nic->link, why, sizeof(why));
	if (nic->config->xdp == SW_XDP_GENERIC)
		sw_find(out, SW_FOUND_NOTE, NULL, "it is to have the slow path, by `xdp: generic`");
	else if (nic->features_known && !(nic->features & SW_XDP_FEATURE_NATIVE))
		sw_find(out,
			nic->config->xdp == SW_XDP_NATIVE ? SW_FOUND_FAILURE : SW_FOUND_WARNING,
			why[0] ? "see the check of the stack"
			       : "use another NIC, or accept the slow path with `xdp: generic`",
			"%s has no native XDP, at least not in its present state; in GENERIC mode every "
			"packet costs far more",
			driver[0] ? driver : "its driver");
	else if (!nic->features_known)
		sw_find(out, SW_FOUND_NOTE, NULL,
			"the kernel does not tell whether %s has native XDP, as it does since 6.3: a load "
			"will",
			driver[0] ? driver : "its driver");
	else if (!found)
		sw_find(out, SW_FOUND_OK, NULL, "%s has native XDP%s",
			driver[0] ? driver : "its driver",
			nic->features & SW_XDP_FEATURE_FRAGS
				? ", frames of several buffers included"
				: "");
}
