/* SPDX-License-Identifier: GPL-2.0 */
/* The words users read and write for the contract's numbers. */
#ifndef SPAMWEIR_BASE_NAMES_H
#define SPAMWEIR_BASE_NAMES_H

#include "contract.h"

/* "unknown" for a number this version does not know: it may come from a newer one's state. */
const char *sw_role_name(enum sw_role role);
const char *sw_kind_name(enum sw_kind kind);
const char *sw_reason_name(enum sw_reason reason);
const char *sw_reason_help(enum sw_reason reason);
const char *sw_verdict_name(enum sw_verdict verdict);
const char *sw_tunnel_name(enum sw_tunnel kind);

/* What became of a SYN that was held against the limit: "passed", "again_limited". */
const char *sw_attempt_name(enum sw_attempt kind);

#endif
