/* SPDX-License-Identifier: GPL-2.0 */
/* Which version of the contract the other maps follow, and what all programs of
 * a state share. */
#ifndef SPAMWEIR_MAPS_ABI_H
#define SPAMWEIR_MAPS_ABI_H

#include "maps/limiter.h"
#include "words.h"

#define SW_ABI_MAGIC 0x5350574549520000ULL /* "SPWEIR" */
#define SW_ABI_VERSION 3

/* Read before anything else in the pin directory is trusted. `magic` and
 * `version` keep their places in all versions. */
struct sw_abi {
	__u64 magic;
	__u32 version;
	__u32 loading; /* a load began and has not ended: programs may be mixed */
	struct sw_seed seed;
	__u64 generation; /* the last one published */
	__u64 netns;	  /* inode of the network namespace whose NICs these are */
	__u64 pad[5];
};

_Static_assert(sizeof(struct sw_abi) == 120, "layout is pinned");

#endif
