// SPDX-License-Identifier: GPL-2.0
/*
 * Order matters throughout, for a writer can be killed anywhere: a generation
 * is in place before a program that needs it is attached; links are the last
 * to come and the first to go; and abi.loading says that programs of two
 * layouts may be about, which `reload` must not touch and `load` mends.
 */
#include "run/force.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/both.h"
#include "base/clock.h"
#include "kernel/generation.h"
#include "kernel/health.h"
#include "kernel/registry.h"
#include "kernel/spare.h"
#include "kernel/state.h"
#include "kernel/step.h"
#include "kernel/tally.h"
#include "policy/compile.h"
#include "policy/settings.h"
#include "run/applying.h"
#include "run/changes.h"
#include "run/instances.h"
#include "run/layout.h"
#include "run/nics.h"
#include "run/zombies_keep.h"

static int save_abi(struct applying *a, bool loading, struct sw_error *error)
{
	a->state->abi.loading = loading;
	return sw_state_save_abi(a->state, error);
}

/* Makes the maps that are missing, and pins them. The policy map is made anew
 * too when the layout has grown, for programs can only index what they were
 * loaded for; but it takes the old one's place only when programs use it. */
static int ensure_maps(struct applying *a)
{
	int shared[SW_MAPS];
	struct sw_datapath_options options = {
		.layout = &a->layout,
		.seed = &a->state->abi.seed,
		.role = SW_ROLES,
		.map = shared,
		.generation = a->next.fd,
	};
	struct spamweir_bpf *maps;
	int i, fd, err;

	if (a->grown && a->state->map[SW_MAP_policy] >= 0) {
		if (a->outgrown < 0)
			a->outgrown = a->state->map[SW_MAP_policy];
		else
			close(a->state->map[SW_MAP_policy]);
		a->state->map[SW_MAP_policy] = -1;
	}
	memcpy(shared, a->state->map, sizeof(shared));
	sw_maps_ahead_take(&a->ahead, shared);
	err = sw_datapath_load(&options, &maps, a->error);
	if (err)
		return err;
	for (i = 0; i < SW_MAPS && !err; i++) {
		if (a->state->map[i] >= 0)
			continue;
		fd = sw_datapath_map(maps, i);
		if (fd < 0)
			err = sw_fail(a->error, fd, "map %s: %s", sw_map_name[i], strerror(-fd));
		else if (i == SW_MAP_policy || i == SW_MAP_abi || sw_step_owns(a->state, i))
			a->state->map[i] = fd;
		else
			err = sw_state_pin_map(a->state, i, fd, a->error);
	}
	if (!err)
		err = sw_state_make_reader(a->state, a->error);
	if (!err)
		err = sw_step_feeds(a->state, a->error);
	/* Last, and never empty: who finds it may trust the others. */
	if (!err && a->fresh) {
		sw_health_set(a->state, SW_HEALTH_BEGUN, sw_boottime_ns());
		err = save_abi(a, true, a->error);
	}
	if (!err && a->fresh)
		err = sw_state_pin_map(a->state, SW_MAP_abi, a->state->map[SW_MAP_abi], a->error);
	sw_datapath_close(maps);
	return err;
}

/* NICs that only monitor, by slot: those of the config have one by now, or get it. */
static int fill_monitored(struct applying *a, struct sw_settings *settings)
{
	const struct sw_config *config = a->plan.config;
	const struct sw_interface_config *interface;
	size_t i;
	int slot;

	for (i = 0; i < config->interfaces; i++) {
		interface = &config->interface[i];
		if (!interface->monitor)
			continue;
		if (a->nic[i].config.name) /* a NIC that was renamed is known by another name */
			interface = &a->nic[i].config;
		slot = sw_registry_interface(a->state, interface, a->error);
		if (slot < 0)
			return slot;
		settings->monitor_interfaces |= 1ULL << slot;
	}
	return 0;
}

static int fill_settings(struct applying *a, struct sw_generation *generation)
{
	struct sw_settings *settings = &generation->policy->settings;
	struct sw_tick tick = sw_tick_live();

	sw_settings_fill(a->plan.config, a->plan.rules, a->slot, &tick,
			 a->state->abi.generation + 1, settings);
	settings->layout = a->layout;
	return fill_monitored(a, settings);
}

static int fill_tables(struct applying *a, struct sw_generation *generation, struct sw_layout *used,
		       struct sw_error *error)
{
	struct sw_settings *settings = &generation->policy->settings;
	struct sw_parts parts = a->changing ? sw_generation_reaches(generation)
					    : sw_generation_parts(generation);
	int err;

