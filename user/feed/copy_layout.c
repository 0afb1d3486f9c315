// SPDX-License-Identifier: GPL-2.0
#include "feed/copy_layout.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* A feed may be named "..": its first dot is written as URLs have it. */
char *sw_copy_path(const char *state_dir, const char *name)
{
	bool dot = *name == '.';
	char *path;

	if (asprintf(&path, "%s/" SW_COPY_DIRECTORY "/%s%s", state_dir, dot ? "%2E" : "",
		     name + dot) < 0)
		return NULL;
	return path;
}

/* Against damage, not against those who may write where copies are kept. */
static void digest(const void *bytes, size_t size, __u8 *out)
{
	XXH128_canonical_t sum;

	XXH128_canonicalFromHash(&sum, XXH3_128bits(bytes, size));
	memcpy(out, sum.digest, SW_DIGEST_SIZE);
}

void sw_copy_digest_rest(const struct sw_copy_header *header, __u8 *out)
{
	digest(header + 1, header->size - sizeof(*header), out);
}

void sw_copy_digests(struct sw_copy_header *header, bool all)
{
	if (all)
		sw_copy_digest_rest(header, header->digest);
	memset(header->header_digest, 0, SW_DIGEST_SIZE);
	digest(header, sizeof(*header), header->header_digest);
}

void sw_copy_point(struct sw_feed_copy *copy, const struct sw_copy_header *header)
{
	struct sw_copy_layout layout = sw_copy_lay_out(header);
	const char *base = (const char *)header;

	*copy = (struct sw_feed_copy){
		.header = header,
		.path = base + layout.path,
		.v4 = (const __u64 *)(base + layout.v4),
		.v6 = (const struct sw_copy6 *)(base + layout.v6),
		.v4_about = (const struct sw_copy_about *)(base + layout.about),
		.tags = base + layout.tags,
		.size = header->size,
	};
	copy->v6_about = copy->v4_about + header->v4;
	if (header->untils) {
		copy->v4_until = (const __u64 *)(base + layout.untils);
		copy->v6_until = copy->v4_until + header->v4;
	}
}
