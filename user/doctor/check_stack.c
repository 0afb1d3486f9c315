// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>
#include <string.h>

#include "kernel/stack.h"

static bool is_named(const struct sw_config *config, const struct sw_link *link)
{
	struct sw_link named;
	size_t i;

	for (i = 0; config && i < config->interfaces; i++) {
		if (!sw_link_by_name(config->interface[i].name, &named) &&
		    named.ifindex == link->ifindex)
			return true;
	}
	return false;
}

/* Another of the configuration by which the same frames come in. */
static bool find_twice(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		       struct sw_findings *out)
{
	const struct sw_config *config = patient->config;
	struct sw_link other;
	size_t i;

	for (i = 0; config && i < config->interfaces; i++) {
		if (sw_link_by_name(config->interface[i].name, &other) ||
		    other.ifindex == nic->link.ifindex || sw_stack_overlap(&nic->link, &other) != 1)
			continue;
		sw_find(out, SW_FOUND_WARNING, "take one of the two out of the configuration",
			"what comes in by it comes in by %s too, so that one of the two is left out",
			other.name);
		return true;
	}
	return false;
}

/* A port or slave whose sisters are not named. */
static void find_master(const struct sw_patient *patient, const struct sw_nic_facts *nic,
			struct sw_findings *out)
{
	struct sw_link master, member[SW_LINK_MEMBERS];
	int i, count;
	char mend[128];
	bool bond;

	if (sw_link_by_index(nic->link.master, &master)) {
		sw_find(out, SW_FOUND_NOTE, NULL, "it is part of a device that cannot be seen");
		return;
	}
	bond = !strcmp(master.kind, "bond");
	count = sw_link_members(master.ifindex, member);
	for (i = 0; i < count; i++) {
		if (member[i].ifindex == nic->link.ifindex || is_named(patient->config, &member[i]))
			continue;
		snprintf(mend, sizeof(mend),
			 bond ? "name %s instead of its slaves" : "name the other ports of %s too",
			 master.name);
		sw_find(out, bond ? SW_FOUND_WARNING : SW_FOUND_NOTE, mend,
			"it is part of %s (%s), and what comes in by %s, another part, is not judged",
			master.name, master.kind, member[i].name);
		return;
	}
	sw_find(out, SW_FOUND_OK, NULL, "it is part of %s (%s), all of whose parts are named",
		master.name, master.kind);
}

void sw_check_stack(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		    struct sw_findings *out)
{
	char why[512];

	if (find_twice(patient, nic, out))
		return;
	sw_stack_explain(&nic->link, why, sizeof(why));
	if (strcmp(nic->link.kind, "bond") && why[0] && nic->config->xdp != SW_XDP_GENERIC)
		sw_find(out, SW_FOUND_WARNING,
			"name those instead, or accept the slow path with `xdp: generic`", "it %s",
			why);
	else if (nic->link.master)
		find_master(patient, nic, out);
	else
		sw_find(out, SW_FOUND_OK, NULL, "it is part of no bond or bridge");
}
