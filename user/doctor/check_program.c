// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#include "kernel/attach.h"
#include "kernel/dispatcher.h"
#include "kernel/stack.h"

static void find_ours(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		      struct sw_findings *out)
{
	const struct sw_attached *link = sw_attached_on(&patient->attached, nic->link.ifindex);

	if (link->mode == SW_GENERIC && nic->config->xdp != SW_XDP_GENERIC)
		sw_find(out, SW_FOUND_WARNING,
			"mend what the check of the driver names, say `xdp: native`, then spamweir load",
			"spamweir's program is on it in GENERIC mode, which costs every packet far more");
	else
		sw_find(out, SW_FOUND_OK, NULL, "spamweir's program is on it, in %s mode",
			link->mode == SW_GENERIC ? "generic" : "native");
}

static void find_shared(const struct sw_share *there, struct sw_findings *out)
{
	if (there->ours)
		sw_find(out, there->small ? SW_FOUND_NOTE : SW_FOUND_OK, NULL,
			"spamweir's program is on it beside %u others, in libxdp's dispatcher%s",
			there->others,
			there->small
				? "; one of those takes no frames of several buffers, which holds "
				  "the MTU down"
				: "");
	else
		sw_find(out, SW_FOUND_NOTE, "spamweir load",
			"%u other programs are on it, in libxdp's dispatcher, beside which spamweir's "
			"can be",
			there->others);
}

static void find_none(const struct sw_patient *patient, struct sw_findings *out)
{
	if (patient->state)
		sw_find(out, SW_FOUND_WARNING, "spamweir load",
			"spamweir's program is not on it: nothing that comes in there is judged");
	else
		sw_find(out, SW_FOUND_OK, NULL, "no XDP program is on it");
}

void sw_check_program(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		      struct sw_findings *out)
{
	int counters = patient->state ? patient->state->map[SW_MAP_counters] : -1;
	struct sw_share there = {};
	struct sw_error error = {};
	char mend[64];

	if (nic->attached) {
		find_ours(patient, nic, out);
		return;
	}
	if (!sw_link_has_program(&nic->link)) {
		find_none(patient, out);
		return;
	}
	if (!sw_share_look(nic->link.ifindex, counters, &there) && there.dispatcher &&
	    (there.ours || nic->config->shared)) {
		find_shared(&there, out);
		return;
	}
	sw_attach_check(nic->config, nic->link.ifindex, &error);
	snprintf(mend, sizeof(mend), "ip link set %s xdp off", nic->link.name);
	sw_find(out, SW_FOUND_FAILURE, mend, "%s", error.text);
}
