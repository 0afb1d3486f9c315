/* SPDX-License-Identifier: GPL-2.0 */
/* The VLAN tags in front of a frame, of which the decoder says nothing. */
#ifndef SPAMWEIR_FUZZ_TAGS_H
#define SPAMWEIR_FUZZ_TAGS_H

#include "fuzz.h"

#define TAGS_MAX 2

static inline bool is_tag(const __u8 *type)
{
	unsigned value = type[0] << 8 | type[1];

	return value == 0x8100 || value == 0x88a8 || value == 0x9100;
}

/* How many tags stand there whole; their VIDs, the outer first. */
static inline unsigned tags_of(const __u8 *frame, size_t size, unsigned vid[TAGS_MAX])
{
	const __u8 *at = frame + 12;
	unsigned tags = 0;

	for (; tags < TAGS_MAX && size >= 18 + 4 * tags && is_tag(at); at += 4)
		vid[tags++] = (at[2] << 8 | at[3]) & 0xfff;
	return tags;
}

#endif
