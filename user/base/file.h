/* SPDX-License-Identifier: GPL-2.0 */
/* Regular files, read whole. */
#ifndef SPAMWEIR_BASE_FILE_H
#define SPAMWEIR_BASE_FILE_H

#include <linux/types.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

#define SW_FILE_MAX (1ULL << 30) /* a larger one is refused */

/* What changes whenever a file is replaced or written to. */
struct sw_file_id {
	__u64 device;
	__u64 inode;
	__u64 size;
	__u64 modified_ns; /* Unix time */
	__u64 changed_ns;  /* of content or inode: nobody can set it back */
};

/* A copy of a regular file's bytes; released by sw_file_unmap. */
struct sw_file {
	const char *text;
	size_t size;
	__u64 modified_s; /* Unix time; at least 1, because 0 means that there is no file */
	struct sw_file_id id;
};

/* Opened read-only, without waiting for anybody; what is no regular file is
 * refused. *stat may be NULL. An fd, or -errno with `error` naming the file. */
int sw_file_open(const char *path, struct stat *stat, struct sw_error *error);

const char *sw_file_kind(mode_t mode); /* "a FIFO"; of what is no regular file */

/* -errno of stat(2). */
int sw_file_identify(const char *path, struct sw_file_id *id);

/* 0; -EINVAL if it is no regular file, or changed while it was read; -EFBIG; or
 * what open(2) or read(2) said. `error` names the file. */
int sw_file_map(const char *path, struct sw_file *file, struct sw_error *error);
void sw_file_unmap(struct sw_file *file);

/* A regular file of our own, which is replaced and never written to again, as it lies
 * there. Zeroes are none. */
struct sw_mapping {
	const char *at;
	size_t size;
};

/* -EINVAL if it is no regular file; or what open(2) or mmap(2) said. `error` names it. */
int sw_mapping_open(const char *path, struct sw_mapping *mapping, struct sw_error *error);
void sw_mapping_close(struct sw_mapping *mapping);

#endif
