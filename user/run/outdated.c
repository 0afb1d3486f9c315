// SPDX-License-Identifier: GPL-2.0
#include "run/outdated.h"

#include <string.h>
#include <unistd.h>

#include "kernel/constants.h"

static bool same_vlans(const struct sw_constants *is, const struct sw_interface_config *wanted)
{
	return is->vlans == wanted->vlans &&
	       (!is->vlans || !memcmp(is->vlan, wanted->vlan, sizeof(is->vlan)));
}

static bool same_tunnels(const struct sw_tunnels *is, const struct sw_tunnels *wanted)
{
	return !is->looked_for == !wanted->looked_for && is->opened == wanted->opened;
}

unsigned sw_outdated(const struct sw_attached *link, const struct sw_share *there,
		     const struct sw_interface_config *interface, const struct sw_tunnels *tunnels)
{
	int program = link ? sw_attached_program(link->pin) : sw_share_program(there), err;
	struct sw_constants is;

	if (program < 0)
		return 0;
	err = sw_constants_read(program, &is);
	close(program);
	if (err)
		return 0;
	return (same_vlans(&is, interface) ? 0 : SW_OUTDATED_VLANS) |
	       (same_tunnels(&is.tunnels, tunnels) ? 0 : SW_OUTDATED_TUNNELS);
}

static unsigned outdated_of(const struct sw_attached_list *attached, int counters,
			    const struct sw_interface_slot *slot, const struct sw_config *config)
{
	const struct sw_attached *link;
	struct sw_share there = {};
	unsigned outdated = 0;
	size_t i;

	if (!slot->used || !slot->attached)
		return 0;
	link = sw_attached_on(attached, slot->ifindex);
	if (!link && sw_share_look(slot->ifindex, counters, &there))
		return 0;
	for (i = 0; i < config->interfaces; i++) {
		if (!strcmp(config->interface[i].name, slot->name))
			outdated |=
				sw_outdated(link, &there, &config->interface[i], &config->tunnels);
	}
	return outdated;
}

unsigned sw_outdated_any(const struct sw_state *state, const struct sw_interface_slot *slot,
			 const struct sw_config *config)
{
	struct sw_attached_list attached;
	struct sw_error error = {};
	unsigned outdated = 0;
	int i;

	if (!sw_attached_read(state, &attached, &error)) {
		for (i = 0; i < SW_MAX_INTERFACES; i++)
			outdated |= outdated_of(&attached, state->map[SW_MAP_counters], &slot[i],
						config);
	}
	sw_attached_free(&attached);
	return outdated;
}
