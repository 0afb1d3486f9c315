// SPDX-License-Identifier: GPL-2.0
#include "kernel/attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attached.h"
#include "kernel/links.h"
#include "kernel/stack.h"

#define WHY_MAX 512

/* "" if its own driver is to be asked. */
static void explain_stack(const char *name, char why[WHY_MAX])
{
	struct sw_link link;

	why[0] = '\0';
	if (!sw_link_by_name(name, &link))
		sw_stack_explain(&link, why, WHY_MAX);
}

static int explain_no_native(const char *name, int code, struct sw_error *error)
{
	char why[WHY_MAX];

	explain_stack(name, why);
	if (why[0])
		return sw_fail(error, code,
			       "%s: it %s; or accept the slow path with `xdp: generic`", name, why);
	return sw_fail(error, code,
		       "%s: its driver has no native XDP, or not in its present state (queues, "
		       "LRO); see `ethtool -i %s`, try `ethtool -K %s lro off`, or accept the slow "
		       "path with `xdp: generic`",
		       name, name, name);
}

static int explain_occupied(const char *name, int code, struct sw_error *error)
{
	struct sw_link link;

	if (code == -EEXIST && !sw_link_by_name(name, &link) && !sw_link_has_program(&link))
		return sw_fail(
			error, code,
			"%s: a device on top of it (its bond or bridge, a VLAN device, a macvlan) "
			"has an XDP program, and the kernel takes none below one: `bpftool net` names "
			"it; unload that, or name that device instead",
			name);
	return sw_fail(error, code,
		       "%s: another XDP program is there (`ip link show %s`, `bpftool net`); "
		       "`ip link set %s xdp off` removes one that no link holds, else unload its "
		       "owner; `spamweir load --shared` runs beside one in libxdp's dispatcher",
		       name, name, name);
}

/* The kernel gives a number; the operator needs the command that helps. */
int sw_attach_explain(const struct sw_interface_config *interface, int code, struct sw_error *error)
{
	const char *name = interface->name;

	switch (code) {
	case -EOPNOTSUPP:
		return explain_no_native(name, code, error);
	case -EBUSY:
	case -EEXIST:
		return explain_occupied(name, code, error);
	case -ERANGE:
	case -E2BIG:
	case -EINVAL:
		return sw_fail(
			error, code,
			"%s: the driver refused (%s), most likely for the MTU or LRO: try `ip link "
			"set %s mtu 1500`, `ethtool -K %s lro off`; dmesg may say more",
			name, strerror(-code), name, name);
	case -ENOSPC:
	case -ENOMEM:
		return sw_fail(
			error, code,
			"%s: no room for XDP transmit queues; try fewer: `ethtool -L %s combined "
			"%ld`",
			name, name, sysconf(_SC_NPROCESSORS_ONLN));
	case -EPERM:
		return sw_fail(error, code, "%s: root, or CAP_NET_ADMIN and CAP_BPF, is needed",
			       name);
	}
	return sw_fail(error, code, "%s: cannot attach: %s", name, strerror(-code));
}

void sw_attach_warn_generic(const struct sw_interface_config *interface)
{
	char why[WHY_MAX];

	explain_stack(interface->name, why);
	if (why[0])
		sw_warn("%s: it %s; attached in GENERIC mode, which costs every packet far more. Set "
			"`xdp: generic` to accept this",
			interface->name, why);
	else
		sw_warn("%s: its driver has no native XDP; attached in GENERIC mode, which costs "
			"every packet far more. Set `xdp: generic` to accept this, or use another "
			"NIC",
			interface->name);
}

static int create_link(unsigned ifindex, int program, __u32 mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = mode);
	int link = bpf_link_create(program, ifindex, BPF_XDP, &options);

	return link < 0 ? -errno : link;
}

static int create(const struct sw_interface_config *interface, unsigned ifindex, int program,
		  bool *generic, struct sw_error *error)
{
	int link = -EOPNOTSUPP;

	if (interface->xdp != SW_XDP_GENERIC) {
		*generic = false;
		link = create_link(ifindex, program, XDP_FLAGS_DRV_MODE);
	}
	if (link != -EOPNOTSUPP || interface->xdp == SW_XDP_NATIVE)
		return link < 0 ? sw_attach_explain(interface, link, error) : link;
	if (interface->xdp == SW_XDP_AUTO)
		sw_attach_warn_generic(interface);
	*generic = true;
	link = create_link(ifindex, program, XDP_FLAGS_SKB_MODE);
	return link < 0 ? sw_attach_explain(interface, link, error) : link;
}

int sw_attach_check(const struct sw_interface_config *interface, unsigned ifindex,
		    struct sw_error *error)
{
	struct sw_link link;

	if (sw_link_by_index(ifindex, &link) || !sw_link_has_program(&link))
		return 0;
	return sw_attach_explain(interface, -EBUSY, error);
}

