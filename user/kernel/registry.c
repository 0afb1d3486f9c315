// SPDX-License-Identifier: GPL-2.0
#include "kernel/registry.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int write_slot(const struct sw_state *state, enum sw_map map, __u32 slot, const void *value,
		      struct sw_error *error)
{
	if (bpf_map_update_elem(state->map[map], &slot, value, BPF_ANY))
		return sw_fail(error, -errno, "%s/%s: %s", state->directory, sw_map_name[map],
			       strerror(errno));
	return 0;
}

int sw_registry_read(const struct sw_state *state, struct sw_registry *out, struct sw_error *error)
{
	__u32 i;

	for (i = 0; i < SW_MAX_FEEDS; i++) {
		if (bpf_map_lookup_elem(state->map[SW_MAP_feeds], &i, &out->feed[i]))
			return sw_fail(error, -errno, "%s/feeds: %s", state->directory,
				       strerror(errno));
	}
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (bpf_map_lookup_elem(state->map[SW_MAP_interfaces], &i, &out->interface[i]))
			return sw_fail(error, -errno, "%s/interfaces: %s", state->directory,
				       strerror(errno));
	}
	return 0;
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

/* The feed's slot; else a free one; else one that no configured feed has. */
static int choose_slot(const struct sw_registry *registry, const struct sw_config *config,
		       const char *name)
{
	int i, free_slot = 0, old_slot = 0, leaving = 0;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const char *there = registry->feed[i].name;

		if (!strcmp(there, name))
			return i;
		if (!there[0] && !free_slot)
			free_slot = i;
		else if (there[0] && !feed_in_config(config, there))
			*(registry->feed[i].active ? &leaving : &old_slot) = i;
	}
	if (free_slot)
		return free_slot;
	/* In the last resort that of a feed which this publish will end. */
	return old_slot ? old_slot : leaving ? leaving : -ENOSPC;
}

static int reset_counters(const struct sw_state *state, enum sw_map map, __u32 slot, size_t size)
{
	int cpus = libbpf_num_possible_cpus();
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
		if (entry->name[0] && reset_counters(state, SW_MAP_feed_counters, slot,
						      sizeof(struct sw_counter)))
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

int sw_registry_note_feeds(const struct sw_state *state, const struct sw_config *config,
			   const struct sw_rules *rules, const __u8 *slot, struct sw_error *error)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	struct sw_feed_slot *entry;
	__u64 now = time(NULL);
	int err, i;
	size_t f;

	if (!registry)
		return -ENOMEM;
	err = sw_registry_read(state, registry, error);
	for (i = 1; i < SW_MAX_FEEDS; i++)
		registry->feed[i].active = 0;
	for (f = 0; f < config->feeds; f++) {
		entry = &registry->feed[slot[f]];
		entry->active = 1;
		entry->kind = config->feed[f].kind;
		entry->loaded_s = now;
		entry->modified_s = rules->feed[f].modified_s;
		entry->bad_lines = rules->feed[f].report.bad;
		entry->refused = rules->feed[f].report.wide + rules->feed[f].own;
	}
	for (i = 1; i < SW_MAX_FEEDS && !err; i++) {
		if (registry->feed[i].name[0])
			err = write_slot(state, SW_MAP_feeds, i, &registry->feed[i], error);
	}
	free(registry);
	return err;
}

void sw_registry_note_failure(const struct sw_state *state, const struct sw_feed_config *feed)
{
	struct sw_registry *registry = calloc(1, sizeof(*registry));
	const struct sw_config none = { .feeds = 0 };
	struct sw_feed_slot *entry;
	int slot;

	if (!registry)
		return;
	if (sw_registry_read(state, registry, NULL))
		goto out;
	slot = choose_slot(registry, &none, feed->name);
	if (slot < 0)
		goto out;
	entry = &registry->feed[slot];
	if (!entry->name[0])
		snprintf(entry->name, sizeof(entry->name), "%s", feed->name);
	if (strcmp(entry->name, feed->name))
		goto out;
	entry->kind = feed->kind;
	entry->errors++;
	write_slot(state, SW_MAP_feeds, slot, entry, NULL);
out:
	free(registry);
}

int sw_registry_save_interface(const struct sw_state *state, __u32 slot,
			       const struct sw_interface_slot *interface, struct sw_error *error)
{
	return write_slot(state, SW_MAP_interfaces, slot, interface, error);
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
static int with_interface(const struct sw_state *state,
			  const struct sw_interface_config *interface,
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
			err = reset_counters(state, SW_MAP_counters, slot,
					     sizeof(struct sw_counters));
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

int sw_registry_interface(const struct sw_state *state,
			  const struct sw_interface_config *interface, struct sw_error *error)
{
	return with_interface(state, interface, NULL, error);
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

	return slot < 0 ? slot : 0;
}
