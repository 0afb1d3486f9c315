// SPDX-License-Identifier: GPL-2.0
#include "kernel/dispatcher.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xdp/libxdp.h>

#include "kernel/attach.h"
#include "kernel/dispatcher_version.h"
#include "kernel/shape.h"

#define COMPONENTS_MAX 16 /* libxdp has 10 */
#define MAPS_MAX 64	  /* of one program */

/* libxdp's messages help only those who know it; SPAMWEIR_DEBUG shows them. */
static int say_nothing(enum libxdp_print_level level, const char *format, va_list args)
{
	if (level <= LIBXDP_INFO && getenv("SPAMWEIR_DEBUG"))
		vfprintf(stderr, format, args);
	return 0;
}

static void hush(void)
{
	libxdp_set_print(say_nothing);
	sw_datapath_hush_libbpf();
}

static bool is_ours(const struct xdp_program *program, __u32 map)
{
	__u32 ids[MAPS_MAX] = {};
	struct bpf_prog_info info = { .nr_map_ids = MAPS_MAX, .map_ids = (uintptr_t)ids };
	__u32 i, size = sizeof(info);

	if (!map || bpf_obj_get_info_by_fd(xdp_program__fd(program), &info, &size))
		return false;
	for (i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++) {
		if (ids[i] == map)
			return true;
	}
	return false;
}

/* *out is NULL if the NIC has no XDP program. */
static int open_dispatcher(unsigned ifindex, struct xdp_multiprog **out)
{
	struct xdp_multiprog *dispatcher;
	int err;

	hush();
	dispatcher = xdp_multiprog__get_from_ifindex(ifindex);
	err = libxdp_get_error(dispatcher);
	*out = err ? NULL : dispatcher;
	return err == -ENOENT ? 0 : err;
}

int sw_share_look(unsigned ifindex, int map, struct sw_share *out)
{
	struct xdp_multiprog *dispatcher;
	struct xdp_program *program = NULL;
	__u32 id = sw_map_id(map);
	int err;

	*out = (struct sw_share){};
	err = open_dispatcher(ifindex, &dispatcher);
	if (err || (dispatcher && xdp_multiprog__is_legacy(dispatcher)))
		out->version = sw_dispatcher_version_on(ifindex, &out->generic);
	if (out->version) {
		xdp_multiprog__close(dispatcher);
		out->occupied = out->dispatcher = true;
		return 0;
	}
	if (err || !dispatcher)
		return err;
	out->occupied = true;
	out->dispatcher = !xdp_multiprog__is_legacy(dispatcher);
	out->small = out->dispatcher && !xdp_multiprog__xdp_frags_support(dispatcher);
	out->generic = xdp_multiprog__attach_mode(dispatcher) == XDP_MODE_SKB;
	while ((program = xdp_multiprog__next_prog(program, dispatcher))) {
		if (!is_ours(program, id)) {
			out->others++;
			continue;
		}
		out->ours++;
		out->id = xdp_program__id(program);
	}
	xdp_multiprog__close(dispatcher);
	return 0;
}

int sw_share_program(const struct sw_share *there)
{
	int program = there->ours ? bpf_prog_get_fd_by_id(there->id) : -1;

	if (program >= 0)
		return program;
	return there->ours ? -errno : -ENOENT;
}

bool sw_share_wrong_mode(const struct sw_interface_config *interface, const struct sw_share *there)
{
	return interface->xdp != SW_XDP_AUTO &&
	       there->generic != (interface->xdp == SW_XDP_GENERIC);
}

/* One program of libxdp's dispatcher object, which has two, not yet loaded. */
static int open_part(const char *name, struct xdp_program **out, struct bpf_program **program)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, options, .find_filename = "xdp-dispatcher.o",
			    .prog_name = name);
	struct xdp_program *part = xdp_program__create(&options);
	struct bpf_program *each;
	int err = libxdp_get_error(part);

	if (err)
		return err;
	bpf_object__for_each_program(each, xdp_program__bpf_obj(part))
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), name));
	*program = bpf_object__find_program_by_name(xdp_program__bpf_obj(part), name);
	*out = part;
	return 0;
}

