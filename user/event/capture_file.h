/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames written as pcapng (draft-ietf-opsawg-pcapng): one section, an interface block for
 * each NIC, frames with a comment, their direction and what XDP did with them, and what was
 * lost in the statistics at the end. Nanoseconds; little-endian or not, as the machine is.
 *
 * At any moment, and when the disk is full, the file ends with a whole block.
 */
#ifndef SPAMWEIR_EVENT_CAPTURE_FILE_H
#define SPAMWEIR_EVENT_CAPTURE_FILE_H

#include "kernel/registry.h"

struct sw_capture_file;

/* Begins a file, in place of what is at `path`; "-" is standard output. `about`: a comment
 * for all of it. *out is the caller's. -errno; `error` names the file. */
int sw_capture_file_open(const char *path, const char *about, __u32 snaplen,
			 struct sw_capture_file **out, struct sw_error *error);

/* Describes the NIC of a slot, once; one that has no frame may be described too. */
int sw_capture_file_interface(struct sw_capture_file *file, __u32 slot,
			      const struct sw_interface_slot *interface, struct sw_error *error);

/* Writes a frame of a NIC that is described. */
int sw_capture_file_frame(struct sw_capture_file *file, const struct sw_captured *frame,
			  const void *data, const char *comment, struct sw_error *error);

/* Writes what was counted of a NIC; nothing, of one that is not described. */
int sw_capture_file_count(struct sw_capture_file *file, __u32 slot,
			  const struct sw_capture_count *count, struct sw_error *error);

/* Hands all that was written to the kernel. -errno: the file is cut behind its last whole
 * block, if it can be. */
int sw_capture_file_flush(struct sw_capture_file *file, struct sw_error *error);

/* Closes it; what was not flushed is not written. NULL is fine. -errno of close(2). */
int sw_capture_file_close(struct sw_capture_file *file);

#endif
