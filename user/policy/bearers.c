// SPDX-License-Identifier: GPL-2.0
#include "policy/bearers.h"

#include "embed.h"
#include "policy/compiler.h"

#define IN6_HI(address) ((__u64)((address) >> 64))

/* RFC 6052: behind the prefix, but for bits 64 to 71, which are not used. */
static void set_nat64(struct sw_bearer *bearer, unsigned length)
{
	if (length == 96) {
		bearer->left = 32; /* nothing of the upper half */
		bearer->mask = ~0U;
		return;
	}
	bearer->left = length - 32;
	bearer->down = 88 - length;
	bearer->mask = 0xffffffffULL >> (64 - length);
}

static struct sw_bearer bearer_of(const struct sw_prefix *prefix)
{
	sw_u128 mask = ~sw_prefix_host_mask(prefix);
	struct sw_bearer bearer = {
		.hi = IN6_HI(prefix->address),
		.hi_mask = IN6_HI(mask),
		.lo = prefix->address,
		.lo_mask = mask,
		.length = prefix->length,
	};

	if (prefix->length == 16)
		bearer.right = 16;
	else
		set_nat64(&bearer, prefix->length);
	return bearer;
}

static void add(const struct sw_prefix *prefix, struct sw_settings *settings)
{
	struct sw_bearer bearer = bearer_of(prefix);
	__u32 at = settings->bearers++;

	for (; at && settings->bearer[at - 1].length < bearer.length; at--)
		settings->bearer[at] = settings->bearer[at - 1];
	settings->bearer[at] = bearer;
	settings->bearer_tops |= 1U << sw_bearer_top(bearer.hi);
}

void sw_bearers_fill(const struct sw_prefix *nat64, size_t count, struct sw_settings *settings)
{
	static const struct sw_prefix known[] = {
		{ (sw_u128)0x0064ff9b00000000 << 64, SW_IPV6, 96 },
		{ (sw_u128)0x2002000000000000 << 64, SW_IPV6, 16 },
	};
	size_t i;

	settings->bearers = 0;
	settings->bearer_tops = 0;
	for (i = 0; i < count && i < SW_MAX_NAT64; i++)
		add(&nat64[i], settings);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		add(&known[i], settings);
	for (i = settings->bearers; i < SW_MAX_BEARERS; i++) /* one that has no address */
		settings->bearer[i] = (struct sw_bearer){ .hi = 1 };
}

static bool lists_ipv4(const struct sw_table4 *table)
{
	size_t i;

	for (i = 0; i < sizeof(table->touched) / sizeof(table->touched[0]); i++) {
		if (table->touched[i])
			return true;
	}
	return false;
}

/* The word, and the bit in it, by which a table knows of what a bearer carries. */
static __u64 *word_of(struct sw_table6 *table, const struct sw_bearer *bearer, __u64 *bit)
{
	__u32 at = bearer->hi >> 48;

	if (bearer->length >= 32)
		at = sw_hash_top6(bearer->hi >> 32) >> (32 - SW_TOUCHED6_BITS);
	*bit = 1ULL << at % 64;
	return (bearer->length < 32 ? table->wide : table->touched) + at / 64;
}

static int mark(const struct sw_compiler *compiler, enum sw_set set, bool lists)
{
	struct sw_policy *policy = compiler->policy;
	__u64 *word, bit;
	int err = 0;
	__u32 i;

	for (i = 0; i < policy->settings.bearers && !err; i++) {
		word = word_of(&policy->v6[set], &policy->settings.bearer[i], &bit);
		err = sw_reach(compiler, word, sizeof(*word));
		if (!err && lists)
			*word |= bit;
	}
	return err;
}

/* Bearers are always marked for mail, for live zombies stand in no table. */
void sw_bearers_mark(const struct sw_compiler *compiler)
{
	mark(compiler, SW_SET_MAIL, true);
	mark(compiler, SW_SET_CNC, lists_ipv4(&compiler->policy->v4[SW_SET_CNC]));
}

/* What is listed elsewhere has marked them already. */
int sw_bearers_patch(const struct sw_compiler *compiler)
{
	return mark(compiler, SW_SET_CNC, compiler->rules->kind[SW_KIND_CNC].v4_count);
}

__u64 *sw_bearer_word(struct sw_policy *policy, __u32 bearer)
{
	__u64 bit;

	return word_of(&policy->v6[SW_SET_CNC], &policy->settings.bearer[bearer], &bit);
}
