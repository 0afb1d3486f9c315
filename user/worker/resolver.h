/* SPDX-License-Identifier: GPL-2.0 */
/* The root directory of who fetches: what getaddrinfo(3) reads and nothing else. */
#ifndef SPAMWEIR_WORKER_RESOLVER_H
#define SPAMWEIR_WORKER_RESOLVER_H

#include "base/error.h"

/* Makes STATE_DIR/resolver/etc, with copies of resolv.conf and hosts of today, and a
 * nsswitch.conf for no more than these two. *root is the caller's to free. -errno. */
int sw_resolver_root(const char *state_dir, char **root, struct sw_error *error);

#endif
