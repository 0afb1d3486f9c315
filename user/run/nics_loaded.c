// SPDX-License-Identifier: GPL-2.0
#include "run/nics_loaded.h"

#include "config/words.h"
#include "run/nics_ours.h"
#include "run/outdated.h"

/* What `auto` would make of it, a load tells. */
static bool in_other_mode(const struct sw_nic *nic)
{
	return (nic->config.xdp == SW_XDP_NATIVE && nic->link->mode == SW_GENERIC) ||
	       (nic->config.xdp == SW_XDP_GENERIC && nic->link->mode == SW_NATIVE);
}

/* What is published now was to change that, too. */
static void compare_constants(struct applying *a)
{
	const struct sw_config *config = a->plan.config;
	unsigned outdated, tunnels = 0;
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		const struct sw_nic *nic = &a->nic[i];

		if (!nic->link || !sw_nics_intact(a, i))
			continue;
		outdated = sw_outdated(nic->link, &nic->config, &config->tunnels);
		tunnels |= outdated & SW_OUTDATED_TUNNELS;
		if (outdated & SW_OUTDATED_VLANS)
			sw_warn("%s:%d: `vlans` of %s are not in force, others are: `spamweir load` "
				"changes that",
				config->path, nic->config.line, nic->name);
		if (in_other_mode(nic))
			sw_warn("%s:%d: `xdp: %s` of %s is not in force: `spamweir load` changes that",
				config->path, nic->config.line, sw_xdp_mode_name(nic->config.xdp),
				nic->name);
		a->partial |= outdated || in_other_mode(nic);
	}
	if (tunnels)
		sw_warn("%s: `tunnels` is not in force as it stands there: `spamweir load` changes "
			"that",
			config->path);
}

static bool is_named(const struct applying *a, unsigned ifindex)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (a->nic[i].ifindex == ifindex)
			return true;
	}
	return false;
}

static void compare_others(struct applying *a)
{
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &a->known[i];

		if (!slot->used || !slot->attached || is_named(a, slot->ifindex) ||
		    !sw_attached_on(&a->attached, slot->ifindex))
			continue;
		sw_warn("%s does not name %s, which is judged still: `spamweir load` ends that",
			a->plan.config->path, slot->name);
		a->partial = true;
	}
}

void sw_nics_compare_loaded(struct applying *a)
{
	compare_constants(a);
	compare_others(a);
}
