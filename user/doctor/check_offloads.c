// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

static void find(struct sw_findings *out, const struct sw_nic_facts *nic,
		 enum sw_found_severity severity, const char *feature, const char *text)
{
	char mend[64];

	snprintf(mend, sizeof(mend), "ethtool -K %s %s off", nic->link.name, feature);
	sw_find(out, severity, mend, "%s", text);
}

static void find_rules(struct sw_findings *out, const struct sw_nic_facts *nic)
{
	char mend[64];

	snprintf(mend, sizeof(mend), "ethtool -n %s", nic->link.name);
	sw_find(out, SW_FOUND_NOTE, mend,
		"it has %u rules of its own (ntuple), by which frames may go elsewhere or be lost "
		"before they are judged",
		nic->ethtool.rules);
}

/* What is on, and hinders. The table of drivers has what they refuse for it. */
void sw_check_offloads(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		       struct sw_findings *out)
{
	const struct sw_ethtool *ethtool = &nic->ethtool;
	size_t before = out->count;

	(void)patient;
	if (ethtool->rxvlan && nic->config->vlans)
		find(out, nic, SW_FOUND_WARNING, "rxvlan",
		     "it takes VLAN tags out of frames before they are judged, so that all have its own "
		     "role");
	if (ethtool->lro)
		find(out, nic, SW_FOUND_NOTE, "lro",
		     "it merges frames (LRO), which many drivers refuse a native program for, or end");
	if (ethtool->gro_hw && !ethtool->gro_hw_fixed)
		find(out, nic, SW_FOUND_NOTE, "rx-gro-hw",
		     "it merges frames (GRO_HW), which drivers end while they have a native program");
	if (ethtool->rules)
		find_rules(out, nic);
	if (nic->vfs)
		sw_find(out, SW_FOUND_NOTE, NULL,
			"it has %u virtual functions (SR-IOV), whose traffic it does not show: name them "
			"too",
			nic->vfs);
	if (out->count == before)
		sw_find(out, SW_FOUND_OK, NULL, "nothing that it does to frames hinders");
}
