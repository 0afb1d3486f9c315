// SPDX-License-Identifier: GPL-2.0
#include "run/nics_follow.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attached.h"
#include "kernel/links.h"
#include "kernel/registry.h"
#include "run/nics_find.h"
#include "run/nics_ours.h"

static int move(const struct applying *a, const char *pin, const char *name)
{
	char *right = sw_state_link_path(a->state, name);
	int err = 0;

	if (!right)
		err = -ENOMEM;
	else if (strcmp(pin, right) && rename(pin, right))
		err = -errno;
	free(right);
	return err;
}

/* Names of NICs may change, even be swapped, while their links go on. Pins
 * follow: first to a name that no NIC has, then to the right one. */
static int unname(void *ctx, const char *path)
{
	char name[IF_NAMESIZE], by_index[32];
	const struct applying *a = ctx;
	enum sw_attachment mode;
	unsigned ifindex;
	char *right;
	int err = 0;

	if (sw_attachment(path, &ifindex, &mode) || mode == SW_ELSEWHERE)
		return 0;
	if (!ifindex)
		return unlink(path) ? -errno : 0; /* the NIC is gone, or it was detached */
	if (!if_indextoname(ifindex, name))
		return errno == ENXIO || errno == ENODEV ? 0 : -errno; /* it went just now */
	right = sw_state_link_path(a->state, name);
	if (!right)
		return -ENOMEM;
	snprintf(by_index, sizeof(by_index), "if:%u", ifindex);
	if (strcmp(path, right))
		err = move(a, path, by_index);
	free(right);
	return err;
}

static int rename_to_nic(void *ctx, const char *path)
{
	char name[IF_NAMESIZE];
	enum sw_attachment mode;
	unsigned ifindex;

	if (sw_attachment(path, &ifindex, &mode) || mode == SW_ELSEWHERE ||
	    !if_indextoname(ifindex, name))
		return 0;
	return move(ctx, path, name);
}

static bool named_in_config(const struct applying *a, const char *name)
{
	const struct sw_config *config = a->plan.config;
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		if (!strcmp(config->interface[i].name, name))
			return true;
	}
	return false;
}

/* Renames a slot after its NIC, unless that still answers to the slot's name, if only as an
 * alternative one. */
static int follow_slot(struct applying *a, __u32 i)
{
	const struct sw_interface_slot *slot = &a->known[i];
	struct sw_link link, named;
	int err;

	if (!slot->used || !slot->attached || !sw_nics_ours(a, slot->ifindex))
		return 0;
	err = sw_link_by_index(slot->ifindex, &link);
	if (!err)
		err = sw_link_by_name(slot->name, &named);
	if (err && err != -ENODEV)
		return sw_fail(a->error, err, "netlink does not tell of %s: %s", slot->name,
			       strerror(-err));
	if (!link.ifindex || named.ifindex == slot->ifindex)
		return 0;
	err = sw_registry_rename_interface(a->state, i, link.name, a->error);
	if (!err)
		sw_note("%s is called %s now%s", slot->name, link.name,
			named_in_config(a, link.name) ? "" : ", which the config should follow");
	return err;
}

int sw_nics_follow(struct applying *a)
{
	__u32 i;
	int err = sw_state_each_link(a->state, unname, a);

	if (!err)
		err = sw_state_each_link(a->state, rename_to_nic, a);
	if (err)
		return sw_fail(a->error, err, "%s: cannot rename links: %s", a->state->directory,
			       strerror(-err));
	if (a->state->map[SW_MAP_interfaces] < 0)
		return 0;
	sw_attached_free(&a->attached);
	err = sw_attached_read(a->state, &a->attached, a->error);
	if (!err)
		err = sw_registry_interfaces(a->state, a->known, a->error);
	for (i = 0; i < SW_MAX_INTERFACES && !err; i++)
		err = follow_slot(a, i);
	return err;
}
