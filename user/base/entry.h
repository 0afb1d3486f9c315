/* SPDX-License-Identifier: GPL-2.0 */
/* An entry of a list: an address, a prefix, or a range of addresses. */
#ifndef SPAMWEIR_BASE_ENTRY_H
#define SPAMWEIR_BASE_ENTRY_H

#include "base/prefix.h"
#include "base/span.h"

struct sw_address_range {
	__u8 family;
	sw_u128 first;
	sw_u128 last; /* included */
};

/* Takes one prefix, its host bits cleared. A return value other than 0 stops the
 * caller, which returns it. */
typedef int (*sw_entry_emit)(void *ctx, const struct sw_prefix *prefix);

/* "192.0.2.1-192.0.2.9", blanks around the dash or none. */
bool sw_range_parse(struct sw_span text, struct sw_address_range *out);

/* sw_range_split of it. */
int sw_range_each(const struct sw_address_range *range, sw_entry_emit emit, void *ctx);

/* Parses a prefix or a range with nothing beside it, as inline entries are. -EINVAL
 * if the text is neither. */
int sw_entry_parse(const char *text, size_t size, sw_entry_emit emit, void *ctx);

#endif
