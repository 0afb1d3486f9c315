/* SPDX-License-Identifier: GPL-2.0 */
/* Every way of a tunnel that can be opened. */
#ifndef SPAMWEIR_PROGRUN_HEADS_H
#define SPAMWEIR_PROGRUN_HEADS_H

#include "frame.h"

extern const struct sw_head sw_heads[];
extern const size_t sw_head_count;

#endif
