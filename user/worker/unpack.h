/* SPDX-License-Identifier: GPL-2.0 */
/* What a server sends compressed, unpacked as it comes. libcurl does so too, and takes a
 * stream that is cut for one that has ended. */
#ifndef SPAMWEIR_WORKER_UNPACK_H
#define SPAMWEIR_WORKER_UNPACK_H

#include <stddef.h>

struct sw_unpack;

/* Where unpacked bytes go: 0, or what sw_unpack_take then returns. */
typedef int (*sw_unpacked)(void *ctx, const void *bytes, size_t size);

/* Loads what it needs, for good: NULL if there is no memory. It lives as long as the
 * process. */
struct sw_unpack *sw_unpack_new(sw_unpacked out, void *ctx);

/* As Accept-Encoding has them. */
const char *sw_unpack_accepts(const struct sw_unpack *unpack);

/* Begins a body, by the words of Content-Encoding; "": none. -EPROTONOSUPPORT. */
int sw_unpack_begin(struct sw_unpack *unpack, const char *encoding);

/* A body that has no encoding and begins as a compressed file does is unpacked, too.
 * -EBADMSG: it is not what it says, or begins as; -ENOMEM. */
int sw_unpack_take(struct sw_unpack *unpack, const void *bytes, size_t size);

/* The body has ended. -ENODATA: before what is in it has. */
int sw_unpack_end(struct sw_unpack *unpack);

#endif
