/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that mail is sent to. */
#ifndef SPAMWEIR_BASE_MAILBOX_H
#define SPAMWEIR_BASE_MAILBOX_H

#include <stdbool.h>

#define SW_MAILBOX_MAX 254 /* RFC 5321, 4.5.3.1.3, without "<" and ">" */

/* Whether `text` is somebody@example.net: printable ASCII, nothing in it that would end
 * it in a header or a command, and no quoted local part. */
bool sw_is_mailbox(const char *text);

#endif
