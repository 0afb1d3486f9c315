/* SPDX-License-Identifier: GPL-2.0 */
/* Files that have changed are parsed side by side. */
#ifndef SPAMWEIR_POLICY_AHEAD_H
#define SPAMWEIR_POLICY_AHEAD_H

#include "policy/source.h"

/* Begins to parse some of the files that reading->opened does not have yet. To be called
 * before each is opened: then as many are parsed at once as there are CPUs. */
void sw_ahead_begin(const struct sw_reading *reading, const struct sw_config *config);

/* Whether a file of a megabyte or more is being parsed. */
bool sw_ahead_is_long(const struct sw_reading *reading, const struct sw_config *config);

#endif
