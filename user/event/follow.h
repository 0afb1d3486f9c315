/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file of lines that another process appends to, followed from its end. It may
 * be renamed away, and another begun at its path: the old one is read to its end,
 * the new one from its start. One that was cut short is read from its start again.
 */
#ifndef SPAMWEIR_EVENT_FOLLOW_H
#define SPAMWEIR_EVENT_FOLLOW_H

#include <stddef.h>

#include "base/error.h"

struct sw_follow;

/* A line without its newline, with a NUL in its place. Not 0 ends the reading. */
typedef int (*sw_line_fn)(void *ctx, const char *line, size_t size);

/* Opens the file, makes it if there is none, and goes to its end. `path` stays
 * the caller's and must last. *out is the caller's. -errno; -EINVAL if it is no
 * regular file. */
int sw_follow_open(const char *path, struct sw_follow **out, struct sw_error *error);

/* Calls `line` for what was added since, whole lines only: the writer may be about
 * to write the rest of the last. Returns what `line` does if not 0, or -errno. */
int sw_follow_read(struct sw_follow *follow, sw_line_fn line, void *ctx, struct sw_error *error);

/* Waits until something in the file's directory changes, for a signal, or for
 * `timeout_ms`. */
void sw_follow_wait(const struct sw_follow *follow, int timeout_ms);

void sw_follow_close(struct sw_follow *follow);

#endif
