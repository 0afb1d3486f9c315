// SPDX-License-Identifier: GPL-2.0
#include "report/snapshot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/buckets.h"
#include "kernel/counters.h"
#include "kernel/generation.h"
#include "kernel/health.h"
#include "kernel/live_count.h"
#include "kernel/open.h"
#include "kernel/stack.h"
#include "kernel/tally.h"

const char *sw_table_name(enum sw_table table)
{
	switch (table) {
	case SW_TABLE_IPV4_NETS:
		return "ipv4_nets";
	case SW_TABLE_IPV4_LEAVES:
		return "ipv4_leaves";
	case SW_TABLE_IPV6_DIRECTORY:
		return "ipv6_directory";
	case SW_TABLE_IPV6_BOUNDS:
		return "ipv6_bounds";
	case SW_TABLE_LIVE:
		return "live_zombies";
	case SW_TABLE_LIMITER:
		return "limiter";
	case SW_TABLE_LEDGER_SUBSCRIBERS:
		return "ledger_subscribers";
	case SW_TABLE_LEDGER_REMOTES:
		return "ledger_remotes";
	case SW_TABLE_CONDUCT_SUBSCRIBERS:
		return "conduct_subscribers";
	case SW_TABLE_CONDUCT_REMOTES:
		return "conduct_remotes";
	case SW_TABLES:
		break;
	}
	return "unknown";
}

const char *sw_nic_problem_name(enum sw_nic_problem problem)
{
	switch (problem) {
	case SW_NIC_FINE:
		break;
	case SW_NIC_MISSING:
		return "missing";
	case SW_NIC_ELSEWHERE:
		return "elsewhere";
	case SW_NIC_OCCUPIED:
		return "occupied";
	case SW_NIC_UNFIT:
		return "unfit";
	case SW_NIC_STACKED:
		return "stacked";
	case SW_NIC_BARE:
		return "bare";
	}
	return NULL;
}

const char *sw_nic_problem_text(enum sw_nic_problem problem)
{
	switch (problem) {
	case SW_NIC_FINE:
		break;
	case SW_NIC_MISSING:
		return "there is no such interface";
	case SW_NIC_ELSEWHERE:
		return "it is in another network namespace, and judged there";
	case SW_NIC_OCCUPIED:
		return "another XDP program is there";
	case SW_NIC_UNFIT:
		return "its frames have no Ethernet headers";
	case SW_NIC_STACKED:
		return "what comes in by it is judged on another NIC, on top of it or below";
	case SW_NIC_BARE:
		return "no program is there: `spamweir load` attaches one";
	}
	return NULL;
}

static int read_counters(struct sw_snapshot *s)
{
	int i, err = 0;

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		if (s->registry.interface[i].used)
			err = sw_counters_read(s->state, i, &s->counters[i]);
		if (!err && s->registry.interface[i].used)
			err = sw_attempts_read(s->state, i, &s->attempts[i]);
		if (!err && s->registry.interface[i].used)
			err = sw_tunnelled_read(s->state, i, &s->tunnelled[i]);
	}
	if (!err)
		err = sw_feed_counters_read(s->state, &s->registry, s->feed_counter);
	if (!err)
		err = sw_events_lost_read(s->state, &s->events_lost);
	s->events_lost += sw_health_get(s->state, SW_HEALTH_EVENTS_UNLOGGED);
	s->reload_failed = sw_health_get(s->state, SW_HEALTH_RELOAD_FAILED);
	return err;
}

static void read_share(struct sw_snapshot *s, int i)
{
	struct sw_share *share = &s->share[i];

	if (!sw_share_look(s->registry.interface[i].ifindex, s->state->map[SW_MAP_counters],
			   share) &&
	    share->ours)
		s->attachment[i] = share->generic ? SW_GENERIC : SW_NATIVE;
}

/* Those that are attached are known by now. */
static void find_stacked(struct sw_snapshot *s, int i)
{
	const struct sw_interface_slot *slot = s->registry.interface;
	struct sw_link link, other;
	int each;

	if (s->problem[i] != SW_NIC_BARE || sw_link_by_name(slot[i].name, &link))
		return;
	for (each = 0; each < SW_MAX_INTERFACES; each++) {
		if (!slot[each].used || !slot[each].attached ||
		    s->attachment[each] == SW_DETACHED || s->attachment[each] == SW_ELSEWHERE)
			continue;
		if (!sw_link_by_index(slot[each].ifindex, &other) &&
		    sw_stack_overlap(&link, &other) > 0)
			s->problem[i] = SW_NIC_STACKED;
	}
}

static int find_problem(struct sw_snapshot *s, int i)
{
	const struct sw_interface_slot *slot = &s->registry.interface[i];
	bool attached = s->attachment[i] != SW_DETACHED;
	struct sw_link link;
	int err;

	if (s->attachment[i] == SW_ELSEWHERE) {
		s->problem[i] = SW_NIC_ELSEWHERE;
		return 0;
	}
	err = attached ? sw_link_by_index(slot->ifindex, &link)
		       : sw_link_by_name(slot->name, &link);
	if (err && err != -ENODEV)
		return err;
	memcpy(s->kernel_name[i], link.name, sizeof(link.name));
	if (err)
		s->problem[i] = SW_NIC_MISSING;
	else if (attached)
		s->problem[i] = SW_NIC_FINE;
	else if (!sw_link_has_ethernet(&link))
		s->problem[i] = SW_NIC_UNFIT;
	else
		s->problem[i] = sw_link_has_program(&link) ? SW_NIC_OCCUPIED : SW_NIC_BARE;
	return 0;
}

