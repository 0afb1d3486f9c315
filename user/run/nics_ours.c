// SPDX-License-Identifier: GPL-2.0
#include "run/nics_ours.h"

#include <string.h>

#include "kernel/dispatcher.h"

const struct sw_interface_slot *sw_nics_slot(const struct applying *a, const struct sw_nic *nic)
{
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &a->known[i];

		if (slot->used && slot->attached && slot->role == nic->config.role &&
		    !strcmp(slot->name, nic->name))
			return slot;
	}
	return NULL;
}

bool sw_nics_ours(const struct applying *a, unsigned ifindex)
{
	struct sw_share there;

	if (sw_attached_on(&a->attached, ifindex))
		return true;
	return !sw_share_look(ifindex, a->state->map[SW_MAP_counters], &there) && there.ours;
}

bool sw_nics_intact(const struct applying *a, size_t i)
{
	const struct sw_nic *nic = &a->nic[i];
	const struct sw_interface_slot *slot = sw_nics_slot(a, nic);

	if (!nic->ifindex || nic->twice || !slot || slot->ifindex != nic->ifindex)
		return false;
	if (nic->link)
		return !strcmp(nic->link->pin, nic->pin);
	return sw_nics_ours(a, nic->ifindex);
}
