// SPDX-License-Identifier: GPL-2.0
#include "kernel/registry.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cpus.h"

static int write_slot(const struct sw_state *state, enum sw_map map, __u32 slot, const void *value,
		      struct sw_error *error)
{
	if (bpf_map_update_elem(state->map[map], &slot, value, BPF_ANY))
		return sw_fail(error, -errno, "%s/%s: %s", state->directory, sw_map_name[map],
			       strerror(errno));
	return 0;
}

/* All of an array at once; -ENOENT is how the kernel says that this was the end. */
static int read_slots(const struct sw_state *state, enum sw_map map, void *values, __u32 count,
		      struct sw_error *error)
{
	__u32 position, key[SW_MAX_FEEDS];

	if (bpf_map_lookup_batch(state->map[map], NULL, &position, key, values, &count, NULL) &&
	    errno != ENOENT)
		return sw_fail(error, -errno, "%s/%s: %s", state->directory, sw_map_name[map],
			       strerror(errno));
	return 0;
}

int sw_registry_interfaces(const struct sw_state *state, struct sw_interface_slot *out,
			   struct sw_error *error)
{
	return read_slots(state, SW_MAP_interfaces, out, SW_MAX_INTERFACES, error);
}

int sw_registry_read(const struct sw_state *state, struct sw_registry *out, struct sw_error *error)
{
	int err = read_slots(state, SW_MAP_feeds, out->feed, SW_MAX_FEEDS, error);

	return err ? err : sw_registry_interfaces(state, out->interface, error);
}

void sw_registry_know_feed(const struct sw_state *state, struct sw_registry *registry, __u8 feed)
{
	if (feed && !registry->feed[feed].name[0])
		sw_registry_read(state, registry, NULL);
}

static int feed_in_config(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!strcmp(config->feed[i].name, name))
			return 1;
	}
	return 0;
}

/* The feed's slot; else a free one; else the one that was in force longest ago among
 * those that no configured feed has, in the last resort one that this publish will
 * end. */
static int choose_slot(const struct sw_registry *registry, const struct sw_config *config,
		       const char *name)
{
	int i, free_slot = 0, old_slot = 0;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &registry->feed[i];
		const struct sw_feed_slot *old = &registry->feed[old_slot];

		if (!strcmp(slot->name, name))
			return i;
		if (!slot->name[0]) {
			free_slot = free_slot ?: i;
			continue;
		}
		if (!feed_in_config(config, slot->name) &&
		    (!old_slot || slot->active < old->active ||
		     (slot->active == old->active && slot->loaded_s < old->loaded_s)))
			old_slot = i;
	}
	if (free_slot)
		return free_slot;
	return old_slot ? old_slot : -ENOSPC;
}

static int reset_counters(const struct sw_state *state, enum sw_map map, __u32 slot, size_t size)
{
	int cpus = sw_possible_cpus();
	void *zeroes;
	int err = 0;

	if (cpus < 0)
		return cpus;
	zeroes = calloc(cpus, size);
	if (!zeroes)
		return -ENOMEM;
	if (bpf_map_update_elem(state->map[map], &slot, zeroes, BPF_ANY))
		err = -errno;
	free(zeroes);
	return err;
}

static int assign_feed(const struct sw_state *state, struct sw_registry *registry,
		       const struct sw_config *config, const struct sw_feed_config *feed,
		       struct sw_error *error)
{
	struct sw_feed_slot *entry;
	int slot = choose_slot(registry, config, feed->name);

	if (slot < 0)
		return sw_fail(error, slot, "%s:%d: feed %s: all %d feed slots are taken",
			       config->path, feed->line, feed->name, SW_MAX_FEEDS - 1);
	entry = &registry->feed[slot];
	if (strcmp(entry->name, feed->name)) {
		if (entry->name[0] &&
		    reset_counters(state, SW_MAP_feed_counters, slot, sizeof(struct sw_counter)))
			return sw_fail(error, -EIO, "cannot reset the counters of feed %s",
				       entry->name);
		*entry = (struct sw_feed_slot){};
		snprintf(entry->name, sizeof(entry->name), "%s", feed->name);
	}
	entry->kind = feed->kind;
	return slot;
}

int sw_registry_assign_feeds(const struct sw_state *state, const struct sw_config *config,
			     __u8 *slot, struct sw_error *error)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	size_t i;
	int got, err;

	if (!registry)
		return -ENOMEM;
	err = sw_registry_read(state, registry, error);
	for (i = 0; i < config->feeds && !err; i++) {
		got = assign_feed(state, registry, config, &config->feed[i], error);
		if (got < 0) {
			err = got;
			break;
		}
		slot[i] = got;
		err = write_slot(state, SW_MAP_feeds, got, &registry->feed[got], error);
	}
	free(registry);
	return err;
}

