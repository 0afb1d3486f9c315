/* SPDX-License-Identifier: GPL-2.0 */
/* The pinned state: one directory of bpffs, its lock, its maps and links. */
#ifndef SPAMWEIR_KERNEL_STATE_H
#define SPAMWEIR_KERNEL_STATE_H

#include <stdbool.h>

#include "base/error.h"
#include "contract.h"

/* A map's pin, and what it is called in the BPF object. */
extern const char *const sw_map_name[SW_MAPS];
extern const char *const sw_map_object[SW_MAPS];

#define SW_DEFAULT_PIN_DIR "/sys/fs/bpf/spamweir"

/* How the names of pins of what is attached begin. */
#define SW_PIN_LINK "link_"
#define SW_PIN_SHARED "shared_"

/* A directory, which the reader of events locks. */
#define SW_PIN_READER "reader"

/* A generation; see kernel/spare.h. */
#define SW_PIN_SPARE "spare"

struct sw_state {
	char *directory;
	int lock;	     /* fd; -1: not held */
	int map[SW_MAPS];    /* fds; -1: not pinned */
	int former_counters; /* during a step from another version (step.h), else -1 */
	int former_feeds;    /* the same */
	struct sw_abi abi;
};

void sw_state_close(struct sw_state *state); /* NULL is fine; the lock goes with it */

/* Path of a pin: the caller frees. NULL: no memory. */
char *sw_state_path(const struct sw_state *state, const char *prefix, const char *name);

/* Pins `fd` as map `which`, replacing what is pinned there in one step, and
 * takes it over. */
int sw_state_pin_map(struct sw_state *state, enum sw_map which, int fd, struct sw_error *error);

/* Path of the directory SW_PIN_READER: caller frees. NULL: no memory. */
char *sw_state_reader_path(const struct sw_state *state);

/* Makes it, if it is not there. */
int sw_state_make_reader(const struct sw_state *state, struct sw_error *error);

/* Writes state->abi to its map. */
int sw_state_save_abi(struct sw_state *state, struct sw_error *error);

/* Path of the pinned link of an interface: caller frees. NULL: no memory. */
char *sw_state_link_path(const struct sw_state *state, const char *interface);

/* Calls `visit` with the path of every pinned link; not 0 stops and is
 * returned. Pins may be renamed and removed meanwhile. */
int sw_state_each_link(const struct sw_state *state, int (*visit)(void *ctx, const char *path),
		       void *ctx);

/* Path of the pin that says that a NIC is shared: caller frees. The pin is of the map
 * by which programs in a dispatcher are known to be ours (kernel/dispatcher.h), and its
 * name has the NIC's index, so that whoever finds it can take them off. */
char *sw_state_shared_path(const struct sw_state *state, unsigned ifindex);
unsigned sw_state_shared_ifindex(const char *path);

/* Makes that pin. It is made before the NIC is shared, so that it tells where to look
 * even after a load that was killed. 0 if it is there. */
int sw_state_pin_shared(const struct sw_state *state, const char *path, struct sw_error *error);

/* sw_state_each_link for those. */
int sw_state_each_shared(const struct sw_state *state, int (*visit)(void *ctx, const char *path),
			 void *ctx);

#endif
