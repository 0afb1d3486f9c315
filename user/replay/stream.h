/* SPDX-License-Identifier: GPL-2.0 */
/* The bytes of a file, a FIFO or standard input, gzip (RFC 1952) taken off. */
#ifndef SPAMWEIR_REPLAY_STREAM_H
#define SPAMWEIR_REPLAY_STREAM_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"

struct sw_stream;

#define SW_STREAM_PEEK 8

/* Opens `path`; "-" is standard input. *out is the caller's. -errno, and -EINVAL
 * for what was compressed otherwise: `error` names the file and what to do. */
int sw_stream_open(const char *path, struct sw_stream **out, struct sw_error *error);
void sw_stream_close(struct sw_stream *stream); /* NULL is fine */

/* The first bytes, which are still to be read: how many of them there are. */
size_t sw_stream_peek(const struct sw_stream *stream, unsigned char out[SW_STREAM_PEEK]);

/* Reads `size` bytes, fewer only where the stream ends. -errno. `out` may be
 * NULL: they are skipped. */
ssize_t sw_stream_read(struct sw_stream *stream, void *out, size_t size);

/* What made the stream end before its time, as a sentence without its subject:
 * gzip data that are cut or damaged. NULL: nothing did. */
const char *sw_stream_damage(const struct sw_stream *stream);

/* The -errno of a read(2) that failed, or 0. */
int sw_stream_failed(const struct sw_stream *stream);

/* The stream for those who want stdio; it does not own the stream. NULL: errno. */
FILE *sw_stream_file(struct sw_stream *stream);

#endif
