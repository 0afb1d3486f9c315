/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what is pinned is what the programs use: a pin can be put in another's
 * place, and then whatever is written to it is written to nobody. */
#ifndef SPAMWEIR_KERNEL_INUSE_H
#define SPAMWEIR_KERNEL_INUSE_H

#include "kernel/state.h"

/* -ESTALE if a program that is attached uses another map than the one that is
 * pinned: `error` says which, and the way out. 0 where none is attached. */
int sw_in_use_check(const struct sw_state *state, struct sw_error *error);

#endif
