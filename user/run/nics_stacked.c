// SPDX-License-Identifier: GPL-2.0
#include "run/nics_stacked.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/stack.h"
#include "run/nics_ours.h"

static bool usable(const struct sw_nic *nic)
{
	return nic->ifindex && !nic->twice && !nic->trouble.text[0];
}

/* The bond's program sees to slaves that come later, too. */
static bool bond_is_better(const struct sw_nic *upper)
{
	return upper->config.xdp != SW_XDP_GENERIC && sw_stack_bond_native(&upper->device);
}

static void leave_out(struct applying *a, size_t loser, size_t winner)
{
	const struct sw_config *config = a->plan.config;
	struct sw_nic *nic = &a->nic[loser];

	nic->twice = winner + 1;
	sw_fail(&nic->trouble, 0,
		"%s:%d: what comes in by %s comes in by %s (line %d) too, and would be judged and "
		"counted twice: %s is left out; take it out here, or the other",
		config->path, nic->config.line, nic->name, a->nic[winner].name,
		a->nic[winner].config.line, nic->name);
}

static int compare_with_all(struct applying *a, size_t upper)
{
	size_t i;
	int found;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (i == upper || !usable(&a->nic[i]) || !usable(&a->nic[upper]))
			continue;
		found = sw_stack_passes(&a->nic[upper].device, a->nic[i].ifindex);
		if (found < 0)
			return sw_fail(a->error, found,
				       "netlink does not tell what %s is made of: %s",
				       a->nic[upper].name, strerror(-found));
		if (found && bond_is_better(&a->nic[upper]))
			leave_out(a, i, upper);
		else if (found)
			leave_out(a, upper, i);
	}
	return 0;
}

int sw_nics_find_twice(struct applying *a)
{
	size_t i;
	int err = 0;

	for (i = 0; i < a->plan.config->interfaces && !err; i++)
		err = compare_with_all(a, i);
	return err;
}

static int check_slaves(struct applying *a, struct sw_nic *nic, const struct sw_link *slave,
			int count)
{
	int i;

	for (i = 0; i < count; i++) {
		/* Ours makes way. */
		if (!sw_link_has_program(&slave[i]) ||
		    sw_attached_on(&a->attached, slave[i].ifindex))
			continue;
		return sw_fail(
			&nic->trouble, -EBUSY,
			"%s: its slave %s has an XDP program of its own (`ip link show %s`, `bpftool "
			"net`), beside which a bond can have none: unload that, or name the slaves "
			"instead of %s",
			nic->name, slave[i].name, slave[i].name, nic->name);
	}
	return 0;
}

int sw_nics_check_bond(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];
	struct sw_link slave[SW_LINK_MEMBERS];
	int count;

	if (nic->config.xdp == SW_XDP_GENERIC || !sw_stack_bond_native(&nic->device))
		return 0;
	count = sw_stack_slaves(&nic->device, slave);
	if (count > 0)
		return check_slaves(a, nic, slave, count);
	/* A bond that has a program takes no slave that can have none, and a network that
	 * comes up without spamweir is to come up with it. */
	if (!count && nic->config.xdp == SW_XDP_AUTO)
		return sw_fail(
			&nic->trouble, -EAGAIN,
			"%s:%d: %s is a bond without slaves, which decide whether it has native XDP: "
			"`ip link set ... master %s`, then `spamweir load`, or the daemon does that; "
			"`xdp: native` is attached now, and keeps out slaves that have none",
			a->plan.config->path, nic->config.line, nic->name, nic->name);
	return 0;
}

static const struct sw_nic *nic_of(const struct applying *a, unsigned ifindex)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (a->nic[i].ifindex == ifindex)
			return &a->nic[i];
	}
	return NULL;
}

bool sw_nics_others(const struct applying *a, size_t i, struct sw_error *what)
{
	const struct sw_nic *nic = &a->nic[i];
	struct sw_link bond, slave[SW_LINK_MEMBERS];
	int each, count;

	if (!usable(nic) || !nic->device.master || nic_of(a, nic->device.master) ||
	    sw_link_by_index(nic->device.master, &bond))
		return false;
	count = sw_stack_slaves(&bond, slave);
	for (each = 0; each < count; each++) {
		if (nic_of(a, slave[each].ifindex))
			continue;
		sw_fail(what, 0,
			"%s:%d: %s is a slave of %s, and its slave %s is not named: what comes in "
			"there passes unjudged; name that too, or %s instead of its slaves",
			a->plan.config->path, nic->config.line, nic->name, bond.name,
			slave[each].name, bond.name);
		return true;
	}
	return false;
}

static bool stays(const struct applying *a, unsigned ifindex)
{
	const struct sw_nic *nic = nic_of(a, ifindex);

	return nic && !nic->twice;
}

static int take_off(struct sw_way *way, const struct sw_attached *link,
		    const struct sw_link *device, struct sw_error *error)
{
	__typeof__(way->taken[0]) *taken = &way->taken[way->count];

	taken->program = sw_attached_program(link->pin);
	if (taken->program < 0) /* it has made way before */
		return taken->program == -ENOENT ? 0 : taken->program;
	snprintf(taken->name, sizeof(taken->name), "%s", device->name);
	taken->interface.name = taken->name;
	taken->interface.xdp = link->mode == SW_GENERIC ? SW_XDP_GENERIC : SW_XDP_NATIVE;
	taken->ifindex = link->ifindex;
	taken->pin = link->pin;
	way->count++;
	return sw_detach(link->pin, error);
}

int sw_nics_make_way(struct applying *a, size_t i, struct sw_way *way)
{
	struct sw_nic *nic = &a->nic[i];
	struct sw_link device;
	size_t each;
	int err = 0;

	if (nic->link || nic->elsewhere)
		return 0;
	for (each = 0; each < a->attached.links && err >= 0; each++) {
		const struct sw_attached *link = &a->attached.link[each];

		if (link->mode == SW_DETACHED || link->mode == SW_ELSEWHERE ||
		    stays(a, link->ifindex) || sw_link_by_index(link->ifindex, &device))
			continue;
		err = sw_stack_overlap(&device, &nic->device);
		if (err > 0)
			err = take_off(way, link, &device, &nic->trouble);
	}
	return err;
}

void sw_nics_end_way(struct sw_way *way, int err)
{
	bool generic;

	while (way->count) {
		__typeof__(way->taken[0]) *taken = &way->taken[--way->count];

		if (err && sw_attach(&taken->interface, taken->ifindex, taken->program, taken->pin,
				     &generic, NULL))
			sw_warn("%s: NO PROGRAM is attached any more: it had to make way, and could "
				"not come back",
				taken->name);
		close(taken->program);
	}
}

static bool at_work_twice(const struct applying *a, const struct sw_nic *nic)
{
	return nic->twice && sw_nics_ours(a, nic->ifindex) &&
	       sw_nics_ours(a, a->nic[nic->twice - 1].ifindex);
}

bool sw_nics_any_twice(const struct applying *a)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (a->nic[i].link && at_work_twice(a, &a->nic[i]))
			return true;
	}
	return false;
}

/* What was found at work may have made way since. */
void sw_nics_leave_twice(struct applying *a)
{
	struct sw_error error = {};
	const struct sw_nic *nic, *winner;
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		nic = &a->nic[i];
		if (!nic->twice || !nic->link)
			continue;
		winner = &a->nic[nic->twice - 1];
		if (!(winner->tried ? !winner->trouble.text[0] : at_work_twice(a, nic)) ||
		    !sw_detach(nic->link->pin, &error))
			continue;
		sw_warn("%s", error.text);
		a->partial = true;
	}
}
