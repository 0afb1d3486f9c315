// SPDX-License-Identifier: GPL-2.0
#include "base/entry.h"

#include <errno.h>
#include <string.h>

bool sw_range_parse(struct sw_span text, struct sw_address_range *out)
{
	const char *dash = text.size ? memchr(text.at, '-', text.size) : NULL;
	struct sw_span from, to;
	struct sw_prefix first, last;

	if (!dash)
		return false;
	from = sw_before(text, dash);
	to = sw_behind(text, dash);
	if (sw_address_parse(from.at, from.size, &first) || sw_address_parse(to.at, to.size, &last))
		return false;
	if (first.family != last.family || first.address > last.address)
		return false;
	*out = (struct sw_address_range){ first.family, first.address, last.address };
	return true;
}

int sw_range_each(const struct sw_address_range *range,
		  int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx)
{
	return sw_range_split(range->family, range->first, range->last, emit, ctx);
}

struct entry {
	sw_entry_emit emit;
	void *ctx;
	__u32 line;
};

static int emit_piece(void *ctx, const struct sw_prefix *prefix)
{
	const struct entry *entry = ctx;

	return entry->emit(entry->ctx, prefix, entry->line, NULL, 0);
}

int sw_entry_parse(const char *text, size_t size, __u32 line, sw_entry_emit emit, void *ctx)
{
	struct entry entry = { emit, ctx, line };
	struct sw_span span = sw_trim((struct sw_span){ text, size });
	struct sw_prefix prefix;
	struct sw_address_range range;

	if (!sw_span_prefix(span, &prefix)) {
		sw_prefix_clear_host_bits(&prefix);
		return emit_piece(&entry, &prefix);
	}
	if (sw_range_parse(span, &range))
		return sw_range_each(&range, emit_piece, &entry);
	return -EINVAL;
}
