/* SPDX-License-Identifier: GPL-2.0 */
/* The end of enforcement: pins and programs go. */
#ifndef SPAMWEIR_KERNEL_REMOVE_H
#define SPAMWEIR_KERNEL_REMOVE_H

#include "kernel/state.h"

/* Takes the program off the NIC that the pin is for, then removes the pin. */
int sw_state_unshare(const char *path, struct sw_error *error);

/* Removes every pin and the directory, under the lock: enforcement ends. Takes
 * what any version left. -ENOENT if there is nothing. */
int sw_state_remove(const char *directory, struct sw_error *error);

/* The same for a state that is open for writing, after a first load failed. */
int sw_state_abandon(struct sw_state *state, struct sw_error *error);

#endif
