// SPDX-License-Identifier: GPL-2.0
#include "run/nics_shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/attached.h"
#include "kernel/dispatcher.h"
#include "kernel/remove.h"
#include "kernel/state.h"
#include "run/instances.h"
#include "run/nics_stacked.h"

static int counters(const struct applying *a)
{
	return a->state->map[SW_MAP_counters];
}

static int refuse_version(struct sw_nic *nic, unsigned version)
{
	return sw_fail(&nic->trouble, -EBUSY,
		       "%s: the XDP program there is libxdp's dispatcher in version %u, which the "
		       "libxdp that spamweir runs with cannot read, so nothing can be put beside "
		       "what is in it: give spamweir that newer libxdp too (libxdp1), or have its "
		       "owner take it off (`xdp-loader unload %s --all`, the newer one) and use the "
		       "older",
		       nic->name, version, nic->name);
}

static int check_shared(struct sw_nic *nic, const struct sw_share *there)
{
	const struct sw_interface_config *interface = &nic->config;
	const char *name = nic->name;

	if (there->occupied && !there->dispatcher)
		return sw_fail(
			&nic->trouble, -EBUSY,
			"%s: its XDP program is not in libxdp's dispatcher, so none can be put "
			"beside it: have its owner attach it through libxdp (`xdp-loader`), or "
			"remove it (`ip link set %s xdp off`)",
			name, name);
	if (there->others && sw_share_wrong_mode(interface, there))
		return sw_fail(
			&nic->trouble, -EBUSY,
			"%s: libxdp's dispatcher is there in %s mode, for all its programs: `xdp: "
			"%s` cannot be had beside them",
			name, there->generic ? "generic" : "native",
			sw_xdp_mode_name(interface->xdp));
	return 0;
}

int sw_nics_check_one(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];
	struct sw_share there = {};
	int err;

	a->shared[i] = nic->config.shared || a->instance->shared;
	if (nic->link || nic->elsewhere)
		return 0;
	err = sw_nics_check_bond(a, i);
	if (err)
		return err;
	err = sw_share_look(nic->ifindex, counters(a), &there);
	if (err)
		return sw_attach_explain(&nic->config, err, &nic->trouble);
	if (there.version)
		return refuse_version(nic, there.version);
	a->shared[i] |= a->reloading && there.ours;
	if (a->shared[i])
		return check_shared(nic, &there);
	if (there.ours && there.others)
		return sw_fail(
			&nic->trouble, -EBUSY,
			"%s: shares its NIC with %u other XDP programs (`xdp-loader status`): go on "
			"with `--shared`, or unload those first",
			nic->name, there.others);
	return there.ours ? 0 : sw_attach_check(&nic->config, nic->ifindex, &nic->trouble);
}

static void unmark(struct applying *a, unsigned ifindex, const char *pin)
{
	struct sw_share there;

	if (!sw_share_look(ifindex, counters(a), &there) && !there.ours)
		unlink(pin);
}

static int put_in(struct applying *a, size_t i, struct spamweir_bpf *datapath, bool *generic,
		  struct sw_error *error)
{
	const struct sw_nic *nic = &a->nic[i];
	char *pin = sw_state_shared_path(a->state, nic->ifindex);
	int err;

	if (!pin)
		return -ENOMEM;
	err = sw_state_pin_shared(a->state, pin, error);
	if (!err)
		err = sw_share_attach(&nic->config, nic->ifindex, datapath, counters(a), generic,
				      error);
	if (err)
		unmark(a, nic->ifindex, pin);
	free(pin);
	return err;
}

static void warn_naked(const struct sw_nic *nic)
{
	sw_warn("%s: NO PROGRAM is attached any more: it could not go over to another way of "
		"attaching, nor back",
		nic->name);
}

static void warn_small(const struct applying *a, const struct sw_nic *nic)
{
	struct sw_share there;

	if (!sw_share_look(nic->ifindex, counters(a), &there) && there.small)
		sw_warn("%s: another program in libxdp's dispatcher takes no frames of several buffers "
			"(xdp.frags), so the MTU cannot be raised beyond some 3500 bytes while it is "
			"there: `xdp-loader status %s`",
			nic->name, nic->name);
}

/* A link holds the NIC until it goes, so going over leaves a gap. */
int sw_nics_attach_shared(struct applying *a, size_t i, bool *generic)
{
	struct sw_nic *nic = &a->nic[i];
	int before = sw_attached_program(nic->pin);
	int err;

	err = before < 0 ? 0 : sw_detach(nic->pin, &nic->trouble);
	if (!err)
		err = put_in(a, i, a->datapath[i], generic, &nic->trouble);
	if (err && before >= 0 &&
	    sw_attach(&nic->config, nic->ifindex, before, nic->pin, generic, NULL))
		warn_naked(nic);
	if (before >= 0)
		close(before);
	if (!err)
		warn_small(a, nic);
	return err;
}

/* The way back, with the same gap. */
int sw_nics_attach_alone(struct applying *a, size_t i, bool *generic)
{
	struct sw_nic *nic = &a->nic[i];
	char *pin = sw_state_shared_path(a->state, nic->ifindex);
	struct spamweir_bpf *datapath = NULL;
	bool was_shared;
	int err = 0;

	if (!pin)
		return -ENOMEM;
	was_shared = nic->ifindex && !access(pin, F_OK);
	if (was_shared)
		err = sw_state_unshare(pin, &nic->trouble);
	free(pin);
	if (err)
		return err;
	err = sw_attach(&nic->config, nic->ifindex, sw_datapath_program(a->datapath[i]), nic->pin,
			generic, &nic->trouble);
	if (err && was_shared) {
		if (sw_instance_open(a, i, &datapath, NULL) ||
		    put_in(a, i, datapath, generic, NULL))
			warn_naked(nic);
		sw_datapath_close(datapath);
	}
	return err;
}

static int leave_unless_configured(void *ctx, const char *path)
{
	const struct applying *a = ctx;
	unsigned ifindex = sw_state_shared_ifindex(path);
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (a->nic[i].ifindex == ifindex)
			return 0;
	}
	return sw_state_unshare(path, a->error);
}

int sw_nics_leave_others(struct applying *a)
{
	return sw_state_each_shared(a->state, leave_unless_configured, a);
}
