// SPDX-License-Identifier: GPL-2.0
/* Addresses, prefixes and ranges: as text, against inet_pton(3), and as numbers. */
#include <errno.h>

#include "base/entry.h"
#include "feed/feed.h"
#include "fuzz.h"
#include "reference.h"

static bool same_prefix(const struct sw_prefix *a, const struct sw_prefix *b)
{
	return a->address == b->address && a->family == b->family && a->length == b->length;
}

static bool expected_prefix(const char *text, size_t size, struct sw_prefix *out)
{
	char copy[256] = "";

	if (!size || size >= sizeof(copy) || memchr(text, '\0', size))
		return false;
	memcpy(copy, text, size);
	return reference_prefix(copy, out);
}

static void check_host_bits(struct sw_prefix prefix)
{
	unsigned host = sw_family_bits(prefix.family) - prefix.length;
	sw_u128 before = prefix.address;
	bool any = sw_prefix_clear_host_bits(&prefix);

	must(any == (prefix.address != before));
	must(!sw_prefix_clear_host_bits(&prefix));
	must(before >= prefix.address && before <= sw_prefix_last(&prefix));
	if (host < 128)
		must(sw_prefix_last(&prefix) - prefix.address == ((sw_u128)1 << host) - 1);
	else
		must(!prefix.address && !~sw_prefix_last(&prefix));
}

static void check_format(const struct sw_prefix *prefix)
{
	char text[SW_PREFIX_TEXT], again[SW_PREFIX_TEXT];
	struct sw_prefix back;

	must(sw_prefix_format(prefix, text) == text);
	must(is_printable(text));
	must(!sw_prefix_parse(text, strlen(text), &back));
	must(same_prefix(&back, prefix));
	must(!strcmp(sw_prefix_format(&back, again), text));
	must((strchr(text, '/') != NULL) == (prefix->length < sw_family_bits(prefix->family)));
}

static void check_parse(const char *text, size_t size)
{
	struct sw_prefix prefix, untouched, expected;
	bool right = expected_prefix(text, size, &expected);
	int err;

	memset(&prefix, 0x5a, sizeof(prefix));
	untouched = prefix;
	err = sw_address_parse(text, size, &prefix);
	must(err == (right && !memchr(text, '/', size) ? 0 : -EINVAL));
	if (err)
		must(same_prefix(&prefix, &untouched));
	prefix = untouched;
	err = sw_prefix_parse(text, size, &prefix);
	must(err == (right ? 0 : -EINVAL));
	must(same_prefix(&prefix, right ? &expected : &untouched));
	if (err)
		return;
	check_format(&prefix);
	check_host_bits(prefix);
}

/* Pieces of a range, as they come. */
struct cover {
	__u8 family;
	sw_u128 next; /* behind what is covered */
	struct sw_prefix before;
	size_t pieces;
	size_t stop_after;
};

/* Two that are halves of one prefix would be one too many. */
static bool are_halves(const struct sw_prefix *a, const struct sw_prefix *b)
{
	sw_u128 size = b->address - a->address;

	return a->length && a->length == b->length && !(a->address & size);
}

static int cover(void *ctx, const struct sw_prefix *piece)
{
	struct cover *cover = ctx;
	struct sw_prefix copy = *piece;

	must(piece->family == cover->family && piece->length <= sw_family_bits(piece->family));
	must(!sw_prefix_clear_host_bits(&copy));
	must(!cover->pieces || piece->address == cover->next);
	must(!cover->pieces || !are_halves(&cover->before, piece));
	cover->before = *piece;
	cover->next = sw_prefix_last(piece) + 1;
	return ++cover->pieces == cover->stop_after ? -ECANCELED : 0;
}

static int cover_entry(void *ctx, const struct sw_prefix *piece)
{
	struct cover *state = ctx;

	state->family = piece->family;
	return cover(ctx, piece);
}

static void check_entry(const char *text, size_t size)
{
	struct cover all = { 0 }, first = { .stop_after = 1 };
	int err = sw_entry_parse(text, size, cover_entry, &all);

	must(err == (all.pieces ? 0 : -EINVAL));
	if (!err)
		must(sw_entry_parse(text, size, cover_entry, &first) == -ECANCELED);
}

static void check_split(struct input input)
{
	struct cover all = { .family = take8(&input) & 1 ? SW_IPV6 : SW_IPV4 };
	sw_u128 mask = all.family == SW_IPV4 ? UINT32_MAX : ~(sw_u128)0;
	sw_u128 first = (sw_u128)take(&input, 8) << 64, last;

	first = (first | take(&input, 8)) & mask;
	last = first + (((sw_u128)take(&input, 8) << 64 | take(&input, 8)) & (mask - first));
	must(!sw_range_split(all.family, first, last, cover, &all));
	must(all.pieces && all.pieces <= 2 * 128 && sw_prefix_last(&all.before) == last);
	all = (struct cover){ .family = all.family, .stop_after = 1 };
	must(sw_range_split(all.family, first, last, cover, &all) == -ECANCELED);
	must(all.pieces == 1 && all.before.address == first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = copy_of(data, size);

	check_parse(text, size);
	check_entry(text, size);
	check_split((struct input){ data, size });
	free(text);
	return 0;
}
