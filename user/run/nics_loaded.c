// SPDX-License-Identifier: GPL-2.0
#include "run/nics_loaded.h"

#include "config/words.h"
#include "kernel/dispatcher.h"
#include "run/nics_ours.h"
#include "run/outdated.h"

/* What `auto` would make of it, a load tells. */
static bool in_other_mode(const struct sw_nic *nic, const struct sw_share *there)
{
	if (!nic->link)
		return sw_share_wrong_mode(&nic->config, there);
	return (nic->config.xdp == SW_XDP_NATIVE && nic->link->mode == SW_GENERIC) ||
	       (nic->config.xdp == SW_XDP_GENERIC && nic->link->mode == SW_NATIVE);
}

static void say_mode(const struct applying *a, const struct sw_nic *nic,
		     const struct sw_share *there)
{
	const char *path = a->plan.config->path, *mode = sw_xdp_mode_name(nic->config.xdp);

	if (there->others)
		sw_warn("%s:%d: `xdp: %s` of %s is not in force: libxdp's dispatcher is there in %s "
			"mode, for all its programs",
			path, nic->config.line, mode, nic->name,
			there->generic ? "generic" : "native");
	else
		sw_warn("%s:%d: `xdp: %s` of %s is not in force: `spamweir load` changes that",
			path, nic->config.line, mode, nic->name);
}

/* What is published now was to change that, too. */
static void compare_constants(struct applying *a)
{
	const struct sw_config *config = a->plan.config;
	unsigned outdated, tunnels = 0;
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		const struct sw_nic *nic = &a->nic[i];
		struct sw_share there = {};

		if (!sw_nics_intact(a, i))
			continue;
		if (!nic->link &&
		    sw_share_look(nic->ifindex, a->state->map[SW_MAP_counters], &there))
			continue;
		outdated = sw_outdated(nic->link, &there, &nic->config, &config->tunnels);
		tunnels |= outdated & SW_OUTDATED_TUNNELS;
		if (outdated & SW_OUTDATED_VLANS)
			sw_warn("%s:%d: `vlans` of %s are not in force, others are: `spamweir load` "
				"changes that",
				config->path, nic->config.line, nic->name);
		if (in_other_mode(nic, &there))
			say_mode(a, nic, &there);
		a->partial |= outdated || in_other_mode(nic, &there);
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
		    !sw_nics_ours(a, slot->ifindex))
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
