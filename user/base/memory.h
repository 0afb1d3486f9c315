/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is large. */
#ifndef SPAMWEIR_BASE_MEMORY_H
#define SPAMWEIR_BASE_MEMORY_H

#include <stddef.h>

/* Asks for huge pages for memory as large as a list, because fresh memory costs by the
 * page. It is a hint, and small memory is left as it is. `at` may be NULL. */
void sw_prefer_huge(void *at, size_t size);

/* Gives back the whole pages between these two, which are the process's own and which nobody
 * reads again, because a list, its entries and their copy are much at once. What it returns is
 * where to go on from: one page that stays keeps a huge one. */
const void *sw_release(const void *from, const void *to);

/* What is large goes back to the kernel as soon as it is freed, from now on. Else it stays, and a
 * child that is forked copies every page of it that it takes into use: for a daemon. */
void sw_give_back_large(void);

#endif
