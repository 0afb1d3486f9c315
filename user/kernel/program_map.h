/* SPDX-License-Identifier: GPL-2.0 */
/* Maps that a program has to itself. */
#ifndef SPAMWEIR_KERNEL_PROGRAM_MAP_H
#define SPAMWEIR_KERNEL_PROGRAM_MAP_H

#include <bpf/bpf.h>

/* An fd of the program's map of that name: the caller's; *info is of it. `program`: an fd.
 * -ENOENT: it has none; else -errno. */
int sw_program_map(int program, const char *name, struct bpf_map_info *info);

#endif
