/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A change of live zombies that is under way. On disk first, in one transaction with a number;
 * then in the kernel; then the number is settled. Who is killed before the kernel has all of it
 * leaves a number that the next writer takes there (see zombies_join.c). Where the disk fails, a
 * warning says so, and the change goes on without a store.
 */
#ifndef SPAMWEIR_RUN_ZOMBIES_CHANGE_H
#define SPAMWEIR_RUN_ZOMBIES_CHANGE_H

#include "kernel/generation.h"
#include "kernel/live.h"
#include "run/instance.h"
#include "run/zombie_clock.h"
#include "store/zombies.h"

struct sw_zombie_change {
	const char *cause; /* of the instance */
	struct sw_state *state;
	struct sw_generation generation;
	struct sw_store *store; /* NULL: none */
	struct sw_moment moment;
	__u8 length;
	size_t count;
	struct sw_live_key *key;
	struct sw_live *before; /* until_ns 0: was not listed */
	struct sw_live *after;
	struct sw_kept_zombie *kept;
	__s64 op;
	__u64 changes; /* of live zombies, before this one */
	struct sw_error *error;
};

/* Opens the kernel's table and the store, and joins them. `c` has its cause and its error, and no
 * more. -errno; whether or not it could be opened, it is closed. */
int sw_zombies_change_open(const struct sw_instance *instance, struct sw_zombie_change *c);
void sw_zombies_change_close(struct sw_zombie_change *c);

/* Room for so many keys, and for what they were and will be. -ENOMEM. */
int sw_zombies_change_allocate(struct sw_zombie_change *c, size_t count);

/* Reads what the kernel has by the i-th key, -errno; and whether that was in force. */
int sw_zombies_change_look(struct sw_zombie_change *c, size_t i);
bool sw_zombies_change_had(const struct sw_zombie_change *c, size_t i);

/* Writes to disk, with a number that is not settled: `lifted` go, or, if that is NULL, the
 * first `count` that are to be kept come. */
void sw_zombies_change_write(struct sw_zombie_change *c, const struct sw_prefix *lifted,
			     size_t count);

/* The kernel has all of it. `verb` is put on record. */
void sw_zombies_change_settle(struct sw_zombie_change *c, const char *verb);

/* The kernel took not all of them: both sides as they were. */
void sw_zombies_change_take_back(struct sw_zombie_change *c);

/* The disk failed, as `why` says. */
void sw_zombies_change_forget_store(struct sw_zombie_change *c, const struct sw_error *why);

#endif
