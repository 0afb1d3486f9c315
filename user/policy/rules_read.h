/* SPDX-License-Identifier: GPL-2.0 */
/* From feeds to rules. */
#ifndef SPAMWEIR_POLICY_RULES_READ_H
#define SPAMWEIR_POLICY_RULES_READ_H

#include "base/error.h"
#include "config/schema.h"
#include "policy/rules.h"

/* Reads all feeds of `config`, own space first. A refused entry is counted,
 * and warned of in a few lines a feed; an unfit feed fails the whole, with
 * `error` naming it and *failed_feed its index (SIZE_MAX if it was no feed).
 * *out is the caller's on success. -ENOMEM, -EINVAL, or open(2)'s error. */
int sw_rules_read(const struct sw_config *config, struct sw_rules **out, size_t *failed_feed,
		  struct sw_error *error);

#endif
