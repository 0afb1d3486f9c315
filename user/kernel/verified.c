// SPDX-License-Identifier: GPL-2.0
#include "kernel/verified.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

int sw_verified(int program, __u32 *instructions)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	*instructions = 0;
	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return -errno;
	*instructions = info.verified_insns;
	return 0;
}

int sw_verified_try(const struct sw_datapath_options *options, __u32 *instructions,
		    struct sw_error *error)
{
	struct spamweir_bpf *datapath;
	int err = sw_datapath_load(options, &datapath, error);

	if (err)
		return err;
	err = sw_verified(sw_datapath_program(datapath), instructions);
	sw_datapath_close(datapath);
	return err ? sw_fail(error, err, "the kernel does not tell of a program: %s",
			     strerror(-err))
		   : 0;
}
