/* SPDX-License-Identifier: GPL-2.0 */
/* The writers' lock. */
#ifndef SPAMWEIR_BASE_LOCK_H
#define SPAMWEIR_BASE_LOCK_H

#include <sys/types.h>

#include "base/error.h"

#define SW_LOCK_WAIT_S 30 /* publishing a million prefixes takes less than one */

/* Locks a directory against other writers, waiting up to SW_LOCK_WAIT_S; a
 * line on stderr says whom it waits for. *fd is the lock: closing it, or
 * dying, gives it up. -EBUSY names the holder in `error`; -ENOENT. */
int sw_lock_take(const char *directory, int *fd, struct sw_error *error);

/* The same without waiting: -EAGAIN if it is held, and `error` says by whom. */
int sw_lock_try(const char *directory, int *fd, struct sw_error *error);

/* The process that holds the flock(2) on what `fd` is open on. 0: nobody, or one
 * that cannot be seen from here. */
pid_t sw_lock_holder(int fd);

#endif
