/* SPDX-License-Identifier: GPL-2.0 */
/* The generation before the running one, kept to be patched into the next: what changes
 * little then costs little. It is a pin of its own, and the kernel's memory of a second set of
 * tables, from the first small change on. */
#ifndef SPAMWEIR_KERNEL_SPARE_H
#define SPAMWEIR_KERNEL_SPARE_H

#include "kernel/generation.h"
#include "kernel/state.h"

/* Takes the spare, of whatever stamp, which is pinned no more then; it is mapped as
 * sw_generation_patch maps it. -ENOENT: there is none of this layout. */
int sw_spare_take(const struct sw_state *state, const struct sw_layout *layout,
		  struct sw_generation *out);

/* A new copy of the running generation, all of which is mapped. */
int sw_spare_copy(const struct sw_state *state, const struct sw_layout *layout,
		  struct sw_generation *out, struct sw_error *error);

/* The running generation, to become the spare when it runs no more: a fd, or -errno. */
int sw_spare_begin(const struct sw_state *state);

/* It does; failing costs the next change time. Takes the fd. */
void sw_spare_keep(const struct sw_state *state, int fd);

void sw_spare_drop(const struct sw_state *state);

#endif
