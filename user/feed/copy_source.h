/* SPDX-License-Identifier: GPL-2.0 */
/* What a good copy is a copy of, and how that was read. */
#ifndef SPAMWEIR_FEED_COPY_SOURCE_H
#define SPAMWEIR_FEED_COPY_SOURCE_H

#include "feed/copy_layout.h"

/* Without padding of chance content: it is compared as bytes. */
struct sw_copy_options sw_copy_options(const struct sw_feed_config *feed);

/* The feed's path, absolute: the caller's to free. NULL: no memory. */
char *sw_copy_source(const struct sw_feed_config *feed);

#endif
