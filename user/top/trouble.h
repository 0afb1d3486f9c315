/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with feeds, NICs and the last reload, a line each. */
#ifndef SPAMWEIR_TOP_TROUBLE_H
#define SPAMWEIR_TOP_TROUBLE_H

#include "report/snapshot.h"

#define SW_TROUBLES 8
#define SW_TROUBLE_TEXT 240

/* Writes at most `most` lines, the last of which says how many more there are: how many. */
int sw_top_troubles(const struct sw_snapshot *snapshot, char out[SW_TROUBLES][SW_TROUBLE_TEXT],
		    int most);

#endif