/* `why` has been quoted where it shows foreign text; what is too long is cut. */
static void note_unfit(struct sw_feed_slot *entry, const char *why, __u64 now)
{
	if (!*why) {
		entry->unfit_s = 0;
		entry->why[0] = '\0';
		return;
	}
	if (!entry->unfit_s)
		entry->unfit_s = now;
	if (snprintf(entry->why, sizeof(entry->why), "%s", why) >= (int)sizeof(entry->why))
		memcpy(entry->why + sizeof(entry->why) - 4, "...", 4);
}

static void note_feed(struct sw_feed_slot *entry, const struct sw_feed_config *feed,
		      const struct sw_feed_state *state, __u64 now)
{
	const struct sw_source *source = &state->source;

	entry->active = 1;
	entry->kind = feed->kind;
	entry->source = source->unfit.text[0] ? source->from : SW_SOURCE_FILE;
	if (entry->source != SW_SOURCE_NONE)
		entry->loaded_s = source->read_s ?: now;
	entry->modified_s = source->modified_s;
	entry->bad_lines = state->report.bad;
	entry->refused = state->report.wide + state->own + state->special + state->hosts;
	entry->checked_s = source->checked_s;
	entry->errors += source->unfit.text[0] != '\0';
	note_unfit(entry, source->unfit.text, now);
}

int sw_registry_note_feeds(const struct sw_state *state, const struct sw_config *config,
			   const struct sw_rules *rules, const __u8 *slot, struct sw_error *error)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	__u64 now = time(NULL);
	int err, i;
	size_t f;

	if (!registry)
		return -ENOMEM;
	err = sw_registry_read(state, registry, error);
	for (i = 1; i < SW_MAX_FEEDS; i++)
		registry->feed[i].active = 0;
	for (f = 0; f < config->feeds; f++)
		note_feed(&registry->feed[slot[f]], &config->feed[f], &rules->feed[f], now);
	for (i = 1; i < SW_MAX_FEEDS && !err; i++) {
		if (!registry->feed[i].active) /* nothing is amiss with one that is gone */
			note_unfit(&registry->feed[i], "", now);
		if (registry->feed[i].name[0])
			err = write_slot(state, SW_MAP_feeds, i, &registry->feed[i], error);
	}
	free(registry);
	return err;
}

static void note_one_failure(const struct sw_state *state, struct sw_registry *registry,
			     const struct sw_config *config, const struct sw_feed_config *feed,
			     const struct sw_source *source)
{
	int slot = assign_feed(state, registry, config, feed, NULL);
	struct sw_feed_slot *entry = &registry->feed[slot < 0 ? 0 : slot];

	if (slot < 0)
		return;
	entry->errors++;
	entry->checked_s = source->checked_s;
	note_unfit(entry, source->unfit.text, time(NULL));
	write_slot(state, SW_MAP_feeds, slot, entry, NULL);
}

void sw_registry_note_failure(const struct sw_state *state, const struct sw_config *config,
			      const struct sw_rules *rules)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	size_t i;

	if (registry && !sw_registry_read(state, registry, NULL)) {
		for (i = 0; i < rules->feeds; i++) {
			if (rules->feed[i].source.unfit.text[0])
				note_one_failure(state, registry, config, &config->feed[i],
						 &rules->feed[i].source);
		}
	}
	free(registry);
}

void sw_registry_note_checked(const struct sw_state *state, const char *feed, const char *why)
{
	struct sw_feed_slot entry;
	__u32 i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (bpf_map_lookup_elem(state->map[SW_MAP_feeds], &i, &entry) ||
		    strcmp(entry.name, feed))
			continue;
		entry.checked_s = time(NULL);
		if (why)
			note_unfit(&entry, why, entry.checked_s);
		else if (!entry.unfit_s) /* what is in force is what its source has */
			entry.loaded_s = entry.checked_s;
		write_slot(state, SW_MAP_feeds, i, &entry, NULL);
		return;
	}
}

int sw_registry_save_interface(const struct sw_state *state, __u32 slot,
			       const struct sw_interface_slot *interface, struct sw_error *error)
{
	return write_slot(state, SW_MAP_interfaces, slot, interface, error);
}

