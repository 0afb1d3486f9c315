/* SPDX-License-Identifier: GPL-2.0 */
/* Regular files, read whole. */
#ifndef SPAMWEIR_BASE_FILE_H
#define SPAMWEIR_BASE_FILE_H

#include <linux/types.h>
#include <stddef.h>

#include "base/error.h"

#define SW_FILE_MAX (1ULL << 30) /* a larger one is refused */

/* A copy of a regular file's bytes; released by sw_file_unmap. */
struct sw_file {
	const char *text;
	size_t size;
	__u64 modified_s; /* Unix time; at least 1, because 0 means that there is no file */
};

/* 0; -EINVAL if it is no regular file, or changed while it was read; -EFBIG; or
 * what open(2) or read(2) said. `error` names the file. */
int sw_file_map(const char *path, struct sw_file *file, struct sw_error *error);
void sw_file_unmap(struct sw_file *file);

#endif
