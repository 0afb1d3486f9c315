/* SPDX-License-Identifier: GPL-2.0 */
/* The gate's bits; include/maps/gate.h says what they are worth. */
#ifndef SPAMWEIR_GATE_H
#define SPAMWEIR_GATE_H

#include "maps.h"
#include "table6.h"

/* Shifts by `by` modulo 64, as BPF does by itself; C would have to say so, at a cost. */
static __always_inline __u64 sw_gate_shift(__u64 word, __u64 by)
{
#ifdef __bpf__
	__asm__("%0 >>= %1" : "+r"(word) : "r"(by));
	return word;
#else
	return word >> (by & 63);
#endif
}

/* Where the gate is. Left alone, the compiler makes an address anew of every word that is
 * asked for. */
static __always_inline const struct sw_gate *sw_gate_here(void)
{
	const struct sw_gate *here = &gate;

	__asm__("" : "+r"(here));
	return here;
}

/* A load has room for where the array begins, which the compiler would add by itself. */
static __always_inline __u64 sw_gate_net4(const struct sw_gate *here, __u32 index)
{
#ifdef __bpf__
	const __u64 *word = (const __u64 *)here + index;
	__u64 bits;

	__asm__ volatile("%0 = *(u64 *)(%1 + %2)"
			 : "=r"(bits)
			 : "r"(word), "i"(__builtin_offsetof(struct sw_gate, net4)));
	return bits;
#else
	return here->net4[index];
#endif
}

/* Bit 0: something near the address is listed for C&C. The other bits are noise,
 * so that answers can be or-ed before any is tested: their misses overlap. */
static __always_inline __u64 sw_gate_near4_in(const struct sw_gate *here, __u32 address)
{
	return sw_gate_shift(sw_gate_net4(here, address >> 14), address >> 8);
}

static __always_inline __u64 sw_gate_near4(__u32 address)
{
	return sw_gate_near4_in(&gate, address);
}

static __always_inline __u64 sw_gate_near6_in(const struct sw_gate *here, struct sw_in6 address)
{
	__u32 hash = sw_hash_top6(address.hi >> 32) >> (32 - SW_GATE_TOP6_BITS);
	__u32 wide = address.hi >> 48;

	return here->top6[hash >> 6] >> (hash & 63) | here->wide6[wide >> 6] >> (wide & 63);
}

static __always_inline __u64 sw_gate_near6(struct sw_in6 address)
{
	return sw_gate_near6_in(&gate, address);
}

/* Likewise whether a port of a header may be one of SMTP. Its lower byte tells, the second
 * one. */
static __always_inline __u64 sw_gate_near_smtp(const struct sw_gate *here, const __be16 *port)
{
	return sw_gate_shift(here->port_bits, ((const __u8 *)port)[1]);
}

/*
 * Whether `near`, a set bit near an IPv4 address, says that its /24 is touched in this
 * very generation. Which one it says that of must be read after the bit: the zero that
 * is made of the bit makes this load wait for that one on every machine.
 */
static __always_inline int sw_gate_is_exact(const struct sw_policy *running, __u64 near)
{
#ifdef __bpf__
	__asm__ volatile("%0 &= 0" : "+r"(near)); /* in C the compiler knows better */
#else
	near = 0;
#endif
	return (&gate.exact)[near] == running->settings.generation;
}

static __always_inline __u64 sw_gate_maybe_smtp(__u16 port)
{
	return sw_gate_shift(gate.port_bits, port) & 1;
}

static __always_inline __u64 sw_gate_maybe_live(struct sw_in6 source)
{
	__u32 bit = sw_gate_live_bit(source.hi, source.lo);

	return gate.live[bit >> 6] >> (bit & 63) & 1;
}

#endif