/* Loads `extension` in place of `target`'s main function and attaches it. */
static int extend(struct xdp_program *part, struct bpf_program *extension,
		  struct bpf_program *target)
{
	int link, err;

	bpf_program__set_type(extension, BPF_PROG_TYPE_EXT);
	bpf_program__set_expected_attach_type(extension, 0);
	err = bpf_program__set_attach_target(extension, bpf_program__fd(target),
					     bpf_program__name(target));
	if (!err)
		err = bpf_object__load(xdp_program__bpf_obj(part));
	if (err)
		return err;
	link = bpf_raw_tracepoint_open(NULL, bpf_program__fd(extension));
	if (link < 0)
		return -errno;
	close(link);
	return 0;
}

static int refuse(int code, struct sw_error *error)
{
	return sw_fail(
		error, -EOPNOTSUPP,
		"this kernel lets no XDP program be extended (freplace: %s), so libxdp's "
		"dispatcher cannot share a NIC: load without `--shared` and `shared: true`, on "
		"NICs that no other XDP program uses",
		strerror(-code));
}

int sw_share_probe(struct sw_error *error)
{
	struct xdp_program *dispatcher = NULL, *component = NULL;
	struct bpf_program *target, *extension;
	int err;

	hush();
	err = open_part("xdp_dispatcher", &dispatcher, &target);
	if (!err)
		err = open_part("xdp_pass", &component, &extension);
	if (err) {
		sw_fail(error, err, "libxdp cannot open its xdp-dispatcher.o: %s", strerror(-err));
		goto out;
	}
	err = bpf_object__load(xdp_program__bpf_obj(dispatcher));
	if (!err)
		err = extend(component, extension, target);
	if (err)
		err = refuse(err, error);
out:
	xdp_program__close(component);
	xdp_program__close(dispatcher);
	return err;
}

/* Takes out ours, all but the one with the id `keep`. */
static int take_out(unsigned ifindex, __u32 map, __u32 keep)
{
	struct xdp_program *out[COMPONENTS_MAX], *program = NULL;
	struct xdp_multiprog *dispatcher;
	size_t count = 0;
	int err;

	err = open_dispatcher(ifindex, &dispatcher);
	if (err || !dispatcher)
		return err;
	while ((program = xdp_multiprog__next_prog(program, dispatcher))) {
		if (count < COMPONENTS_MAX && xdp_program__id(program) != keep &&
		    is_ours(program, map))
			out[count++] = program;
	}
	if (count)
		err = xdp_program__detach_multi(out, count, ifindex,
						xdp_multiprog__attach_mode(dispatcher), 0);
	xdp_multiprog__close(dispatcher);
	return err;
}

int sw_share_detach(unsigned ifindex, int map, struct sw_error *error)
{
	char name[IF_NAMESIZE];
	int err = take_out(ifindex, sw_map_id(map), 0);

	if (err && if_indextoname(ifindex, name))
		return sw_fail(
			error, err,
			"%s: cannot leave libxdp's dispatcher (%s); if the MTU was raised, `ip "
			"link set %s mtu 1500`, then the same again",
			name, strerror(-err), name);
	return 0;
}

static bool is_in(unsigned ifindex, __u32 id)
{
	struct xdp_multiprog *dispatcher;
	struct xdp_program *program = NULL;
	bool found = false;

	if (open_dispatcher(ifindex, &dispatcher) || !dispatcher)
		return false;
	while (!found && (program = xdp_multiprog__next_prog(program, dispatcher)))
		found = xdp_program__id(program) == id;
	xdp_multiprog__close(dispatcher);
	return found;
}

/* A NIC, and the program that is to go into its dispatcher. */
struct seat {
	const struct sw_interface_config *interface;
	unsigned ifindex;
	__u32 map; /* number of the map by which programs of ours are known */
	struct xdp_program *program;
};

