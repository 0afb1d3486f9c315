// SPDX-License-Identifier: GPL-2.0
#include "run/nics_shared.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/dispatcher.h"
#include "kernel/remove.h"
#include "kernel/state.h"
#include "run/instances.h"

static int counters(const struct applying *a)
{
	return a->state->map[SW_MAP_counters];
}

static int check_shared(struct applying *a, const struct sw_interface_config *interface,
			const struct sw_share *there)
{
	const char *name = interface->name;

	if (there->occupied && !there->dispatcher)
		return sw_fail(a->error, -EBUSY,
			       "%s: its XDP program is not in libxdp's dispatcher, so none can be put "
			       "beside it: have its owner attach it through libxdp (`xdp-loader`), or "
			       "remove it (`ip link set %s xdp off`)",
			       name, name);
	if (there->others && sw_share_wrong_mode(interface, there))
		return sw_fail(a->error, -EBUSY,
			       "%s: libxdp's dispatcher is there in %s mode, for all its programs: `xdp: "
			       "%s` cannot be had beside them",
			       name, there->generic ? "generic" : "native",
			       sw_xdp_mode_name(interface->xdp));
	return 0;
}

int sw_nics_check_one(struct applying *a, size_t i, unsigned ifindex)
{
	const struct sw_interface_config *interface = &a->plan.config->interface[i];
	char *pin = sw_state_link_path(a->state, interface->name);
	enum sw_attachment mode;
	struct sw_share there;
	unsigned linked = 0;
	int err;

	if (!pin)
		return -ENOMEM;
	err = sw_attachment(pin, &linked, &mode);
	if (err && err != -ENOENT)
		sw_fail(a->error, err, "%s: %s", pin, strerror(-err));
	free(pin);
	if (err && err != -ENOENT)
		return err;
	err = sw_share_look(ifindex, counters(a), &there);
	if (err)
		return sw_attach_explain(interface, err, a->error);
	a->shared[i] = interface->shared || a->instance->shared || (a->reloading && there.ours);
	if (linked == ifindex)
		return 0;
	if (a->shared[i])
		return check_shared(a, interface, &there);
	if (there.ours && there.others)
		return sw_fail(a->error, -EBUSY,
			       "%s: shares its NIC with %u other XDP programs (`xdp-loader status`): go on "
			       "with `--shared`, or unload those first",
			       interface->name, there.others);
	return there.ours ? 0 : sw_attach_check(interface, ifindex, a->error);
}

static void unmark(struct applying *a, unsigned ifindex, const char *pin)
{
	struct sw_share there;

	if (!sw_share_look(ifindex, counters(a), &there) && !there.ours)
		unlink(pin);
}

static int put_in(struct applying *a, size_t i, unsigned ifindex, struct spamweir_bpf *datapath,
		  bool *generic, struct sw_error *error)
{
	char *pin = sw_state_shared_path(a->state, ifindex);
	int err;

	if (!pin)
		return -ENOMEM;
	err = sw_state_pin_shared(a->state, pin, a->error);
	if (!err)
		err = sw_share_attach(&a->plan.config->interface[i], ifindex, datapath, counters(a),
				      generic, error);
	if (err)
		unmark(a, ifindex, pin);
	free(pin);
	return err;
}

static void warn_naked(const struct sw_interface_config *interface)
{
	sw_warn("%s: NO PROGRAM is attached any more: it could not go over to another way of "
		"attaching, nor back",
		interface->name);
}

/* A link holds the NIC until it goes, so going over leaves a gap. */
int sw_nics_attach_shared(struct applying *a, size_t i, unsigned ifindex, const char *link,
			  bool *generic)
{
	const struct sw_interface_config *interface = &a->plan.config->interface[i];
	int before = sw_attached_program(link);
	int err;

	err = before < 0 ? 0 : sw_detach(link, a->error);
	if (!err)
		err = put_in(a, i, ifindex, a->datapath[i], generic, a->error);
	if (err && before >= 0 && sw_attach(interface, ifindex, before, link, generic, NULL))
		warn_naked(interface);
	if (before >= 0)
		close(before);
	return err;
}

/* The way back, with the same gap. */
int sw_nics_attach_alone(struct applying *a, size_t i, unsigned ifindex, const char *link,
			 bool *generic)
{
	const struct sw_interface_config *interface = &a->plan.config->interface[i];
	char *pin = sw_state_shared_path(a->state, ifindex);
	struct spamweir_bpf *datapath = NULL;
	bool was_shared;
	int err = 0;

	if (!pin)
		return -ENOMEM;
	was_shared = !access(pin, F_OK);
	if (was_shared)
		err = sw_state_unshare(pin, a->error);
	free(pin);
	if (err)
		return err;
	err = sw_attach(interface, ifindex, sw_datapath_program(a->datapath[i]), link, generic,
			a->error);
	if (err && was_shared) {
		if (sw_instance_open(a, i, &datapath, NULL) ||
		    put_in(a, i, ifindex, datapath, generic, NULL))
			warn_naked(interface);
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
		if (if_nametoindex(a->plan.config->interface[i].name) == ifindex)
			return 0;
	}
	return sw_state_unshare(path, a->error);
}

int sw_nics_leave_others(struct applying *a)
{
	return sw_state_each_shared(a->state, leave_unless_configured, a);
}
