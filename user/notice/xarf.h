/* SPDX-License-Identifier: GPL-2.0 */
/* A notice as XARF 4 has it: category infrastructure, type botnet (xarf.org). */
#ifndef SPAMWEIR_NOTICE_XARF_H
#define SPAMWEIR_NOTICE_XARF_H

#include "notice/value.h"

/* The report, the caller's; NULL: no memory, or the document is of no case. */
json_t *sw_xarf(const struct sw_notice_source *source);

#endif
