/* SPDX-License-Identifier: GPL-2.0 */
/* From what the configuration says of suspects to what they are judged by. */
#ifndef SPAMWEIR_POLICY_SUSPECT_LIMITS_H
#define SPAMWEIR_POLICY_SUSPECT_LIMITS_H

#include "config/schema.h"
#include "suspicion.h"

/* The limits of those rules for whose breach `action`, or more, follows; the others have
 * none. Logarithms are rounded so that nobody is suspected earlier than the configuration
 * says. */
struct sw_suspect_limits sw_suspect_limits(const struct sw_suspects_config *config,
					   enum sw_suspect_action action);

#endif
