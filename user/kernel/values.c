// SPDX-License-Identifier: GPL-2.0
#include "kernel/values.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

static int names_map(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg == BPF_PSEUDO_MAP_FD;
}

/* 1: it is an array of one element; 0: another map. */
static int has_one_value(int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	return info.type == BPF_MAP_TYPE_ARRAY && info.max_entries == 1;
}

/* The first half of such an instruction has the map, the second how far into the element. */
static int name_values(struct bpf_insn *insn, size_t count)
{
	int has = 0;
	size_t i;

	for (i = 0; has >= 0 && i + 1 < count; i++) {
		if (!names_map(&insn[i]))
			continue;
		has = has_one_value(insn[i].imm);
		if (has > 0)
			insn[i].src_reg = BPF_PSEUDO_MAP_VALUE;
	}
	return has < 0 ? has : 0;
}

/* In place of libbpf's own handler of xdp.frags, which sets the flag. */
static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	size_t count = bpf_program__insn_cnt(program), size = count * sizeof(struct bpf_insn);
	struct bpf_insn *insn;
	int err;

	(void)cookie;
	if (strcmp(bpf_program__section_name(program), SW_SECTION))
		return 0; /* another's */
	insn = malloc(size);
	if (!insn)
		return -ENOMEM;
	memcpy(insn, bpf_program__insns(program), size);
	err = name_values(insn, count);
	if (!err)
		err = bpf_program__set_insns(program, insn, count);
	free(insn);
	if (bpf_program__type(program) == BPF_PROG_TYPE_XDP)
		options->prog_flags |= BPF_F_XDP_HAS_FRAGS;
	return err;
}

static int registered; /* or why not: -errno */

/* For any section, for that is the only handler which stays a program's when its type is
 * changed (libbpf 1.2 and later), as libxdp does where a NIC is shared. */
static void register_once(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare);

	registered = libbpf_register_prog_handler(NULL, BPF_PROG_TYPE_XDP, BPF_XDP, &options);
}

int sw_values_register(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, register_once);
	return registered < 0 ? registered : 0;
}
