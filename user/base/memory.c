// SPDX-License-Identifier: GPL-2.0
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define LARGE (2UL << 20) /* a huge page */

void sw_prefer_huge(void *at, size_t size)
{
	uintptr_t begin = ((uintptr_t)at + PAGE - 1) & ~(PAGE - 1);
	uintptr_t end = ((uintptr_t)at + size) & ~(PAGE - 1);

	if (at && end > begin && end - begin >= LARGE)
		madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

const void *sw_release(const void *from, const void *to)
{
	uintptr_t begin = ((uintptr_t)from + PAGE - 1) & ~(PAGE - 1);
	uintptr_t end = (uintptr_t)to & ~(PAGE - 1);

	if (begin < end)
		madvise((void *)begin, end - begin, MADV_DONTNEED);
	return end > (uintptr_t)from ? (const void *)end : from;
}

void sw_give_back_large(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE / 4); /* which the library would raise by and by */
}
