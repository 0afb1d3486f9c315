/* SPDX-License-Identifier: GPL-2.0 */
/* Reading good copies, and whether one may be trusted. */
#ifndef SPAMWEIR_FEED_COPY_H
#define SPAMWEIR_FEED_COPY_H

#include "base/error.h"
#include "feed/copy_layout.h"

enum sw_copy_trust {
	SW_COPY_LOOK, /* the header's digest: costs nothing, for showing lines */
	SW_COPY_SENT, /* no digest, which whoever has sent it can make; the order of all entries */
	SW_COPY_ENFORCE, /* the digest over everything, and the order of all entries */
};

/* Maps the good copy of `feed`. -ENOENT: there is none; -EBADMSG: damaged, or not
 * of this version, or of another source, as `error` says; or what open(2) said. */
int sw_feed_copy_open(const char *state_dir, const struct sw_feed_config *feed,
		      enum sw_copy_trust trust, struct sw_feed_copy *copy, struct sw_error *error);

/* Checks what lies in memory, which has `size` bytes and is aligned to 8, and
 * points `copy` into it. -EBADMSG. */
int sw_feed_copy_check(const void *memory, size_t size, enum sw_copy_trust trust,
		       struct sw_feed_copy *copy, struct sw_error *error);

/* What SW_COPY_ENFORCE checks beyond SW_COPY_LOOK. -EBADMSG. */
int sw_feed_copy_verify(const struct sw_feed_copy *copy, struct sw_error *error);

void sw_feed_copy_close(struct sw_feed_copy *copy);

/* Whether it was made from the file as it is, under the same options: then
 * nothing has to be read anew. */
bool sw_feed_copy_is_current(const struct sw_feed_copy *copy, const struct sw_feed_config *feed);

/* Whether an entry of its source has begun that it has not: the source is to be read anew. */
bool sw_feed_copy_is_due(const struct sw_feed_copy *copy);

/* Whether the source has been replaced or written to since, or is gone. */
bool sw_feed_copy_is_outdated(const struct sw_feed_copy *copy);

#endif
