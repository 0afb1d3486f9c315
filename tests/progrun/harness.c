// SPDX-License-Identifier: GPL-2.0
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/values.h"
#include "spamweir.skel.h"
#include "vlan_roles.h"

#define UNSET 0xdeadbeef

void *sw_rig_map(int fd, size_t value_size)
{
	void *at = mmap(NULL, value_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static void set_vlan(struct spamweir_bpf *skel, __u16 vid, enum sw_vlan_role role)
{
	skel->rodata->vlan_roles[vid / 4] |= role << 2 * (vid % 4);
}

static int load(struct sw_rig *rig)
{
	struct spamweir_bpf *skel;
	int err;

	libbpf_set_print(quiet);
	err = sw_values_register();
	if (err)
		return err;
	skel = rig->skel = spamweir_bpf__open();
	if (!skel)
		return -errno;
	skel->rodata->layout = rig->layout;
	skel->rodata->seed = rig->seed;
	skel->rodata->interface = SW_RIG_INTERFACE;
	skel->rodata->offline = rig->offline;
	skel->rodata->has_vlans = 1;
	set_vlan(skel, SW_VID_ACCESS, SW_VLAN_ACCESS);
	set_vlan(skel, SW_VID_UPSTREAM, SW_VLAN_UPSTREAM);
	set_vlan(skel, SW_VID_NONE, SW_VLAN_NONE);
	skel->rodata->has_tunnels = rig->tunnels;
	skel->rodata->opened_tunnels = rig->opened_tunnels;
	bpf_program__set_autoload(skel->progs.spamweir_access, !rig->tunnels);
	bpf_program__set_autoload(skel->progs.spamweir_upstream, !rig->tunnels);
	bpf_program__set_autoload(skel->progs.spamweir_access_tunnels, rig->tunnels);
	bpf_program__set_autoload(skel->progs.spamweir_upstream_tunnels, rig->tunnels);
	if (!rig->forgetful) /* milliseconds, or about as many jiffies as are in that time */
		skel->rodata->again_window = SW_AGAIN_SECONDS * (rig->offline ? 1000 : 250);
	bpf_map__set_value_size(bpf_map__inner_map(skel->maps.policy),
				sw_policy_size(&rig->layout));
	return spamweir_bpf__load(skel);
}

static int open_rig(struct sw_rig *rig)
{
	typeof(&rig->skel->progs) progs;
	int err = load(rig);

	if (err)
		return err;
	progs = &rig->skel->progs;
	rig->program[SW_ACCESS] = bpf_program__fd(rig->tunnels ? progs->spamweir_access_tunnels
							       : progs->spamweir_access);
	rig->program[SW_UPSTREAM] = bpf_program__fd(rig->tunnels ? progs->spamweir_upstream_tunnels
								 : progs->spamweir_upstream);
	rig->limiter = sw_rig_map(bpf_map__fd(rig->skel->maps.limiter), sizeof(*rig->limiter));
	rig->again = sw_rig_map(bpf_map__fd(rig->skel->maps.again), sizeof(*rig->again));
	rig->gate = &rig->skel->bss->gate;
	rig->out = malloc(SW_FRAME_MAX);
	if (!rig->limiter || !rig->again || !rig->out)
		return -ENOMEM;
	return sw_rig_open_generation(rig);
}

int sw_rig_open(struct sw_rig *rig, const struct sw_rig_options *options)
{
	int err;

	*rig = (struct sw_rig){
		.offline = options->offline,
		.forgetful = options->forgetful,
		.tunnels = options->tunnels,
		.opened_tunnels = options->opened_tunnels,
		.generation_fd = -1,
		.layout = { .nets = 1 << 16, .leaves = 8192, .dirs = 1024, .bounds = 1 << 16 },
		.seed = {
			.mul = { 0x9e3779b1, 0x85ebca77 },
			.xor = { 0x12345678, 0x9abcdef0 },
			.key = { 0x9e3779b97f4a7c15, 42, 0xbf58476d1ce4e5b9, 43 },
		},
	};
	err = open_rig(rig);
	if (err)
		sw_rig_close(rig);
	return err;
}

void sw_rig_close(struct sw_rig *rig)
{
	sw_rig_close_generation(rig);
	if (rig->limiter)
		munmap(rig->limiter, sizeof(*rig->limiter));
	if (rig->again)
		munmap(rig->again, sizeof(*rig->again));
	free(rig->out);
	spamweir_bpf__destroy(rig->skel);
	*rig = (struct sw_rig){ .generation_fd = -1 };
}

void sw_rig_forget_limits(struct sw_rig *rig)
{
	memset(rig->limiter, 0, sizeof(*rig->limiter));
	memset(rig->again, 0, sizeof(*rig->again));
}

void sw_rig_clock(struct sw_rig *rig, __u64 now_ns)
{
	rig->skel->data_offline->offline_clock_ns = now_ns;
}

int sw_rig_run(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size, __u32 linear,
	       struct sw_outcome *out)
{
	struct xdp_md context = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = data, .data_size_in = size,
		    .data_out = rig->out, .data_size_out = SW_FRAME_MAX, .repeat = 1);
	int err;

	if (linear != SW_FRAME_ALL) {
		options.ctx_in = &context;
		options.ctx_size_in = sizeof(context);
	}
	rig->skel->data_offline->offline_reason = UNSET;
	rig->skel->data_offline->offline_feed = UNSET;
	err = bpf_prog_test_run_opts(rig->program[role], &options);
	if (err)
		return linear < size && err == -EINVAL ? -EOPNOTSUPP : err;
	*out = (struct sw_outcome){
		.action = options.retval,
		.reason = rig->skel->data_offline->offline_reason,
		.feed = rig->skel->data_offline->offline_feed,
		.rewritten = options.data_size_out != size || memcmp(data, rig->out, size),
	};
	return 0;
}

int sw_rig_repeat(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size, __u32 count)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = data, .data_size_in = size,
		    .repeat = count);

	return bpf_prog_test_run_opts(rig->program[role], &options);
}
