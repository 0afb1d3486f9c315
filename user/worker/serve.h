/* SPDX-License-Identifier: GPL-2.0 */
/* The process that starts children for others: the other end of remote.h. It keeps nothing,
 * knows no configuration, and looks into no order: the child does that. */
#ifndef SPAMWEIR_WORKER_SERVE_H
#define SPAMWEIR_WORKER_SERVE_H

#include "worker/child.h"

/* Serves root, and who runs it, at `path`, where it makes a socket for its user alone; with
 * NULL at the one that systemd passes, see sd_listen_fds(3). Comes back with -errno only. */
int sw_serve(const struct sw_child_kind *const *kinds, size_t count, const char *path,
	     struct sw_error *error);

#endif
