/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How full the ledger and the conduct table are, and what they have forgotten: sums over
 * all rows, by CPU, so that nobody has to read the rows. Written when a way is claimed and
 * when none could be, and no way ever becomes free again: what is claimed is in use.
 */
#ifndef SPAMWEIR_MAPS_TALLY_H
#define SPAMWEIR_MAPS_TALLY_H

#include "maps/subject.h"

/* A table, to be added to the side. */
enum sw_tallied {
	SW_TALLY_LEDGER,
	SW_TALLY_CONDUCT = SW_TALLY_LEDGER + SW_SIDES,
};

struct sw_tally_row {
	__u64 claimed; /* that were free */
	__u64 evicted; /* that were another's */
	__u64 missed;  /* others took the place too often in a row */
	/* The user side's own, of what stood in the rows before programs kept tallies: that
	 * this is known. */
	__u64 known;
};

/* Where the user side writes what stood there before, to be added to what programs count. */
#define SW_TALLY_BEFORE 8

#define SW_TALLIES (2 * SW_TALLY_BEFORE)

_Static_assert(sizeof(struct sw_tally_row) == 32, "layout is pinned");
_Static_assert(SW_TALLY_CONDUCT + SW_SIDES <= SW_TALLY_BEFORE, "a row for each");

#endif