/* Attaches in the mode of the dispatcher that is there, if one is. */
static int put_in(const struct seat *seat, const struct sw_share *there, bool *generic)
{
	enum sw_xdp_mode wanted = seat->interface->xdp;
	int err = -EOPNOTSUPP;

	*generic = there->occupied ? there->generic : wanted == SW_XDP_GENERIC;
	if (!*generic)
		err = xdp_program__attach(seat->program, seat->ifindex, XDP_MODE_NATIVE, 0);
	if (err != -EOPNOTSUPP || wanted == SW_XDP_NATIVE)
		return err;
	if (wanted == SW_XDP_AUTO && !*generic)
		sw_attach_warn_generic(seat->interface);
	*generic = true;
	return xdp_program__attach(seat->program, seat->ifindex, XDP_MODE_SKB, 0);
}

static void explain_refusal(const struct seat *seat, int err, struct sw_error *error)
{
	if (xdp_program__fd(seat->program) < 0)
		sw_fail(error, err,
			"%s: the kernel refused the program in libxdp's dispatcher: %s (%s)",
			seat->interface->name, strerror(-err), sw_datapath_said());
	else
		sw_attach_explain(seat->interface, err, error);
}

/* Puts it in beside what is there; or, as a NIC has one mode at a time, in the
 * place of what is there in the wrong mode, which comes back if this fails. */
static int put_in_mode(const struct seat *seat, const struct sw_share *there, bool *generic,
		       struct sw_error *error)
{
	const struct sw_share nothing = {};
	bool moves = there->ours && !there->others && sw_share_wrong_mode(seat->interface, there);
	int err = moves ? take_out(seat->ifindex, seat->map, 0) : 0;

	if (!err)
		err = put_in(seat, moves ? &nothing : there, generic);
	if (!err)
		return 0;
	explain_refusal(seat, err, error);
	if (moves && put_in(seat, there, generic))
		sw_warn("%s: NO PROGRAM is attached any more: its mode could not be changed, nor "
			"changed back",
			seat->interface->name);
	return err;
}

/* Takes out the old program, once the new one is known to be in. */
static int take_over(const struct seat *seat, bool generic, struct sw_error *error)
{
	__u32 id = xdp_program__id(seat->program);
	int err;

	/* Where libxdp finds no dispatchers, it silently attaches the program
	 * alone. sw_share_probe saw to that; nothing else may claim to be shared. */
	if (!is_in(seat->ifindex, id)) {
		xdp_program__detach(seat->program, seat->ifindex,
				    generic ? XDP_MODE_SKB : XDP_MODE_NATIVE, 0);
		return refuse(-EOPNOTSUPP, error);
	}
	err = take_out(seat->ifindex, seat->map, id);
	if (err)
		sw_fail(error, err,
			"%s: the old program cannot be taken out of libxdp's dispatcher, where both "
			"count now: %s",
			seat->interface->name, strerror(-err));
	return err;
}

int sw_share_attach(const struct sw_interface_config *interface, unsigned ifindex,
		    struct spamweir_bpf *datapath, int map, bool *generic, struct sw_error *error)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, options, .obj = sw_datapath_object(datapath),
			    .prog_name = sw_datapath_program_name(datapath));
	struct seat seat = { interface, ifindex, sw_map_id(map), NULL };
	struct sw_share there;
	int err;

	err = sw_share_look(ifindex, map, &there);
	if (err)
		return sw_attach_explain(interface, err, error);
	seat.program = xdp_program__create(&options);
	err = libxdp_get_error(seat.program);
	if (err)
		return sw_fail(error, err, "%s: libxdp does not take the program: %s",
			       interface->name, strerror(-err));
	/* libxdp does not see it in the object. Without it the dispatcher, and so
	 * the NIC, could have no frames of several buffers. */
	xdp_program__set_xdp_frags_support(seat.program, true);
	err = put_in_mode(&seat, &there, generic, error);
	if (!err)
		err = take_over(&seat, *generic, error);
	xdp_program__close(seat.program);
	return err;
}
