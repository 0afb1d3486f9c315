/* SPDX-License-Identifier: GPL-2.0 */
/* What of a feed was not taken, for people. */
#ifndef SPAMWEIR_POLICY_INTAKE_WARN_H
#define SPAMWEIR_POLICY_INTAKE_WARN_H

#include "policy/intake.h"

/* Warns of what was left out in all, and of names that the feed's list does not have. */
void sw_intake_warn(const struct sw_intake *intake);

#endif