	if (a->changing)
		err = sw_compile_patch(a->plan.rules, a->slot, &a->change.regions, &a->layout,
				       generation->policy, &parts, used);
	else
		err = sw_compile_parts(a->plan.rules, a->slot, &a->layout, &a->plan.halves,
				       generation->policy, &parts, used);
	a->crowded = err == -ENOSPC || err == -EOPNOTSUPP;
	if (err)
		return sw_fail(error, err, "cannot compile the feeds: %s", strerror(-err));
	settings->used = *used;
	if (getrandom(&settings->stamp, sizeof(settings->stamp), 0) != sizeof(settings->stamp))
		settings->stamp = 0;
	a->stamp = settings->stamp;
	return 0;
}

static int fill(struct applying *a, struct sw_generation *generation, struct sw_layout *used)
{
	int err = fill_settings(a, generation);

	return err ? err : fill_tables(a, generation, used, a->error);
}

/* Failing costs the time to compare all of the gate. */
static void begin_gate(struct applying *a, struct sw_generation *generation)
{
	if (a->changing)
		sw_gate_change_begin(a->state->map[SW_MAP_gate], generation->policy,
				     &a->change.regions, a->follows, &a->gate);
}

/* The one that runs until then is patched into the next, unless all was compiled anew. */
static int swap(struct applying *a, struct sw_generation *generation, struct sw_error *error)
{
	struct sw_abi *abi = &a->state->abi;
	int former = a->changing ? sw_spare_begin(a->state) : -1, err;

	/* Noted first: no number is ever given twice. */
	abi->generation++;
	err = save_abi(a, abi->loading, error);
	if (!err) {
		begin_gate(a, generation);
		err = sw_generation_publish(generation, a->state->map[SW_MAP_policy],
					    a->state->map[SW_MAP_gate], &a->gate, error);
	}
	if (err)
		sw_gate_change_end(&a->gate); /* it is the one before's that all is to be for */
	if (!err && a->changing)
		sw_spare_keep(a->state, former);
	else if (former >= 0)
		close(former);
	if (!a->changing)
		sw_spare_drop(a->state);
	return err;
}

/* When all programs judge by the generation that is running. */
static void settle(struct applying *a)
{
	if (a->gate.gate)
		sw_generation_settle_change(a->state->map[SW_MAP_policy], &a->gate);
	else
		sw_generation_settle(a->state->map[SW_MAP_policy], a->state->map[SW_MAP_gate]);
}

/* As long as no program has moved, the one before is still what all judge by. */
static void undo(struct applying *a)
{
	if (a->outgrown < 0 || sw_state_pin_map(a->state, SW_MAP_policy, a->outgrown, NULL))
		return;
	a->outgrown = -1; /* the state has it again */
	settle(a);
	a->state->abi.loading = a->interrupted;
	sw_state_save_abi(a->state, NULL);
}

/* What two threads do, each with an error of its own. */
struct side {
	struct applying *a;
	int (*work)(struct side *side);
	struct sw_error error;
	int err;
};

static int load_side(struct side *side)
{
	return sw_instances_load(side->a); /* which speaks by the apply's own error */
}

static void place(void *ctx)
{
	struct applying *a = ctx;

	sw_generation_place(&a->next, a->state->map[SW_MAP_policy]);
}

/* As long as there is time, more is done that needs no program: what is in a policy map of the
 * new programs' own, none judges by yet. */
static int fill_side(struct side *side)
{
	struct applying *a = side->a;
	struct sw_beside placing = { .work = place, .ctx = a };
	struct sw_layout used;
	int err;

	if (a->grown)
		sw_beside_begin(&placing);
	err = fill_tables(a, &a->next, &used, &side->error);
	if (!err)
		sw_zombies_recall(a->instance, a->state, a->plan.config, &a->recalled);
	sw_beside_end(&placing);
	if (err)
		sw_generation_take_back(&a->next, a->state->map[SW_MAP_policy]);
	return err || !a->grown ? err : swap(a, &a->next, &side->error);
}

static void do_side(void *ctx)
{
	struct side *side = ctx;

	side->err = side->work(side);
}

/* The kernel takes as long to verify a program as the tables take to fill. */
static int load_and_fill(struct applying *a)
{
	struct side load = { .a = a, .work = load_side }, tables = { .a = a, .work = fill_side };
	int err = fill_settings(a, &a->next);

	if (err)
		return err;
	sw_do_both(do_side, &load, &tables);
	if (!load.err && tables.err)
		sw_fail(a->error, tables.err, "%s", tables.error.text);
	err = load.err ?: tables.err;
	if (err && a->grown && !a->crowded)
		undo(a);
	return err;
}

