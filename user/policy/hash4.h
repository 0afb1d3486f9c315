/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 /24s into hashed buckets. */
#ifndef SPAMWEIR_POLICY_HASH4_H
#define SPAMWEIR_POLICY_HASH4_H

#include "policy/compiler.h"

/* Draws a salt for the policy's buckets, which are empty. -errno of getrandom(2). */
int sw_hash4_begin(struct sw_compiler *compiler);

/* Puts a /24 near its home, some calls later. -ENOSPC, and compiler->crowded: one found
 * no place; -ENOMEM. */
int sw_hash4_add(struct sw_compiler *compiler, struct sw_net4 net);

/* Takes a /24 out, and tells its value; 0: it is not there. -errno of what opens parts. */
int sw_hash4_remove(struct sw_compiler *compiler, __u32 key, __u32 *value);

/* Puts what is still on its way. -ENOSPC, as above. */
int sw_hash4_finish(struct sw_compiler *compiler);

/* Frees what that took; what is still on its way is forgotten. */
void sw_hash4_end(struct sw_compiler *compiler);

#endif
