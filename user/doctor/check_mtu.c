// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#include "doctor/drivers.h"
#include "kernel/xdp_features.h"

/* What of a page of 4 KiB drivers leave for a frame, beside headroom and the kernel's own. */
#define ONE_PAGE 3498U

/* The table knows better. */
static bool is_told(const struct sw_nic_facts *nic)
{
	const struct sw_trouble *trouble;
	size_t at = 0;

	while ((trouble = sw_trouble_next(nic, &at))) {
		if (trouble->when == SW_WHEN_MTU_ABOVE)
			return true;
	}
	return false;
}

void sw_check_mtu(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		  struct sw_findings *out)
{
	char mend[64];

	(void)patient;
	if (nic->config->xdp == SW_XDP_GENERIC || is_told(nic))
		return;
	if (nic->ethtool.mtu > ONE_PAGE && nic->features_known &&
	    nic->features & SW_XDP_FEATURE_NATIVE && !(nic->features & SW_XDP_FEATURE_FRAGS)) {
		snprintf(mend, sizeof(mend), "ip link set %s mtu %u", nic->link.name, ONE_PAGE);
		sw_find(out, SW_FOUND_WARNING, mend,
			"frames of an MTU of %u take several buffers, and its driver gives a native "
			"program none such: it may refuse, or take the slow path for large ones",
			nic->ethtool.mtu);
		return;
	}
	sw_find(out, SW_FOUND_OK, NULL, "its MTU of %u is no hindrance", nic->ethtool.mtu);
}
