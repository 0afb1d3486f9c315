/* SPDX-License-Identifier: GPL-2.0 */
/* Which entries of which feeds list an address: looked up in the feeds' good
 * copies, for the tables in the kernel know the feed but not the line. */
#ifndef SPAMWEIR_POLICY_EXPLAIN_H
#define SPAMWEIR_POLICY_EXPLAIN_H

#include "base/error.h"
#include "config/schema.h"
#include "policy/source.h"

struct sw_match {
	struct sw_prefix prefix;
	const struct sw_feed_config *feed; /* of the config that was passed */
	__u64 modified_s;		   /* of its file as it was read; 0: an inline entry */
	bool outdated;			   /* the file has changed since, or is gone */
	__u32 line;			   /* of the file, or of the config */
	__u64 until;			   /* Unix time of its end, which may be past; 0: none */
	char tag[SW_COPY_TAG_MAX + 1];	   /* what the list says of it; empty: nothing */
};

struct sw_explanation {
	struct sw_match *match; /* the longest first; free(3) */
	size_t matches;
	bool outdated[SW_MAX_FEEDS]; /* its file has changed since it was read, by the
				      * feed's place in the config */
};

/* All entries that may be in force and cover `address`. A feed without a good copy
 * is read from its file; one that cannot be read is warned of and shown without
 * its entries. -ENOMEM. */
int sw_explain(const struct sw_config *config, const struct sw_reading *reading,
	       const struct sw_prefix *address, struct sw_explanation *explanation,
	       struct sw_error *error);

#endif
