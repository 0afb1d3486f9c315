// SPDX-License-Identifier: GPL-2.0
#include "kernel/datapath.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/generation.h"
#include "kernel/state.h"
#include "kernel/values.h"
#include "policy/settings.h"
#include "spamweir.skel.h"
#include "vlan_roles.h"

/* The first warning of libbpf since an instance was opened, for the error line: its
 * return codes say little, and later warnings follow from the first. */
static char libbpf_said[512];

static int remember(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[512];
	va_list again;

	if (level > LIBBPF_WARN)
		return 0;
	if (getenv("SPAMWEIR_DEBUG")) { /* whole: the verifier's log is one message */
		va_copy(again, args);
		vfprintf(stderr, format, again);
		va_end(again);
	}
	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = '\0';
	if (!libbpf_said[0])
		memcpy(libbpf_said, line, sizeof(libbpf_said));
	return 0;
}

void sw_datapath_hush_libbpf(void)
{
	libbpf_set_print(remember);
}

const char *sw_datapath_said(void)
{
	return libbpf_said;
}

/* SW_AGAIN_SECONDS in jiffies, or in milliseconds offline. */
static __u32 again_window(bool offline)
{
	double second = offline ? 1000 : sw_ticks_per_second() / SW_TICKS_PER_JIFFY;

	return SW_AGAIN_SECONDS * second + 0.5;
}

static void choose(struct spamweir_bpf *datapath, enum sw_role role, bool tunnels)
{
	bpf_program__set_autoload(datapath->progs.spamweir_access, role == SW_ACCESS && !tunnels);
	bpf_program__set_autoload(datapath->progs.spamweir_upstream,
				  role == SW_UPSTREAM && !tunnels);
	bpf_program__set_autoload(datapath->progs.spamweir_access_tunnels,
				  role == SW_ACCESS && tunnels);
	bpf_program__set_autoload(datapath->progs.spamweir_upstream_tunnels,
				  role == SW_UPSTREAM && tunnels);
}

static void specialise(struct spamweir_bpf *datapath, const struct sw_datapath_options *options)
{
	memcpy((void *)&datapath->rodata->layout, options->layout, sizeof(*options->layout));
	memcpy((void *)&datapath->rodata->seed, options->seed, sizeof(*options->seed));
	datapath->rodata->interface = options->interface;
	datapath->rodata->offline = options->offline;
	datapath->rodata->has_vlans = options->vlans != NULL;
	if (options->vlans)
		memcpy((void *)datapath->rodata->vlan_roles, options->vlans, SW_VLAN_BYTES);
	datapath->rodata->again_window = again_window(options->offline);
	datapath->rodata->has_tunnels = options->tunnels.looked_for;
	datapath->rodata->opened_tunnels = options->tunnels.opened;
	choose(datapath, options->role, options->tunnels.looked_for);
}

static int share_maps(struct spamweir_bpf *datapath, const int *fds, struct sw_error *error)
{
	struct bpf_map *map;
	int i, err;

	for (i = 0; i < SW_MAPS; i++) {
		if (fds[i] < 0)
			continue;
		map = bpf_object__find_map_by_name(datapath->obj, sw_map_object[i]);
		err = map ? bpf_map__reuse_fd(map, fds[i]) : -ENOENT;
		if (err)
			return sw_fail(error, err, "cannot share the pinned map %s: %s",
				       sw_map_name[i], strerror(-err));
	}
	return 0;
}

/* The only program that is loaded; NULL: none is. */
static struct bpf_program *program_of(const struct spamweir_bpf *datapath)
{
	struct bpf_program *program = NULL;

	do {
		program = bpf_object__next_program(datapath->obj, program);
	} while (program && !bpf_program__autoload(program));
	return program;
}

static int open_object(struct spamweir_bpf **out)
{
	int err = sw_values_register();

	if (err)
		return err;
	*out = spamweir_bpf__open();
	return *out ? 0 : -errno;
}

int sw_datapath_open(const struct sw_datapath_options *options, struct spamweir_bpf **out,
		     struct sw_error *error)
{
	struct spamweir_bpf *datapath;
	char why[128];
	int err;

	sw_datapath_hush_libbpf();
	libbpf_said[0] = '\0';
	err = open_object(&datapath);
	if (err) {
		libbpf_strerror(err, why, sizeof(why)); /* has numbers of its own */
		sw_fail(error, err, "cannot open the BPF object: %s", why);
		return err;
	}
	specialise(datapath, options);
	if (options->map)
		err = share_maps(datapath, options->map, error);
	if (err)
		sw_datapath_close(datapath);
	else
		*out = datapath;
	return err;
}

/* Of which layout generations are, where the map of them is made: by an example, whose fd must
 * last until then. To resize the one of the object instead crashes in libbpf 1.5. One that is
 * made for this alone goes into *made. */
static int show_generation(struct spamweir_bpf *datapath, const struct sw_datapath_options *options,
			   int *made, struct sw_error *error)
{
	int example = options->generation, err;

	if (example == SW_NO_POLICY_MAP)
		return bpf_map__set_autocreate(datapath->maps.policy, false);
	if (options->map && options->map[SW_MAP_policy] >= 0)
		return 0;
	if (!example)
		example = *made = sw_generation_map(options->layout, error);
	if (example < 0)
		return example;
	err = bpf_map__set_inner_map_fd(datapath->maps.policy, example);
	return err ? sw_fail(error, err, "cannot size the policy map: %s", strerror(-err)) : 0;
}

static int load(struct spamweir_bpf *datapath, const struct sw_datapath_options *options,
		struct sw_error *error)
{
	int made = -1, err;

	err = show_generation(datapath, options, &made, error);
	if (!err) {
		err = spamweir_bpf__load(datapath);
		/* For what libbpf has no memory to ask the kernel, it takes it for an older one. */
		if (err)
			sw_fail(error, err, "the kernel refused the BPF object: %s (%s)%s%s",
				strerror(-err), libbpf_said,
				err == -E2BIG ? ", or libbpf lacked memory to ask what it can" : "",
				geteuid() ? "; root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, is "
					    "needed"
					  : "; SPAMWEIR_DEBUG=1 shows the verifier's log");
	}
	if (made >= 0)
		close(made);
	return err;
}

int sw_datapath_load(const struct sw_datapath_options *options, struct spamweir_bpf **out,
		     struct sw_error *error)
{
	struct spamweir_bpf *datapath;
	int err;

	err = sw_datapath_open(options, &datapath, error);
	if (err)
		return err;
	err = load(datapath, options, error);
	if (err)
		sw_datapath_close(datapath);
	else
		*out = datapath;
	return err;
}

void sw_datapath_close(struct spamweir_bpf *datapath)
{
	spamweir_bpf__destroy(datapath);
}

int sw_datapath_program(const struct spamweir_bpf *datapath)
{
	return bpf_program__fd(program_of(datapath));
}

const char *sw_datapath_program_name(const struct spamweir_bpf *datapath)
{
	return bpf_program__name(program_of(datapath));
}

struct bpf_object *sw_datapath_object(const struct spamweir_bpf *datapath)
{
	return datapath->obj;
}

int sw_datapath_map(const struct spamweir_bpf *datapath, int map)
{
	int fd = bpf_object__find_map_fd_by_name(datapath->obj, sw_map_object[map]);

	if (fd < 0)
		return fd;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}
