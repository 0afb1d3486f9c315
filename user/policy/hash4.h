/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 /24s into hashed buckets. */
#ifndef SPAMWEIR_POLICY_HASH4_H
#define SPAMWEIR_POLICY_HASH4_H

#include "policy/compiler.h"

/* The /24s that sw_compile4 gathered into the policy's buckets, by a salt drawn
 * anew each time. -ENOSPC if of sixteen salts none lets all stand near home. */
int sw_hash4(const struct sw_compiler *compiler);

#endif
