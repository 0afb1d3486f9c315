/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names to slots, kept in pinned maps: a feed or an interface keeps its slot,
 * and with it its counters, for as long as its name is known.
 */
#ifndef SPAMWEIR_KERNEL_REGISTRY_H
#define SPAMWEIR_KERNEL_REGISTRY_H

#include "config/schema.h"
#include "kernel/state.h"
#include "policy/rules.h"

struct sw_registry {
	struct sw_feed_slot feed[SW_MAX_FEEDS];
	struct sw_interface_slot interface[SW_MAX_INTERFACES];
};

/* Reads both registries. -errno. */
int sw_registry_read(const struct sw_state *state, struct sw_registry *out, struct sw_error *error);

/* Reads them again if `feed` is a slot that has no name in `registry` yet: another
 * process may have published since. What cannot be read stays as it is. */
void sw_registry_know_feed(const struct sw_state *state, struct sw_registry *registry, __u8 feed);

/* Reads that of the interfaces, SW_MAX_INTERFACES of them. */
int sw_registry_interfaces(const struct sw_state *state, struct sw_interface_slot *out,
			   struct sw_error *error);

/* Finds or gives every feed of `config` a slot: slot[i] is that of feed i.
 * Only slots of feeds that are not in `config` are given anew, and their
 * counters start at 0. -ENOSPC. Changes the maps. */
int sw_registry_assign_feeds(const struct sw_state *state, const struct sw_config *config,
			     __u8 *slot, struct sw_error *error);

/* Notes what was published: sizes and times of every feed of `config`; all
 * others become inactive. */
int sw_registry_note_feeds(const struct sw_state *state, const struct sw_config *config,
			   const struct sw_rules *rules, const __u8 *slot, struct sw_error *error);

/* Notes which feeds' files are unfit, when that made a publish fail. A feed that
 * has no slot is given one: what was bad from the start shows in the metrics too. */
void sw_registry_note_failure(const struct sw_state *state, const struct sw_config *config,
			      const struct sw_rules *rules);

/* Notes of one feed that its list was looked at again, and is unfit still. NULL: it is
 * what it was. */
void sw_registry_note_checked(const struct sw_state *state, const char *feed, const char *why);

/* The slot of an interface in its role, given anew if need be. -ENOSPC. */
int sw_registry_interface(const struct sw_state *state, const struct sw_interface_config *interface,
			  struct sw_error *error);

/* Notes that it is attached; or, with an `ifindex` of 0, that it should be. */
int sw_registry_note_interface(const struct sw_state *state,
			       const struct sw_interface_config *interface, unsigned ifindex,
			       bool generic, struct sw_error *error);

/* The NIC of `slot` is called `name` now. A slot of that name and role that is no
 * longer in use is given up. */
int sw_registry_rename_interface(const struct sw_state *state, __u32 slot, const char *name,
				 struct sw_error *error);

int sw_registry_save_interface(const struct sw_state *state, __u32 slot,
			       const struct sw_interface_slot *interface, struct sw_error *error);

#endif
