/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is large. */
#ifndef SPAMWEIR_BASE_MEMORY_H
#define SPAMWEIR_BASE_MEMORY_H

#include <stddef.h>

/* What is as large as a list gets huge pages if the kernel has some: nearly all of what
 * fresh memory costs is by the page. A hint: what is small stays as it is. `at` may be NULL. */
void sw_prefer_huge(void *at, size_t size);

#endif
