/* SPDX-License-Identifier: GPL-2.0 */
/* What drivers do to frames: see maps/split.h. */
#ifndef SPAMWEIR_KERNEL_SPLIT_H
#define SPAMWEIR_KERNEL_SPLIT_H

#include <linux/types.h>

/* How many frames a program of ours, by its fd, has had to copy headers of since it was
 * loaded. -ENOENT: it does not count them; else -errno. */
int sw_split_frames(int program, __u64 *frames);

#endif
