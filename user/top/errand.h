/* SPDX-License-Identifier: GPL-2.0 */
/* A verb of this same command, run for its output. */
#ifndef SPAMWEIR_TOP_ERRAND_H
#define SPAMWEIR_TOP_ERRAND_H

#include <stddef.h>

#include "base/error.h"

/* Runs this program with the arguments, NULL at their end; what it says on either output is
 * in *text, the caller's, with a NUL. The exit code, or -errno with `error` set. */
int sw_top_errand(char *const *arguments, char **text, struct sw_error *error);

#endif