static int create_and_pin(const struct sw_interface_config *interface, unsigned ifindex,
			  int program, const char *pin, bool *generic, struct sw_error *error)
{
	int link = create(interface, ifindex, program, generic, error);
	int err = 0;

	if (link < 0)
		return link;
	if (bpf_obj_pin(link, pin))
		err = sw_fail(error, -errno, "%s: %s", pin, strerror(errno));
	close(link);
	return err;
}

/* -errno: the kernel has no room for it. */
static int load_pass(void)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_XDP,
		    .prog_flags = BPF_F_XDP_HAS_FRAGS);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "spamweir_bye", "GPL", pass,
			     sizeof(pass) / sizeof(*pass), &options);
}

/* A driver can refuse to have its program taken off: virtio-net of Linux 6.1 does if the
 * MTU was raised since. The kernel then takes away the link all the same, nothing shows the
 * program any more, and it goes on dropping. A driver that takes another program lets this
 * one go as well. */
static int let_go(int link, const char *pin, struct sw_error *error)
{
	const char *name = strrchr(pin, '_');
	int pass = load_pass(), err = 0;

	if (pass < 0)
		return 0;
	if (bpf_link_update(link, pass, NULL) && errno != ENOLINK)
		err = -errno;
	close(pass);
	name = name ? name + 1 : pin;
	if (err)
		sw_fail(error, err,
			"%s: the driver does not let go of the program (%s), most likely for the MTU: "
			"`ip link set %s mtu 1500`, then the same again",
			name, strerror(-err), name);
	return err;
}

/* A bond never frees a program that another takes the place of (Linux 6.1 to 6.12), and all
 * maps stay with that. */
static bool is_on_bond(const char *pin)
{
	enum sw_attachment mode;
	struct sw_link nic;
	unsigned ifindex;

	return !sw_attachment(pin, &ifindex, &mode) && ifindex && mode == SW_NATIVE &&
	       !sw_link_by_index(ifindex, &nic) && !strcmp(nic.kind, "bond");
}

/* A link whose last pin goes is detached some time later; this is now. */
int sw_detach(const char *pin, struct sw_error *error)
{
	int link = bpf_obj_get(pin);
	int err = 0;

	if (link >= 0) {
		err = is_on_bond(pin) ? 0 : let_go(link, pin, error);
		if (!err)
			bpf_link_detach(link);
		close(link);
	}
	if (!err && unlink(pin) && errno != ENOENT)
		err = sw_fail(error, -errno, "%s: %s", pin, strerror(errno));
	return err;
}

/* A NIC holds one mode at a time: out with the old, and back if that fails. */
static int change_mode(const struct sw_interface_config *interface, unsigned ifindex, int program,
		       const char *pin, bool *generic, struct sw_error *error)
{
	struct sw_interface_config before = *interface;
	int err;

	before.xdp = interface->xdp == SW_XDP_NATIVE ? SW_XDP_GENERIC : SW_XDP_NATIVE;
	err = sw_detach(pin, error);
	if (err)
		return err;
	err = create_and_pin(interface, ifindex, program, pin, generic, error);
	if (err && create_and_pin(&before, ifindex, program, pin, generic, NULL))
		sw_warn("%s: NO PROGRAM is attached any more: its mode could not be changed, nor "
			"changed back",
			interface->name);
	return err;
}

static int update(const struct sw_interface_config *interface, int program, const char *pin,
		  struct sw_error *error)
{
	int link = bpf_obj_get(pin);
	int err = 0;

	if (link < 0)
		return sw_fail(error, -errno, "%s: %s", pin, strerror(errno));
	if (bpf_link_update(link, program, NULL))
		err = sw_attach_explain(interface, -errno, error);
	close(link);
	return err;
}

int sw_attach(const struct sw_interface_config *interface, unsigned ifindex, int program,
	      const char *pin, bool *generic, struct sw_error *error)
{
	enum sw_attachment mode;
	unsigned there;
	int err;

	if (!ifindex)
		return update(interface, program, pin, error);
	err = sw_attachment(pin, &there, &mode);
	if (err && err != -ENOENT) /* it may well be there and at work */
		return sw_fail(error, err, "%s: %s", pin, strerror(-err));
	if (!err && mode == SW_ELSEWHERE)
		sw_note("%s: the NIC that was called so before is in another network namespace, and is "
			"not judged there any more",
			interface->name);
	if (!err && (there != ifindex || mode == SW_ELSEWHERE))
		err = sw_detach(pin, error) ? -EBUSY
					    : -ENOENT; /* of a NIC that is gone from here */
	if (err == -ENOENT)
		return create_and_pin(interface, ifindex, program, pin, generic, error);
	if (err)
		return err;
	*generic = mode == SW_GENERIC;
	if (interface->xdp != SW_XDP_AUTO && *generic != (interface->xdp == SW_XDP_GENERIC))
		return change_mode(interface, ifindex, program, pin, generic, error);
	return update(interface, program, pin, error);
}
