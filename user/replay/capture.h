/* SPDX-License-Identifier: GPL-2.0 */
/* Capture files: pcap by libpcap, pcapng by our own reader, either in gzip. */
#ifndef SPAMWEIR_REPLAY_CAPTURE_H
#define SPAMWEIR_REPLAY_CAPTURE_H

#include "base/error.h"
#include "replay/link.h"

struct sw_capture;

/* Opens `path`, "-" for standard input. *out is the caller's. -errno, -EINVAL for
 * what is no capture of a known link type; `error` names the file. */
int sw_capture_open(const char *path, struct sw_capture **out, struct sw_error *error);
void sw_capture_close(struct sw_capture *capture); /* NULL is fine */

/* The next frame, as Ethernet, in memory that is the capture's until the next call;
 * .data is NULL if its link type is not known, which an interface of pcapng may
 * have. 1; 0 at the end; -EBADMSG: what follows cannot be read, `error` says why
 * without naming the file; -errno, `error` names it. */
int sw_capture_next(struct sw_capture *capture, struct sw_frame *out, struct sw_error *error);

const char *sw_capture_path(const struct sw_capture *capture);

/* A name or number of a link type, in static memory. */
const char *sw_capture_link_name(unsigned link);

#endif
