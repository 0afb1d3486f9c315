/* SPDX-License-Identifier: GPL-2.0 */
/* A program of the operator's, which is given something on its standard input. */
#ifndef SPAMWEIR_WORKER_EXECUTE_H
#define SPAMWEIR_WORKER_EXECUTE_H

#include "base/error.h"
#include "worker/child.h"

extern const struct sw_child_kind sw_kind_execute;

/* Runs argv[0] with `text` on its stdin, in a process group of its own, with PATH and LANG
 * alone in its environment, and waits until it ends. After `seconds` it is killed with all
 * that it has begun: -ETIMEDOUT. -EIO if it does not end with 0; `error` has the first
 * line that it wrote to stderr. It dies with this process. Where another starts children
 * (remote.h), that is its parent and gives it its rights. */
int sw_execute(char *const *argv, const char *text, unsigned seconds, struct sw_error *error);

#endif
