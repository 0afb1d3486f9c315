/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of bpffs that the pins are in. Whoever can write there decides
 * what is enforced, so it is trusted only if nobody but root can.
 */
#ifndef SPAMWEIR_KERNEL_PLACE_H
#define SPAMWEIR_KERNEL_PLACE_H

#include <stdbool.h>

#include "base/error.h"

#define SW_PLACE_MOUNT "mount -t bpf -o mode=700 bpf /sys/fs/bpf"

/* Makes it if it is not there. -EINVAL; -ENODEV: no bpffs; what mkdir(2) said. */
int sw_place_make(const char *directory, struct sw_error *error);

/* Whether it lies on bpffs, or would if it were made. */
bool sw_place_is_bpffs(const char *directory);

/* -ENOENT if there is nothing; -EPERM if others than root can change it, or
 * could have made it: `error` has the command that mends it. */
int sw_place_check(const char *directory, struct sw_error *error);

#endif
