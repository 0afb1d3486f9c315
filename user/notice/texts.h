/* SPDX-License-Identifier: GPL-2.0 */
/* The templates that are built in: of what RFC 6561 asks of a notice, what was seen, when
 * and at which address, what it means, what to do, who says so, where to get help, and how
 * to know that it is no fraud. */
#ifndef SPAMWEIR_NOTICE_TEXTS_H
#define SPAMWEIR_NOTICE_TEXTS_H

/* Of `which` template; of English if there is none in that language. */
const char *sw_notice_built_in(const char *which, const char *language);

#endif