static int reset_interface(const struct sw_state *state, __u32 slot)
{
	int err = reset_counters(state, SW_MAP_counters, slot, sizeof(struct sw_counters));

	if (!err && state->map[SW_MAP_attempts] >= 0)
		err = reset_counters(state, SW_MAP_attempts, slot, sizeof(struct sw_attempts));
	if (!err && state->map[SW_MAP_tunnelled] >= 0)
		err = reset_counters(state, SW_MAP_tunnelled, slot, sizeof(struct sw_tunnelled));
	return err;
}

static int give_up(const struct sw_state *state, __u32 slot, struct sw_error *error)
{
	const struct sw_interface_slot none = {};
	int err = reset_interface(state, slot);

	if (err)
		return sw_fail(error, err, "cannot reset the counters of an interface: %s",
			       strerror(-err));
	return sw_registry_save_interface(state, slot, &none, error);
}

int sw_registry_rename_interface(const struct sw_state *state, __u32 slot, const char *name,
				 struct sw_error *error)
{
	struct sw_interface_slot all[SW_MAX_INTERFACES];
	char there[IF_NAMESIZE];
	__u32 i;
	int err = sw_registry_interfaces(state, all, error);

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		if (i != slot && all[i].used && all[i].role == all[slot].role &&
		    !strcmp(all[i].name, name) &&
		    !(all[i].attached && if_indextoname(all[i].ifindex, there)))
			err = give_up(state, i, error);
	}
	if (err)
		return err;
	memset(all[slot].name, 0, sizeof(all[slot].name));
	snprintf(all[slot].name, sizeof(all[slot].name), "%s", name);
	return sw_registry_save_interface(state, slot, &all[slot], error);
}

static int find_interface(const struct sw_registry *registry, const char *name, enum sw_role role)
{
	const struct sw_interface_slot *entry;
	int i, free_slot = -ENOSPC, old_slot = -ENOSPC;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		entry = &registry->interface[i];
		if (entry->used && entry->role == role && !strcmp(entry->name, name))
			return i;
		if (!entry->used && free_slot < 0)
			free_slot = i;
		if (entry->used && !entry->attached)
			old_slot = i;
	}
	return free_slot >= 0 ? free_slot : old_slot;
}

/* Finds the slot, changes it if `change` says so, and returns its number. */
static int with_interface(const struct sw_state *state, const struct sw_interface_config *interface,
			  const struct sw_interface_slot *change, struct sw_error *error)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	struct sw_interface_slot entry;
	int slot, err;

	if (!registry)
		return -ENOMEM;
	err = sw_registry_read(state, registry, error);
	slot = err ? err : find_interface(registry, interface->name, interface->role);
	if (!err && slot < 0)
		sw_fail(error, slot, "%s: all %d interface slots are taken", interface->name,
			SW_MAX_INTERFACES);
	if (slot >= 0 && (change || strcmp(registry->interface[slot].name, interface->name) ||
			  registry->interface[slot].role != interface->role)) {
		if (registry->interface[slot].used && !change)
			err = reset_interface(state, slot);
		entry = change ? *change : (struct sw_interface_slot){};
		entry.used = 1;
		entry.role = interface->role;
		snprintf(entry.name, sizeof(entry.name), "%s", interface->name);
		if (!err)
			err = sw_registry_save_interface(state, slot, &entry, error);
	}
	free(registry);
	return err ? err : slot;
}

int sw_registry_interface(const struct sw_state *state, const struct sw_interface_config *interface,
			  struct sw_error *error)
{
	return with_interface(state, interface, NULL, error);
}

/* A NIC has one slot: that of the name and role which it had before retires. */
static int retire_others(const struct sw_state *state, int slot, unsigned ifindex,
			 struct sw_error *error)
{
	struct sw_interface_slot all[SW_MAX_INTERFACES];
	int i, err = sw_registry_interfaces(state, all, error);

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		if (i == slot || !all[i].attached || all[i].ifindex != ifindex)
			continue;
		all[i].attached = 0;
		err = sw_registry_save_interface(state, i, &all[i], error);
	}
	return err;
}

int sw_registry_note_interface(const struct sw_state *state,
			       const struct sw_interface_config *interface, unsigned ifindex,
			       bool generic, struct sw_error *error)
{
	const struct sw_interface_slot attached = {
		.ifindex = ifindex,
		.attached = 1,
		.generic = generic,
	};
	int slot = with_interface(state, interface, &attached, error);

	if (slot < 0 || !ifindex)
		return slot < 0 ? slot : 0;
	return retire_others(state, slot, ifindex, error);
}
