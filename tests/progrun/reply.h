/* SPDX-License-Identifier: GPL-2.0 */
/* What goes on in place of a bounce. */
#ifndef SPAMWEIR_PROGRUN_REPLY_H
#define SPAMWEIR_PROGRUN_REPLY_H

#include "base/prefix.h"

/* `frame` is one that the model answers by SW_REPLY: changed into what goes on. */
void sw_reply_write(__u8 *frame, size_t size, bool reset);

/* The sum of RFC 1071 over the TCP segment of a frame and its pseudo header: 0xffff if
 * its checksum is right. And that over its IPv4 header. */
unsigned sw_reply_sum_tcp(const __u8 *frame, size_t size);
unsigned sw_reply_sum_ip(const __u8 *frame, size_t size);

#endif
