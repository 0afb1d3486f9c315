/* SPDX-License-Identifier: GPL-2.0 */
/* Which of several versions of a STIX object counts (STIX 2.1, 3.6): the one modified last. */
#ifndef SPAMWEIR_FEED_VERSIONS_H
#define SPAMWEIR_FEED_VERSIONS_H

#include <stddef.h>

#include "base/span.h"

struct sw_version;

/* All zero is empty; free(3) what `item` points to. */
struct sw_versions {
	struct sw_version *item;
	size_t count, room;
	int err; /* -ENOMEM: some are not there */
};

/* Looks at all indicators where `path` leads, as far as the text is JSON. -ENOMEM. */
int sw_versions_read(struct sw_versions *versions, struct sw_span text, const char *path);

/* Whether an indicator is none that a later version, or as late a one that is revoked, has
 * replaced. One without an id is. */
bool sw_versions_last(const struct sw_versions *versions, struct sw_span id,
		      struct sw_span modified);

/* Whether there are several versions of an indicator. */
bool sw_versions_several(const struct sw_versions *versions, struct sw_span id);

/* Whether `modified` is a time that versions can be told apart by; empty is the first. */
bool sw_version_is_dated(struct sw_span modified);

#endif
