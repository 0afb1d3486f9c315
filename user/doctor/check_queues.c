// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#define RING_SMALL 1024 /* at 1 Mpps that is a millisecond */

void sw_check_queues(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		     struct sw_findings *out)
{
	const struct sw_ethtool *ethtool = &nic->ethtool;
	unsigned queues = ethtool->combined + ethtool->rx, most = ethtool->combined_max;
	bool found = false;
	char mend[64];

	(void)patient;
	if (most > nic->cpus)
		most = nic->cpus;
	if (ethtool->combined && ethtool->combined < most) {
		snprintf(mend, sizeof(mend), "ethtool -L %s combined %u", nic->link.name, most);
		sw_find(out, SW_FOUND_NOTE, mend,
			"it receives by %u queues, and so on %u of %u CPUs", queues, queues,
			nic->cpus);
		found = true;
	}
	if (ethtool->ring && ethtool->ring < RING_SMALL && ethtool->ring < ethtool->ring_max) {
		most = ethtool->ring_max < 4 * RING_SMALL ? ethtool->ring_max : 4 * RING_SMALL;
		snprintf(mend, sizeof(mend), "ethtool -G %s rx %u", nic->link.name, most);
		sw_find(out, SW_FOUND_NOTE, mend,
			"its receive ring holds %u frames of %u possible, so that a burst is lost early",
			ethtool->ring, ethtool->ring_max);
		found = true;
	}
	if (!found)
		sw_find(out, SW_FOUND_OK, NULL,
			"its queues (%u) and rings (%u) are as they should be", queues,
			ethtool->ring);
}
