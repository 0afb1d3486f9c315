// SPDX-License-Identifier: GPL-2.0
/*
 * A good copy of which nothing is as it should be but the digests: whoever can
 * write to the state directory can make those. The input says how many entries
 * there are, changes single octets of the header, and is then what stands in the
 * parts. What is taken for whole must be searched without a read outside of it.
 */
#include <errno.h>

#include "feed/copy.h"
#include "feed/copy_find.h"
#include "feed/copy_layout.h"
#include "fuzz.h"

static struct sw_copy_header begin(struct input *input)
{
	struct sw_copy_header header = {
		.magic = SW_COPY_MAGIC,
		.version = SW_COPY_VERSION,
		.header_size = sizeof(header),
		.v4_lengths = take(input, 5),
		.v6_lengths = { take(input, 8), take(input, 8), 1 },
	};

	header.v4 = take8(input) & 15;
	header.v6 = take8(input) & 15;
	header.untils = take8(input) & 1 ? header.v4 + header.v6 : 0;
	header.path_size = take8(input) % 16 + 1;
	header.tags_size = take8(input) % 32 + 1;
	header.size = sw_copy_lay_out(&header).size;
	return header;
}

/* Octets of the header that are wrong. */
static void spoil(struct input *input, __u8 *image)
{
	unsigned count = take8(input) & 3;

	while (count--)
		image[take(input, 2) % sizeof(struct sw_copy_header)] ^= take8(input);
}

static void fill(struct input *input, __u8 *image, size_t size)
{
	struct sw_copy_header *header = (void *)image;
	struct sw_copy_layout layout = sw_copy_lay_out(header);
	bool sorted = take8(input) & 1;
	__u64 *v4 = (__u64 *)(image + layout.v4), i;

	for (i = sizeof(*header); i < size && input->size; i++)
		image[i] = take8(input);
	/* Most of what is random is in no order, and would get no further. */
	for (i = 0; sorted && i < header->v4; i++) {
		v4[i] = sw_copy4(i << 20, 24);
		header->v4_lengths |= 1 << 24;
	}
	image[layout.path + header->path_size - 1] = '\0';
	image[layout.tags + header->tags_size - 1] = '\0';
}

struct found {
	const struct sw_feed_copy *copy;
	struct sw_prefix prefix;
	int count, length;
};

static int note(void *ctx, const struct sw_feed_found *match)
{
	const struct sw_prefix *entry = &match->prefix;
	struct found *found = ctx;

	must(entry->family == found->prefix.family && entry->length <= found->prefix.length);
	must((int)entry->length > found->length);
	must(entry->address <= found->prefix.address);
	must(sw_prefix_last(entry) >= found->prefix.address);
	must(match->tag + strlen(match->tag) <
	     (const char *)found->copy->header + found->copy->size);
	found->length = entry->length;
	found->count++;
	return 0;
}

static int search(const struct sw_feed_copy *copy, struct sw_prefix prefix)
{
	struct found found = { .copy = copy, .prefix = prefix, .length = -1 };

	must(!sw_feed_copy_find(copy, &prefix, note, &found));
	if (found.count)
		must(sw_feed_copy_overlaps(copy, &prefix));
	return found.count;
}

static void search_some(struct input *input, const struct sw_feed_copy *copy)
{
	struct sw_prefix prefix = { .address = take(input, 4), .family = SW_IPV4, .length = 32 };

	search(copy, prefix);
	prefix = (struct sw_prefix){ .address = (sw_u128)take(input, 8) << 64,
				     .family = SW_IPV6,
				     .length = 128 };
	search(copy, prefix);
}

/* Of one that may be enforced: each entry is found. */
static void search_all(const struct sw_feed_copy *copy)
{
	const struct sw_copy_header *header = copy->header;
	__u64 i;

	for (i = 0; i < header->v4; i++)
		must(search(copy, sw_copy4_prefix(copy->v4[i])));
	for (i = 0; i < header->v6; i++)
		must(search(copy, sw_copy6_prefix(&copy->v6[i])));
	for (i = 0; i < header->untils; i++)
		must(copy->v4_until[i] + 1 || true); /* is there to be read */
}

static void check(struct input *input, const void *image, size_t size)
{
	struct sw_error error = { "" };
	struct sw_feed_copy copy;
	int err;

	err = sw_feed_copy_check(image, size, SW_COPY_LOOK, &copy, &error);
	must(!err || (err == -EBADMSG && is_printable(error.text)));
	if (!err) {
		must(copy.size == size && copy.path[copy.header->path_size - 1] == '\0');
		search_some(input, &copy);
	}
	if (!sw_feed_copy_check(image, size, SW_COPY_ENFORCE, &copy, &error)) {
		must(!err);
		search_all(&copy);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct sw_copy_header header = begin(&input);
	__u8 *image = calloc(1, header.size);

	must(image);
	memcpy(image, &header, sizeof(header));
	if (take8(&input) & 1) {
		fill(&input, image, header.size);
	} else {
		spoil(&input, image);
		memcpy(image + offsetof(struct sw_copy_header, magic), SW_COPY_MAGIC, 8);
	}
	/* The digest over all needs the right size; a wrong one is refused before. */
	sw_copy_digests((struct sw_copy_header *)image,
			((struct sw_copy_header *)image)->size == header.size);
	check(&input, image, header.size);
	free(image);
	return 0;
}
