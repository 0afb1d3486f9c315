// SPDX-License-Identifier: GPL-2.0
#include "kernel/offload.h"

#include <linux/ethtool.h>

#include "kernel/ethtool.h"

bool sw_offloads_vlan(const char *name)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };

	return !sw_ethtool_ask(name, &flags) && flags.data & ETH_FLAG_RXVLAN;
}
