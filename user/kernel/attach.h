/* SPDX-License-Identifier: GPL-2.0 */
/* Programs on NICs: pinned links, replaced atomically, never detached by an
 * update. */
#ifndef SPAMWEIR_KERNEL_ATTACH_H
#define SPAMWEIR_KERNEL_ATTACH_H

#include <stdbool.h>

#include "base/error.h"
#include "config/schema.h"

/* Puts `program` on the interface, through the link pinned at `pin`: updated
 * in place if it is there and alive, made and pinned if not. `ifindex` 0: the NIC
 * is in another network namespace, and the link is updated there. *generic tells
 * the mode. `error` explains in words what the driver or kernel disliked and
 * what to type. -errno. On failure the NIC is judged as it was before. */
int sw_attach(const struct sw_interface_config *interface, unsigned ifindex, int program,
	      const char *pin, bool *generic, struct sw_error *error);

/* -EBUSY if a program is on a NIC that has none of ours. */
int sw_attach_check(const struct sw_interface_config *interface, unsigned ifindex,
		    struct sw_error *error);

/* The words for what driver or kernel said; returns `code`. */
int sw_attach_explain(const struct sw_interface_config *interface, int code,
		      struct sw_error *error);

void sw_attach_warn_generic(const struct sw_interface_config *interface);

/* Takes the program off, before it returns. 0 if there was none. If the driver does not
 * let go of it, nothing is changed, and `error` says what to type. */
int sw_detach(const char *pin, struct sw_error *error);

#endif
