/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a generation was made of, in a file beside its rules: enough to tell what has
 * changed since without reading what has not. The file is of the machine, and of the
 * very spamweir, that wrote it.
 */
#ifndef SPAMWEIR_POLICY_LINEAGE_H
#define SPAMWEIR_POLICY_LINEAGE_H

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "config/schema.h"
#include "policy/guard.h"
#include "policy/regions.h"
#include "policy/rules.h"

struct sw_lineage_feed {
	char name[SW_NAME_LEN];
	__u8 digest[SW_DIGEST_SIZE]; /* of its copy's header; zeroes: it has no file */
	__u8 slot;
};

/* An entry of the operator's lists, as they were. */
struct sw_lineage_entry {
	__u64 hi, lo;
	__u8 family, length;
	__u8 rank;
	__u8 pad[5];
};

struct sw_lineage {
	__u64 stamp;  /* of the generation in the kernel, as drawn for it */
	__u64 former; /* of the one that it differs from in `step` alone; 0: none */
	__u64 config; /* sw_lineage_config */
	__u64 hosts;  /* sw_lineage_hosts */
	__u64 as_of_s;
	struct sw_lineage_feed *feed; /* by rank */
	size_t feeds;
	struct sw_lineage_entry *entry;
	size_t entries;
	struct sw_regions step;
};

/* Digests of the configuration's text, 0 if it cannot be read, and of the hosts. */
__u64 sw_lineage_config(const char *path);
__u64 sw_lineage_hosts(const struct sw_hosts *hosts);

/* Describes what is published; the caller sets stamp, former, config, hosts and step.
 * -ENOMEM. Released by sw_lineage_free, as what was loaded. */
int sw_lineage_describe(const struct sw_config *config, const struct sw_rules *rules,
			const __u8 *slot, struct sw_lineage *out);

int sw_lineage_save(const char *path, const struct sw_lineage *lineage, struct sw_error *error);

/* -EINVAL if it is damaged or another spamweir's. */
int sw_lineage_load(const char *path, struct sw_lineage *out, struct sw_error *error);

void sw_lineage_free(struct sw_lineage *lineage);

static inline bool sw_is_operators(const struct sw_feed_config *feed)
{
	return !strncmp(feed->name, SW_OPERATOR_FEED, strlen(SW_OPERATOR_FEED));
}

#endif
