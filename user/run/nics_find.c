// SPDX-License-Identifier: GPL-2.0
#include "run/nics_find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/dispatcher.h"
#include "kernel/links.h"
#include "kernel/registry.h"
#include "run/nics_ours.h"
#include "run/nics_stacked.h"

static void call(struct sw_nic *nic, const char *name)
{
	snprintf(nic->name, sizeof(nic->name), "%s", name);
	nic->config.name = nic->name;
}

static int set_pin(const struct applying *a, struct sw_nic *nic, const char *name)
{
	free(nic->pin);
	nic->pin = sw_state_link_path(a->state, name);
	return nic->pin ? 0 : -ENOMEM;
}

static int refuse_twice(const struct applying *a, size_t i, size_t first)
{
	const struct sw_config *config = a->plan.config;

	return sw_fail(a->error, -EINVAL,
		       "%s:%d: %s is the same NIC as %s on line %d, by another name: name it once",
		       config->path, config->interface[i].line, config->interface[i].name,
		       config->interface[first].name, config->interface[first].line);
}

/* Not that it is missing: so nothing may be concluded. */
static int unknown(struct applying *a, const char *name, int err)
{
	return sw_fail(a->error, err, "netlink does not tell of %s: %s", name, strerror(-err));
}

static int identify(struct applying *a, size_t i, struct sw_link *link)
{
	const struct sw_config *config = a->plan.config;
	struct sw_nic *nic = &a->nic[i];
	size_t other;
	int err;

	*nic = (struct sw_nic){ .config = config->interface[i] };
	call(nic, config->interface[i].name);
	err = sw_link_by_name(nic->name, link);
	if (err && err != -ENODEV)
		return unknown(a, nic->name, err);
	if (err) {
		sw_fail(&nic->trouble, err, "%s:%d: there is no interface %s", config->path,
			nic->config.line, nic->name);
		return 0;
	}
	for (other = 0; other < i; other++) {
		if (a->nic[other].ifindex == link->ifindex)
			return refuse_twice(a, i, other);
	}
	nic->ifindex = link->ifindex;
	nic->device = *link;
	if (!sw_link_has_ethernet(link))
		sw_fail(&nic->trouble, -EMEDIUMTYPE,
			"%s:%d: the frames of %s have no Ethernet headers, so nothing could be "
			"judged; it is %s",
			config->path, nic->config.line, nic->name, sw_link_advice(link));
	return 0;
}

int sw_nics_inspect(struct sw_config *config, bool *present, struct sw_error *error)
{
	struct applying a = { .plan.config = config, .error = error };
	struct sw_link link;
	size_t i;
	int err = 0;

	for (i = 0; i < config->interfaces && !err; i++) {
		err = identify(&a, i, &link);
		present[i] = a.nic[i].ifindex;
	}
	if (!err)
		err = sw_nics_find_twice(&a);
	for (i = 0; i < config->interfaces && !err; i++) {
		if (present[i] && a.nic[i].trouble.text[0])
			err = sw_fail(error, -EMEDIUMTYPE, "%s", a.nic[i].trouble.text);
		else if (!present[i])
			sw_warn("%s", a.nic[i].trouble.text);
	}
	return err;
}

static int find_by_name(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];
	struct sw_link link = {};
	int err = identify(a, i, &link);

	if (!err)
		err = set_pin(a, nic, nic->ifindex ? link.name : nic->name);
	if (!err)
		nic->link = sw_attached_on(&a->attached, nic->ifindex);
	return err;
}

static bool claimed(const struct applying *a, unsigned ifindex)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (a->nic[i].ifindex == ifindex)
			return true;
	}
	return false;
}

/* One of ours of the same role that no entry names any more: the NIC was renamed,
 * and must not lose its protection for that. */
static int find_renamed(struct applying *a, struct sw_nic *nic)
{
	const struct sw_interface_slot *slot, *own = sw_nics_slot(a, nic);
	struct sw_link link;
	int i, err;

	for (i = -1; i < SW_MAX_INTERFACES; i++) {
		slot = i < 0 ? own : &a->known[i];
		if (!slot || !slot->used || !slot->attached || slot->role != nic->config.role ||
		    claimed(a, slot->ifindex) || !sw_nics_ours(a, slot->ifindex))
			continue;
		err = sw_link_by_index(slot->ifindex, &link);
		if (err == -ENODEV)
			continue;
		if (err)
			return unknown(a, slot->name, err);
		nic->trouble.text[0] = '\0';
		nic->renamed = true;
		nic->ifindex = slot->ifindex;
		nic->device = link;
		nic->link = sw_attached_on(&a->attached, slot->ifindex);
		call(nic, link.name);
		return set_pin(a, nic, link.name);
	}
	return 0;
}

static int find_elsewhere(struct applying *a, struct sw_nic *nic)
{
	const struct sw_interface_slot *slot = sw_nics_slot(a, nic);
	const struct sw_attached *link;

	if (!slot)
		return 0;
	link = sw_attached_elsewhere(&a->attached, slot->ifindex, nic->pin);
	if (!link)
		return 0;
	nic->elsewhere = true;
	sw_fail(&nic->trouble, 0,
		"%s:%d: %s is in another network namespace by now, as its interface %u, and is judged "
		"there on; move it back (`ip link set ... netns ...`), or take it out of the config "
		"and `spamweir load`",
		a->plan.config->path, nic->config.line, nic->name, link->ifindex);
	free(nic->pin);
	nic->pin = strdup(link->pin);
	return nic->pin ? 0 : -ENOMEM;
}

static int find_all(struct applying *a)
{
	const size_t nics = a->plan.config->interfaces;
	size_t i;
	int err = 0;

	for (i = 0; i < nics && !err; i++)
		err = find_by_name(a, i);
	for (i = 0; i < nics && !err; i++) {
		if (a->nic[i].ifindex)
			continue;
		err = find_elsewhere(a, &a->nic[i]);
		if (!err && !a->nic[i].elsewhere)
			err = find_renamed(a, &a->nic[i]);
	}
	return err ? err : sw_nics_find_twice(a);
}

int sw_nics_find(struct applying *a)
{
	int err;

	sw_nics_lose(a);
	err = sw_attached_read(a->state, &a->attached, a->error);
	if (!err && a->state->map[SW_MAP_interfaces] >= 0)
		err = sw_registry_interfaces(a->state, a->known, a->error);
	return err ? err : find_all(a);
}

void sw_nics_lose(struct applying *a)
{
	size_t i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		free(a->nic[i].pin);
		a->nic[i] = (struct sw_nic){};
	}
	sw_attached_free(&a->attached);
}
