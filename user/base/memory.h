/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is large. */
#ifndef SPAMWEIR_BASE_MEMORY_H
#define SPAMWEIR_BASE_MEMORY_H

#include <stddef.h>

/* Asks for huge pages for memory as large as a list, because fresh memory costs by the
 * page. It is a hint, and small memory is left as it is. `at` may be NULL. */
void sw_prefer_huge(void *at, size_t size);

/* Keeps memory that is shared, which begins at a page, from all children: who forks does not
 * copy what confined ones would only unmap (worker/sandbox.c). A child that looks at it dies,
 * so it is not for what the watcher of a trial goes back to (run/confirm.c). */
void sw_keep_from_children(void *at, size_t size);

#endif
