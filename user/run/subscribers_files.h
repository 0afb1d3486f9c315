/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a list of subscribers, in the order in which they were written. */
#ifndef SPAMWEIR_RUN_SUBSCRIBERS_FILES_H
#define SPAMWEIR_RUN_SUBSCRIBERS_FILES_H

#include "config/schema.h"

#define SW_SUBSCRIBERS_FILES 1024

struct sw_subscribers_files {
	char *path[SW_SUBSCRIBERS_FILES];
	size_t count;
};

/* Those that match the source's path, by name; beside each lease file of Kea those that
 * its clean-up has left or is about to put in its place. None is no error. -ENOMEM, -E2BIG. */
int sw_subscribers_files_find(const struct sw_subscribers_source *source,
			      struct sw_subscribers_files *out, struct sw_error *error);
void sw_subscribers_files_free(struct sw_subscribers_files *files);

#endif
