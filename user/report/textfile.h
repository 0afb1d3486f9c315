/* SPDX-License-Identifier: GPL-2.0 */
/* A text file that others read at any time: it is replaced as a whole. */
#ifndef SPAMWEIR_REPORT_TEXTFILE_H
#define SPAMWEIR_REPORT_TEXTFILE_H

#include <stdio.h>

#include "base/error.h"

/* Has `print` write to a temporary file beside `path`, readable by all, and
 * renames that. Removes first what writers that were killed have left. -EINVAL if
 * `path` is there and no regular file; what `print` returns below 0; -errno. */
int sw_textfile_write(const char *path, int (*print)(void *ctx, FILE *out), void *ctx,
		      struct sw_error *error);

/* The same, for its owner alone. */
int sw_textfile_write_private(const char *path, int (*print)(void *ctx, FILE *out), void *ctx,
			      struct sw_error *error);

#endif
