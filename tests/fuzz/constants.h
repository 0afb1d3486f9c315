/* SPDX-License-Identifier: GPL-2.0 */
/* The datapath's constants are set when it is loaded; here too. */
#ifndef SPAMWEIR_FUZZ_CONSTANTS_H
#define SPAMWEIR_FUZZ_CONSTANTS_H

#include <sys/mman.h>

#include "fuzz.h"

static inline void set_constant(const volatile void *constant, const void *value, size_t size)
{
	uintptr_t at = (uintptr_t)constant, page = at & -(uintptr_t)sysconf(_SC_PAGESIZE);

	must(!mprotect((void *)page, at + size - page, PROT_READ | PROT_WRITE));
	/* Left alone, the compiler drops what writes to a constant. */
	__asm__ volatile("" : "+r"(at));
	memcpy((void *)at, value, size);
}

#endif