/* A NIC is known by its number, for it may have been renamed. */
static int read_attachment(struct sw_snapshot *s, const struct sw_attached_list *list, int i)
{
	const struct sw_interface_slot *slot = &s->registry.interface[i];
	const struct sw_attached *link = sw_attached_on(list, slot->ifindex);
	char *pin;

	if (!link) {
		pin = sw_state_link_path(s->state, slot->name);
		if (!pin)
			return -ENOMEM;
		link = sw_attached_elsewhere(list, slot->ifindex, pin);
		free(pin);
	}
	if (link)
		s->attachment[i] = link->mode;
	else
		read_share(s, i);
	return find_problem(s, i);
}

/* A link that cannot be read says neither that it is there nor that it is not. */
static int read_attachments(struct sw_snapshot *s)
{
	struct sw_attached_list list;
	const struct sw_interface_slot *slot;
	int i, err;

	err = sw_attached_read(s->state, &list, NULL);
	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		slot = &s->registry.interface[i];
		s->attachment[i] = SW_DETACHED;
		if (slot->used && slot->attached)
			err = read_attachment(s, &list, i);
	}
	for (i = 0; i < SW_MAX_INTERFACES && !err; i++)
		find_stacked(s, i);
	sw_attached_free(&list);
	return err;
}

static int read_tables(struct sw_snapshot *s)
{
	const struct sw_policy *policy = s->generation.policy;
	const struct sw_layout *layout = &policy->settings.layout;
	int err;

	s->entries[SW_TABLE_IPV4_NETS] = policy->settings.used.nets;
	s->capacity[SW_TABLE_IPV4_NETS] = layout->nets;
	s->entries[SW_TABLE_IPV4_LEAVES] = policy->settings.used.leaves;
	s->capacity[SW_TABLE_IPV4_LEAVES] = layout->leaves;
	s->entries[SW_TABLE_IPV6_DIRECTORY] = policy->settings.used.dirs;
	s->capacity[SW_TABLE_IPV6_DIRECTORY] = layout->dirs;
	s->entries[SW_TABLE_IPV6_BOUNDS] = policy->settings.used.bounds;
	s->capacity[SW_TABLE_IPV6_BOUNDS] = layout->bounds;
	s->capacity[SW_TABLE_LIVE] = SW_LIVE_MAX;
	s->capacity[SW_TABLE_LIMITER] = SW_BUCKET_SLOTS << SW_BUCKET_BITS;
	s->capacity[SW_TABLE_LEDGER_SUBSCRIBERS] = SW_LEDGER_ROOM;
	s->capacity[SW_TABLE_LEDGER_REMOTES] = SW_LEDGER_ROOM;
	err = sw_tally_sum(s->state, SW_TALLY_LEDGER, s->ledger);
	s->entries[SW_TABLE_LEDGER_SUBSCRIBERS] = s->ledger[SW_SIDE_SUBSCRIBER].used;
	s->entries[SW_TABLE_LEDGER_REMOTES] = s->ledger[SW_SIDE_REMOTE].used;
	s->capacity[SW_TABLE_CONDUCT_SUBSCRIBERS] = SW_CONDUCT_ROOM;
	s->capacity[SW_TABLE_CONDUCT_REMOTES] = SW_CONDUCT_ROOM;
	if (!err)
		err = sw_tally_sum(s->state, SW_TALLY_CONDUCT, s->conduct);
	s->entries[SW_TABLE_CONDUCT_SUBSCRIBERS] = s->conduct[SW_SIDE_SUBSCRIBER].used;
	s->entries[SW_TABLE_CONDUCT_REMOTES] = s->conduct[SW_SIDE_REMOTE].used;
	if (!err)
		err = sw_live_count(s->state, &s->entries[SW_TABLE_LIVE]);
	if (!err)
		err = sw_limit_count(s->state, &policy->settings, sw_tally_known(s->state),
				     &s->entries[SW_TABLE_LIMITER]);
	if (!err)
		err = sw_detected_look(s->state, &policy->settings, &s->detected);
	return err;
}

int sw_snapshot_take(const char *pin_dir, struct sw_snapshot **out, struct sw_error *error)
{
	struct sw_snapshot *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->generation = SW_NO_GENERATION;
	s->now_s = time(NULL);
	err = sw_state_open(pin_dir, SW_READ, &s->state, error);
	if (!err)
		err = sw_generation_glance(s->state->map[SW_MAP_policy], &s->generation, error);
	if (!err)
		err = sw_registry_read(s->state, &s->registry, error);
	if (err)
		goto fail;
	err = read_attachments(s);
	if (!err)
		err = read_counters(s);
	if (!err)
		err = read_tables(s);
	if (err) {
		sw_fail(error, err, "cannot read the state under %s: %s", pin_dir, strerror(-err));
		goto fail;
	}
	*out = s;
	return 0;
fail:
	sw_snapshot_free(s);
	return err;
}

void sw_snapshot_free(struct sw_snapshot *s)
{
	if (!s)
		return;
	sw_generation_close(&s->generation);
	sw_state_close(s->state);
	free(s);
}

bool sw_snapshot_feed_has_age(const struct sw_snapshot *s, int feed)
{
	const struct sw_feed_slot *slot = &s->registry.feed[feed];

	return slot->modified_s || slot->loaded_s;
}

__u64 sw_snapshot_feed_age(const struct sw_snapshot *s, int feed)
{
	const struct sw_feed_slot *slot = &s->registry.feed[feed];
	__u64 since = slot->modified_s ? slot->modified_s : slot->loaded_s;

	return s->now_s > since ? s->now_s - since : 0;
}
