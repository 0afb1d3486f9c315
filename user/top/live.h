/* SPDX-License-Identifier: GPL-2.0 */
/* The view that stays: looks, draws, and does what is typed. */
#ifndef SPAMWEIR_TOP_LIVE_H
#define SPAMWEIR_TOP_LIVE_H

#include "top/look.h"

/* Until somebody quits, or a signal comes. -ENOTTY: there is no terminal. */
int sw_top_run(struct sw_top_live *live, struct sw_error *error);

#endif
