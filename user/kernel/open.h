/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening the pinned state, and whether it is one to be trusted.
 *
 * Readers open it and look. Writers hold the lock, an flock(2) on the
 * directory itself, so that it needs no file and dies with its holder.
 */
#ifndef SPAMWEIR_KERNEL_OPEN_H
#define SPAMWEIR_KERNEL_OPEN_H

#include "kernel/state.h"

enum sw_access {
	SW_READ,       /* no lock; -ENOENT if nothing is loaded */
	SW_WRITE,      /* lock; -ENOENT if nothing is loaded */
	SW_CREATE,     /* lock; the directory is made if need be, maps may be missing */
	SW_TRY_WRITE,  /* as SW_WRITE and SW_CREATE, and never wait for the lock: */
	SW_TRY_CREATE, /* -EAGAIN if it is held */
};

/* Opens the state under `directory`. *out is the caller's, released by
 * sw_state_close. -ENOENT: nothing loaded; -EPROTO: another ABI; -EBUSY: the
 * lock is held, `error` says by whom; -ENODEV: no bpffs there. */
int sw_state_open(const char *directory, enum sw_access access, struct sw_state **out,
		  struct sw_error *error);
/* Whether there is one that can be read. */
bool sw_state_is_loaded(const char *directory);

#endif
