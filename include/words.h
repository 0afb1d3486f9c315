/* SPDX-License-Identifier: GPL-2.0 */
/* The words that the datapath and the user side count in, and how far. */
#ifndef SPAMWEIR_WORDS_H
#define SPAMWEIR_WORDS_H

#include <linux/types.h>

/* The kernel's own headers make this a plain `inline`, and the BPF compiler a
 * call of every inline function that it finds large. */
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))

/* Unrolls the loop behind it. */
#ifdef __clang__
#define SW_UNROLL _Pragma("clang loop unroll(full)")
#else
#define SW_UNROLL _Pragma("GCC unroll 16")
#endif

/* Leaves the loop behind it as it is. */
#ifdef __clang__
#define SW_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define SW_NO_UNROLL
#endif

/* A function that the verifier proves once, for any arguments, not once more for each call: a
 * global one. Pointers may be NULL to it. */
#ifdef __bpf__
#define SW_VERIFIED_ONCE __attribute__((noinline))
#else
#define SW_VERIFIED_ONCE static inline
#endif

/* All ones if x is 0, else 0. */
static __always_inline __u64 sw_if_zero(__u32 x)
{
	__u64 y = (__u64)x - 1;

	__asm__("" : "+r"(y)); /* else the compiler makes it a branch again */
	return (__s64)y >> 63;
}

/* All ones if a is less than b, else 0. Both are below 2^63. */
static __always_inline __u64 sw_if_less(__u64 a, __u64 b)
{
	__u64 less = a - b;

	__asm__("" : "+r"(less)); /* as above */
	return (__s64)less >> 63;
}

/* Lets the verifier forget what it knows of a word, so that ways that differ in that alone are
 * one to it. `noise` is any word of which it knows nothing. */
static __always_inline __u64 sw_forget(__u64 word, __u64 noise)
{
	word ^= noise;
	__asm__("" : "+r"(word)); /* else the compiler sees that nothing changes */
	return word ^ noise;
}

/* Begins to load what is wanted later, and does not wait. */
static __always_inline void sw_preload(const void *at)
{
	(void)*(const volatile __u8 *)at;
}

enum sw_role {
	SW_ACCESS,   /* the subscribers are behind the NIC */
	SW_UPSTREAM, /* the Internet is */
	SW_ROLES,
};

enum sw_family {
	SW_NO_FAMILY,
	SW_IPV4,
	SW_IPV6,
	SW_FAMILIES,
};

enum sw_fragment {
	SW_WHOLE,
	SW_FIRST,
	SW_LATER,
};

/* What a feed's entries are. */
enum sw_kind {
	SW_KIND_NONE,
	SW_KIND_CNC,
	SW_KIND_ZOMBIE,
	SW_KIND_ALLOW,
	SW_KIND_OWN, /* never compiled: it guards what the others may list */
	SW_KIND_LIMIT,
	SW_KIND_PROTECT,
	SW_KINDS,
};

/* What an allow feed says of mail to its addresses. If several list an address, the one
 * that says most counts, and among those the one with the longest prefix. */
enum sw_to {
	SW_TO_NOTHING,
	SW_TO_IMPLIED, /* not a word: it passes on upstream NICs, from zombies too */
	SW_TO_SAID,    /* it passes on all NICs */
	SW_TO_ZOMBIES, /* from zombies too */
};

#define SW_NAME_LEN 32	 /* with its NUL */
#define SW_MAX_FEEDS 256 /* slot 0 means "no feed" */
#define SW_MAX_INTERFACES 64
#define SW_MAX_PORTS 8
#define SW_MAX_NAT64 6
#define SW_MAX_BEARERS (SW_MAX_NAT64 + 2) /* beside 64:ff9b::/96 and 2002::/16 */

/* Whose rate holds for a source: class 0 and 1 are the roles' own (enum
 * sw_role), the others those of feeds. */
#define SW_MAX_CLASSES 64

#endif
