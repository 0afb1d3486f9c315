/* SPDX-License-Identifier: GPL-2.0 */
/* The words users read and write for the contract's numbers; config.h has those of its own. */
#ifndef SPAMWEIR_NAMES_H
#define SPAMWEIR_NAMES_H

#include "config.h"

/* "unknown" for a number this version does not know: it may come from a newer one's state. */
const char *sw_reason_name(enum sw_reason reason);
const char *sw_reason_help(enum sw_reason reason);
const char *sw_verdict_name(enum sw_verdict verdict);
const char *sw_xdp_mode_name(enum sw_xdp_mode mode);

#endif
