// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

void sw_check_link(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		   struct sw_findings *out)
{
	char mend[64];

	(void)patient;
	if (!nic->link.ifindex) {
		sw_find(out, SW_FOUND_FAILURE, "ip -br link", "there is no interface %s",
			nic->name);
	} else if (!sw_link_has_ethernet(&nic->link)) {
		sw_find(out, SW_FOUND_FAILURE, "name another in the configuration",
			"its frames have no Ethernet headers, so nothing could be judged; it is %s",
			sw_link_advice(&nic->link));
	} else if (nic->ethtool.silent) {
		snprintf(mend, sizeof(mend), "ip link show %s", nic->link.name);
		sw_find(out, SW_FOUND_WARNING, mend, "it cannot be asked whether it is up");
	} else if (!nic->ethtool.up) {
		snprintf(mend, sizeof(mend), "ip link set %s up", nic->link.name);
		sw_find(out, SW_FOUND_WARNING, mend, "it is down: nothing comes in");
	} else if (!nic->ethtool.carrier) {
		snprintf(mend, sizeof(mend), "ip -s link show %s", nic->link.name);
		sw_find(out, SW_FOUND_WARNING, mend,
			"it has no carrier: nothing comes in; look at its cable, and at the other end");
	} else {
		sw_find(out, SW_FOUND_OK, NULL, "it is there and up, driver %s, MTU %u",
			nic->ethtool.driver[0] ? nic->ethtool.driver : "unknown", nic->ethtool.mtu);
	}
}
