// SPDX-License-Identifier: GPL-2.0
#include "run/instances.h"

#include "kernel/dispatcher.h"
#include "kernel/registry.h"

void sw_instances_close(struct applying *a)
{
	size_t i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		sw_datapath_close(a->datapath[i]);
		a->datapath[i] = NULL;
	}
}

static int options_of(struct applying *a, size_t i, struct sw_datapath_options *options,
		      struct sw_error *error)
{
	const struct sw_interface_config *interface = &a->nic[i].config;
	int slot = sw_registry_interface(a->state, interface, error);

	*options = (struct sw_datapath_options){
		.layout = &a->layout,
		.seed = &a->state->abi.seed,
		.role = interface->role,
		.interface = slot,
		.vlans = interface->vlans ? interface->vlan : NULL,
		.tunnels = a->plan.config->tunnels,
		.map = a->state->map,
	};
	return slot < 0 ? slot : 0;
}

int sw_instance_open(struct applying *a, size_t i, struct spamweir_bpf **out,
		     struct sw_error *error)
{
	struct sw_datapath_options options;
	int err = options_of(a, i, &options, error);

	return err ? err : sw_datapath_open(&options, out, error);
}

static int load_one(struct applying *a, size_t i)
{
	struct sw_datapath_options options;
	int err = options_of(a, i, &options, a->error);

	if (err)
		return err;
	if (!a->shared[i])
		return sw_datapath_load(&options, &a->datapath[i], a->error);
	err = sw_share_probe(a->error);
	return err ? err : sw_datapath_open(&options, &a->datapath[i], a->error);
}

int sw_instances_load(struct applying *a)
{
	size_t i;
	int err = 0;

	sw_instances_close(a);
	for (i = 0; i < a->plan.config->interfaces && !err; i++) {
		if (sw_nic_is_due(&a->nic[i]))
			err = load_one(a, i);
	}
	return err;
}
