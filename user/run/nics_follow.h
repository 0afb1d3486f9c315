/* SPDX-License-Identifier: GPL-2.0 */
/* NICs that were renamed. */
#ifndef SPAMWEIR_RUN_NICS_FOLLOW_H
#define SPAMWEIR_RUN_NICS_FOLLOW_H

#include "run/applying.h"

/* Pins and slots follow the names that NICs have now, and a line says of each. Pins
 * of NICs that are gone are removed. The lock is held. */
int sw_nics_follow(struct applying *a);

#endif
