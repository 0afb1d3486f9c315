// SPDX-License-Identifier: GPL-2.0
#include "run/nics.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/registry.h"
#include "run/nics_shared.h"

void sw_nics_compare(const struct applying *a)
{
	const struct sw_config *config = a->plan.config;
	size_t i, attached = 0;
	char *link, *shared;

	for (i = 0; i < config->interfaces; i++) {
		link = sw_state_link_path(a->state, config->interface[i].name);
		shared = sw_state_shared_path(a->state,
					      if_nametoindex(config->interface[i].name));
		attached += (link && !access(link, F_OK)) || (shared && !access(shared, F_OK));
		free(link);
		free(shared);
	}
	if (attached < config->interfaces)
		sw_warn("%s names %zu interfaces that are not attached: `spamweir load` does that",
			config->path, config->interfaces - attached);
}

static int attach_one(struct applying *a, size_t i)
{
	const struct sw_interface_config *interface = &a->plan.config->interface[i];
	char *pin = sw_state_link_path(a->state, interface->name);
	unsigned ifindex = if_nametoindex(interface->name);
	bool generic = false;
	int err;

	if (!pin)
		return -ENOMEM;
	if (!ifindex) /* its pin is not touched: it may be at work under another name */
		err = sw_fail(a->error, -ENODEV, "%s: %s", interface->name, strerror(errno));
	else if (a->shared[i])
		err = sw_nics_attach_shared(a, i, ifindex, pin, &generic);
	else
		err = sw_nics_attach_alone(a, i, ifindex, pin, &generic);
	free(pin);
	if (err)
		return err;
	a->moved = true;
	return sw_registry_note_interface(a->state, interface, ifindex, generic, a->error);
}

/* Names of NICs may change, even be swapped, while their links go on. Pins
 * follow: first to a name that no NIC has, then to the right one. */
static int unname(void *ctx, const char *path)
{
	const struct applying *a = ctx;
	char name[IF_NAMESIZE], by_index[32];
	enum sw_attachment mode;
	unsigned ifindex;
	char *right, *between;
	int err = 0;

	if (sw_attachment(path, &ifindex, &mode))
		return 0;
	if (!ifindex)
		return unlink(path) ? -errno : 0; /* the NIC is gone */
	if (!if_indextoname(ifindex, name))
		return -errno;
	snprintf(by_index, sizeof(by_index), "if:%u", ifindex);
	right = sw_state_link_path(a->state, name);
	between = sw_state_link_path(a->state, by_index);
	if (!right || !between)
		err = -ENOMEM;
	else if (strcmp(path, right) && rename(path, between))
		err = -errno;
	free(right);
	free(between);
	return err;
}

static int rename_to_nic(void *ctx, const char *path)
{
	const struct applying *a = ctx;
	char name[IF_NAMESIZE];
	enum sw_attachment mode;
	unsigned ifindex;
	char *right;
	int err = 0;

	if (sw_attachment(path, &ifindex, &mode) || !if_indextoname(ifindex, name))
		return 0;
	right = sw_state_link_path(a->state, name);
	if (!right)
		err = -ENOMEM;
	else if (strcmp(path, right) && rename(path, right))
		err = -errno;
	free(right);
	return err;
}

static int follow_names(struct applying *a)
{
	int err = sw_state_each_link(a->state, unname, a);

	if (!err)
		err = sw_state_each_link(a->state, rename_to_nic, a);
	if (err)
		sw_fail(a->error, err, "%s: cannot rename links: %s", a->state->directory,
			strerror(-err));
	return err;
}

int sw_nics_check(struct applying *a)
{
	const struct sw_config *config = a->plan.config;
	unsigned ifindex;
	size_t i;
	int err;

	if (!config->interfaces)
		return sw_fail(a->error, -EINVAL, "%s: `interfaces` names none to load on",
			       config->path);
	err = follow_names(a);
	if (err)
		return err;
	for (i = 0; i < config->interfaces; i++) {
		ifindex = if_nametoindex(config->interface[i].name);
		if (!ifindex)
			return sw_fail(a->error, -ENODEV, "%s:%d: there is no interface %s",
				       config->path, config->interface[i].line,
				       config->interface[i].name);
		err = sw_nics_check_one(a, i, ifindex);
		if (err)
			return err;
	}
	return 0;
}

static int detach_unless_configured(void *ctx, const char *path)
{
	const struct applying *a = ctx;
	const struct sw_config *config = a->plan.config;
	bool found = false;
	char *pin;
	size_t i;

	for (i = 0; i < config->interfaces && !found; i++) {
		pin = sw_state_link_path(a->state, config->interface[i].name);
		found = pin && !strcmp(pin, path);
		free(pin);
	}
	return found ? 0 : sw_detach(path, a->error);
}

static bool configured(const struct sw_config *config, const struct sw_interface_slot *slot)
{
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		if (!strcmp(config->interface[i].name, slot->name) &&
		    config->interface[i].role == slot->role)
			return true;
	}
	return false;
}

/* What the config no longer names. A NIC whose role has changed keeps its
 * link, which was updated; only its old slot retires. */
static int detach_others(struct applying *a)
{
	struct sw_registry *registry;
	struct sw_interface_slot *slot;
	int i, err;

	err = sw_state_each_link(a->state, detach_unless_configured, a);
	if (!err)
		err = sw_nics_leave_others(a);
	if (err)
		return err;
	registry = malloc(sizeof(*registry));
	if (!registry)
		return -ENOMEM;
	err = sw_registry_read(a->state, registry, a->error);
	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		slot = &registry->interface[i];
		if (!slot->attached || configured(a->plan.config, slot))
			continue;
		slot->attached = 0;
		err = sw_registry_save_interface(a->state, i, slot, a->error);
	}
	free(registry);
	return err;
}

int sw_nics_attach(struct applying *a)
{
	size_t i;
	int err;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		err = attach_one(a, i);
		if (err)
			return err;
	}
	return detach_others(a);
}
