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

int sw_range_each(const struct sw_address_range *range, sw_entry_emit emit, void *ctx)
{
	return sw_range_split(range->family, range->first, range->last, emit, ctx);
}

int sw_entry_parse(const char *text, size_t size, sw_entry_emit emit, void *ctx)
{
	struct sw_span span = sw_trim((struct sw_span){ text, size });
	struct sw_prefix prefix;
	struct sw_address_range range;

	if (!sw_span_prefix(span, &prefix)) {
		sw_prefix_clear_host_bits(&prefix);
		return emit(ctx, &prefix);
	}
	if (sw_range_parse(span, &range))
		return sw_range_each(&range, emit, ctx);
	return -EINVAL;
}
