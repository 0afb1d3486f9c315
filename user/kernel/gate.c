// SPDX-License-Identifier: GPL-2.0
#include "kernel/gate.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#define WORDS(array) (sizeof(array) / sizeof((array)[0]))

struct sw_gate *sw_gate_open(int map)
{
	void *memory =
		mmap(NULL, sizeof(struct sw_gate), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* A quarter of the map: what is mapped begins at a page. */
bool sw_gate_has_live(int map)
{
	size_t begin = offsetof(struct sw_gate, live) & ~4095UL;
	size_t size = sizeof(struct sw_gate) - begin, i;
	void *memory = mmap(NULL, size, PROT_READ, MAP_SHARED, map, begin);
	const __u64 *live;
	__u64 any = 0;

	if (memory == MAP_FAILED)
		return true;
	live = (const __u64 *)((char *)memory + offsetof(struct sw_gate, live) - begin);
	for (i = 0; i < (1 << SW_GATE_LIVE_BITS) / 64; i++)
		any |= live[i];
	munmap(memory, size);
	return any;
}

void sw_gate_close(struct sw_gate *gate)
{
	if (gate)
		munmap(gate, sizeof(*gate));
}

#define BLOCK 512 /* words */

/* The next word that may differ. Most of what is compared is alike, block by block. */
static size_t skip_alike(const __u64 *a, const __u64 *b, size_t i, size_t count)
{
	while (!(i % BLOCK) && i + BLOCK <= count && !memcmp(a + i, b + i, BLOCK * sizeof(*a)))
		i += BLOCK;
	return i;
}

/* Programs look while this writes: a word at a time, and none that need not change. */
static bool widen(__u64 *words, const __u64 *more, size_t count)
{
	size_t i;

	for (i = skip_alike(words, more, 0, count); i < count;
	     i = skip_alike(words, more, i + 1, count)) {
		if (more[i] & ~words[i])
			__atomic_fetch_or(&words[i], more[i], __ATOMIC_RELAXED);
	}
	return true;
}

/* Whether any had to be changed. */
static bool narrow(__u64 *words, const __u64 *exact, size_t count)
{
	bool changed = false;
	size_t i;

	for (i = skip_alike(words, exact, 0, count); i < count;
	     i = skip_alike(words, exact, i + 1, count)) {
		if (words[i] == exact[i])
			continue;
		__atomic_store_n(&words[i], exact[i], __ATOMIC_RELAXED);
		changed = true;
	}
	return changed;
}

static __u64 port_bits(const struct sw_settings *settings)
{
	__u64 bits = 0;
	__u32 i;

	for (i = 0; i < settings->ports && i < SW_MAX_PORTS; i++)
		bits |= sw_port_bit(settings->port[i]);
	return bits;
}

static bool write_gate(struct sw_gate *gate, const struct sw_policy *policy,
		       bool (*write)(__u64 *words, const __u64 *from, size_t count))
{
	const struct sw_table4 *v4 = &policy->v4[SW_SET_CNC];
	const struct sw_table6 *v6 = &policy->v6[SW_SET_CNC];
	__u64 bits = port_bits(&policy->settings);
	bool changed;

	changed = write(gate->net4, v4->touched, WORDS(gate->net4));
	changed |= write(gate->top6, v6->touched, WORDS(gate->top6));
	changed |= write(gate->wide6, v6->wide, WORDS(gate->wide6));
	return changed | write(&gate->port_bits, &bits, 1);
}

void sw_gate_widen(struct sw_gate *gate, const struct sw_policy *policy)
{
	__atomic_store_n(&gate->exact, 0, __ATOMIC_SEQ_CST);
	write_gate(gate, policy, widen);
}

bool sw_gate_narrow(struct sw_gate *gate, const struct sw_policy *policy)
{
	return write_gate(gate, policy, narrow);
}

void sw_gate_be_exact(struct sw_gate *gate, const struct sw_policy *policy)
{
	__atomic_store_n(&gate->exact, policy->settings.generation, __ATOMIC_RELEASE);
}

_Static_assert(WORDS(((struct sw_gate *)0)->net4) == WORDS(((struct sw_table4 *)0)->touched),
	       "the gate has the tables' own bits");
_Static_assert(WORDS(((struct sw_gate *)0)->top6) == WORDS(((struct sw_table6 *)0)->touched),
	       "the gate has the tables' own bits");
