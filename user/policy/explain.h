/* SPDX-License-Identifier: GPL-2.0 */
/* Which entries of which feeds list an address: read from the feeds again, for
 * the tables in the kernel know the feed but not the line. */
#ifndef SPAMWEIR_POLICY_EXPLAIN_H
#define SPAMWEIR_POLICY_EXPLAIN_H

#include "base/error.h"
#include "config/schema.h"

struct sw_match {
	struct sw_prefix prefix;
	const struct sw_feed_config *feed; /* of the config that was passed */
	__u64 modified_s;		   /* of its file now; 0: an inline entry */
	__u32 line;			   /* of the file, or of the config */
	char tag[64];			   /* empty: none */
};

/* All entries in force that cover `address`, the longest first. *matches is
 * the caller's to free. -ENOMEM, or what reading the feeds gave. */
int sw_explain(const struct sw_config *config, const struct sw_prefix *address,
	       struct sw_match **matches, size_t *count, struct sw_error *error);

#endif
