/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 /24s into hashed buckets. */
#ifndef SPAMWEIR_POLICY_HASH4_H
#define SPAMWEIR_POLICY_HASH4_H

#include "policy/compiler.h"

/* Puts the /24s that sw_compile4 gathered into the policy's buckets, by a salt that is
 * drawn anew each time. -ENOSPC if none of sixteen salts puts all of them near their
 * homes. */
int sw_hash4(const struct sw_compiler *compiler);

#endif
