/* SPDX-License-Identifier: GPL-2.0 */
/* Prefixes of IPv6 whose addresses carry one of IPv4 (embed.h): those of this network's
 * translators, 64:ff9b::/96 (RFC 6052) and 2002::/16 (6to4, RFC 3056). */
#ifndef SPAMWEIR_POLICY_BEARERS_H
#define SPAMWEIR_POLICY_BEARERS_H

#include "base/prefix.h"
#include "policy/compiler.h"

/* `nat64`: SW_MAX_NAT64 at most, of the lengths of RFC 6052. */
void sw_bearers_fill(const struct sw_prefix *nat64, size_t count, struct sw_settings *settings);

/* Sets the bits of the IPv6 tables that are near bearers, by the policy's settings: of the
 * C&C set if that has an IPv4 address. All of struct sw_policy is open. */
void sw_bearers_mark(const struct sw_compiler *compiler);

/* The same of a policy that is patched: if the rules at hand have one. -errno of what opens
 * parts; all words that sw_bearer_word tells are open then. */
int sw_bearers_patch(const struct sw_compiler *compiler);

/* The word of the C&C set's bits in which that of a bearer is. */
__u64 *sw_bearer_word(struct sw_policy *policy, __u32 bearer);

#endif