/* On success the generation is in force; on failure, the previous one. */
static int publish(struct applying *a)
{
	struct sw_generation generation = SW_NO_GENERATION;
	struct sw_layout used;
	int err;

	if (a->next.fd >= 0) { /* a load has filled it */
		err = swap(a, &a->next, a->error);
		sw_generation_close(&a->next);
		return err;
	}
	err = a->changing ? sw_changes_begin(a, &generation, &used)
			  : sw_generation_begin(&a->layout, &generation, a->error);
	if (!err)
		err = fill(a, &generation, &used);
	if (err && a->changing) {
		a->crowded = false; /* as what it is a part of may not be */
		err = -ESTALE;
	}
	if (!err)
		err = swap(a, &generation, a->error);
	sw_generation_close(&generation);
	return err;
}

/* What is in force by now is not undone for this, and the next load mends it. */
static void note_end(struct applying *a)
{
	struct sw_error error = {};

	a->state->abi.loading = false;
	if (!sw_state_save_abi(a->state, &error))
		return;
	sw_warn("what was loaded is in force, but it cannot be noted that the load has ended: %s; "
		"run `spamweir load` again",
		error.text);
	a->partial = true;
}

/* The old programs and the new share the policy: nothing of the new config is
 * in force before all NICs have agreed. */
static int replace(struct applying *a)
{
	int err;

	err = save_abi(a, true, a->error);
	if (!err)
		err = sw_nics_attach(a);
	if (!err)
		err = publish(a);
	settle(a);
	if (err) {
		a->state->abi.loading = a->interrupted;
		sw_state_save_abi(a->state, NULL);
	} else {
		note_end(a);
	}
	return err;
}

/* The new programs have a policy map of their own, which is filled when they come; NIC by NIC
 * goes over to it. */
static int move_over(struct applying *a)
{
	int err;

	sw_generation_close(&a->next);
	err = sw_step_finish(a->state, a->error);
	if (!err)
		err = save_abi(a, true, a->error);
	if (!err)
		err = sw_state_pin_map(a->state, SW_MAP_policy, a->state->map[SW_MAP_policy],
				       a->error);
	if (!err)
		err = sw_nics_attach(a);
	if (err) {
		if (!a->moved)
			undo(a);
		return err;
	}
	settle(a);
	note_end(a);
	return 0;
}

static int load_and_attach(struct applying *a)
{
	int err;

	sw_generation_close(&a->next);
	err = sw_generation_begin(&a->layout, &a->next, a->error);
	if (!err)
		err = ensure_maps(a);
	if (!err)
		err = sw_registry_assign_feeds(a->state, a->plan.config, a->slot, a->error);
	if (!err)
		err = load_and_fill(a);
	if (err)
		return err;
	err = a->grown ? move_over(a) : replace(a);
	if (err)
		return err;
	sw_zombies_recalled(&a->recalled, a->plan.config);
	sw_tally_begin(a->state, a->fresh);
	return 0;
}

static int reload(struct applying *a)
{
	bool known = sw_nics_look(a);
	int err;

	err = sw_registry_assign_feeds(a->state, a->plan.config, a->slot, a->error);
	if (!err && a->changing && !sw_changes_fit(a))
		err = -ESTALE;
	if (!err)
		err = publish(a);
	if (err == -ESTALE && a->changing)
		return err;
	settle(a);
	/* If the tables have to grow, the load that follows says it. */
	if (known && !a->crowded)
		sw_nics_compare(a);
	sw_zombies_go_on(a->instance, a->state, a->plan.config->ipv6_source_prefix);
	return err;
}

/* Tables that have outgrown the programs want a load, whatever was asked for. */
int sw_put_in_force(struct applying *a, bool load)
{
	int err;

	if (!load && !a->grown) {
		err = reload(a);
		if (!a->crowded)
			return err;
		err = sw_layout_outgrown(a);
		if (err)
			return err;
	}
	err = sw_nics_check(a);
	if (!err && !a->crowded)
		err = load_and_attach(a);
	/* Where entries go in an IPv6 directory or IPv4 buckets depends on how many of
	 * these there are. It is as good as certain that all fit; if not, there are
	 * to be more. */
	if (a->crowded) {
		a->layout.nets += a->layout.nets / 2;
		a->layout.dirs += a->layout.dirs / 2;
		a->grown = true;
		err = load_and_attach(a);
	}
	return err;
}
