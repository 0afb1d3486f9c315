// SPDX-License-Identifier: GPL-2.0
/*
 * verify VARIANT ROLE NETS DIRS BOUNDS: loads the role's program for tables of
 * that layout and prints how many instructions the verifier walked. VARIANT is
 * how it is loaded: "live" for a NIC, "tunnels" for one on which all kinds of them are
 * opened, "offline" for replay of these, "extension" for libxdp's dispatcher, of these
 * too. If the kernel refuses, what the verifier said last goes
 * to stderr.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xdp/libxdp.h>

#include "contract.h"
#include "kernel/values.h"
#include "spamweir.skel.h"

#define SAID_LAST 2000 /* bytes of a log that can have millions */

static int print_end(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t length;
	char *text;

	if (level != LIBBPF_WARN || vasprintf(&text, format, args) < 0)
		return 0;
	length = strlen(text);
	fputs(length > SAID_LAST ? text + length - SAID_LAST : text, stderr);
	free(text);
	return 0;
}

static const char *const variants[] = { "live", "tunnels", "offline", "extension" };

enum variant {
	LIVE,
	TUNNELS,
	OFFLINE,
	EXTENSION,
	VARIANTS,
};

static struct bpf_program *program_of(const struct spamweir_bpf *skel, enum sw_role role,
				      enum variant variant)
{
	if (variant == LIVE)
		return role == SW_ACCESS ? skel->progs.spamweir_access
					 : skel->progs.spamweir_upstream;
	return role == SW_ACCESS ? skel->progs.spamweir_access_tunnels
				 : skel->progs.spamweir_upstream_tunnels;
}

/* Makes it one of a dispatcher that is on no NIC. */
static int extend(struct bpf_program *program)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, options, .find_filename = "xdp-dispatcher.o",
			    .prog_name = "xdp_dispatcher");
	struct xdp_program *dispatcher = xdp_program__create(&options);
	struct bpf_object *object;
	int err = libxdp_get_error(dispatcher);

	if (err)
		return err;
	object = xdp_program__bpf_obj(dispatcher);
	err = bpf_object__load(object);
	if (err)
		return err;
	bpf_program__set_type(program, BPF_PROG_TYPE_EXT);
	bpf_program__set_expected_attach_type(program, 0);
	return bpf_program__set_attach_target(
		program,
		bpf_program__fd(bpf_object__find_program_by_name(object, "xdp_dispatcher")),
		"xdp_dispatcher");
}

static int load(struct spamweir_bpf *skel, const struct sw_layout *layout, enum sw_role role,
		enum variant variant)
{
	const struct sw_seed seed = {
		.mul = { 0x9e3779b1, 0x85ebca77 },
		.xor = { 0x12345678, 0x9abcdef0 },
		.key = { 0x9e3779b97f4a7c15, 42, 0xbf58476d1ce4e5b9, 43 },
	};
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	struct bpf_program *program;

	memcpy((void *)&skel->rodata->layout, layout, sizeof(*layout));
	memcpy((void *)&skel->rodata->seed, &seed, sizeof(seed));
	skel->rodata->interface = SW_MAX_INTERFACES - 1;
	skel->rodata->has_vlans = 1;
	skel->rodata->has_tunnels = variant != LIVE;
	skel->rodata->opened_tunnels = SW_TUNNELS_OPENED;
	bpf_object__for_each_program(program, skel->obj)
		bpf_program__set_autoload(program, program == program_of(skel, role, variant));
	skel->rodata->offline = variant == OFFLINE;
	skel->rodata->again_window = SW_AGAIN_SECONDS * 1000;
	bpf_map__set_inner_map_fd(skel->maps.policy,
				  bpf_map_create(BPF_MAP_TYPE_ARRAY, "generation", sizeof(__u32),
						 sw_policy_size(layout), 1, &options));
	if (variant == EXTENSION && extend(program_of(skel, role, variant)))
		return -1;
	return spamweir_bpf__load(skel);
}

static int print_verified(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size)) {
		perror("verify: program info");
		return 1;
	}
	printf("%u\n", info.verified_insns);
	return 0;
}

int main(int argc, char **argv)
{
	struct spamweir_bpf *skel;
	struct sw_layout layout;
	enum variant variant = LIVE;
	enum sw_role role;
	int code = 1;

	while (argc == 6 && variant < VARIANTS && strcmp(argv[1], variants[variant]))
		variant++;
	if (argc != 6 || variant == VARIANTS) {
		fputs("usage: verify live|tunnels|offline|extension access|upstream NETS DIRS BOUNDS\n",
		      stderr);
		return 2;
	}
	role = strcmp(argv[2], "upstream") ? SW_ACCESS : SW_UPSTREAM;
	layout = (struct sw_layout){
		.nets = strtoul(argv[3], NULL, 10),
		.leaves = strtoul(argv[3], NULL, 10),
		.dirs = strtoul(argv[4], NULL, 10),
		.bounds = strtoul(argv[5], NULL, 10),
	};
	libbpf_set_print(print_end);
	skel = sw_values_register() ? NULL : spamweir_bpf__open();
	if (skel && !load(skel, &layout, role, variant))
		code = print_verified(program_of(skel, role, variant));
	spamweir_bpf__destroy(skel);
	return code;
}
