/* SPDX-License-Identifier: GPL-2.0 */
/* Writing good copies: in two steps, so that a publish waits for no disk. */
#ifndef SPAMWEIR_FEED_COPY_SAVE_H
#define SPAMWEIR_FEED_COPY_SAVE_H

#include "feed/copy.h"

/* Makes the directories that copies are in, if need be. -errno with `error` set. */
int sw_copy_make_directories(const char *state_dir, struct sw_error *error);

/* Writes a copy that sw_feed_copy_read has made to a temporary file beside its place; *temporary is its path,
 * the caller's to free. Directories are made if need be. What an earlier process
 * has left unfinished is removed. -errno with `error` naming the place. */
int sw_feed_copy_write(const struct sw_feed_copy *copy, const char *state_dir, const char *name,
		       char **temporary, struct sw_error *error);

/* Puts it in its place for good: fsync(2), rename(2). Removes it on failure. */
int sw_feed_copy_commit(const char *temporary, const char *state_dir, const char *name,
			struct sw_error *error);

#endif
