// SPDX-License-Identifier: GPL-2.0
#include "run/apply.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/read.h"
#include "kernel/health.h"
#include "kernel/hosts.h"
#include "kernel/live.h"
#include "kernel/open.h"
#include "kernel/registry.h"
#include "kernel/remove.h"
#include "kernel/state.h"
#include "policy/ahead.h"
#include "policy/plan.h"
#include "policy/rules_read.h"
#include "run/announce.h"
#include "run/applying.h"
#include "run/changes.h"
#include "run/force.h"
#include "run/history.h"
#include "run/instances.h"
#include "run/layout.h"
#include "run/lists.h"
#include "run/lists_lost.h"
#include "run/nics_find.h"
#include "run/route_feeds.h"
#include "run/route_follow.h"
#include "run/tenant.h"
#include "run/trial.h"
#include "worker/parse.h"

static int draw_seed(struct sw_seed *seed, struct sw_error *error)
{
	if (getrandom(seed, sizeof(*seed), 0) != sizeof(*seed))
		return sw_fail(error, -errno, "no random numbers: %s", strerror(errno));
	seed->mul[0] |= 1;
	seed->mul[1] |= 1;
	seed->key[0] |= 1;
	seed->key[2] |= 1;
	return 0;
}

static int begin_abi(struct applying *a)
{
	struct sw_abi *abi = &a->state->abi;
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns))
		return sw_fail(a->error, -errno, "/proc/self/ns/net: %s", strerror(errno));
	a->fresh = a->state->map[SW_MAP_abi] < 0;
	if (!a->fresh && abi->netns != netns.st_ino)
		return sw_fail(a->error, -EXDEV,
			       "what is loaded under %s belongs to another network namespace: go "
			       "there, or unload it",
			       a->state->directory);
	if (!a->fresh)
		return 0;
	*abi = (struct sw_abi){
		.magic = SW_ABI_MAGIC,
		.version = SW_ABI_VERSION,
		.netns = netns.st_ino,
		.generation = sw_archive_newest(a->instance),
	};
	return draw_seed(&abi->seed, a->error);
}

/* Live zombies are found by the prefix that sources are cut to: with another
 * length those listed by now would go on existing and never be found. */
static int check_source_length(struct applying *a)
{
	__u8 length = a->plan.config->ipv6_source_prefix;
	__u64 strangers = 0;
	int err = 0;

	if (a->state->map[SW_MAP_live] >= 0)
		err = sw_live_strangers(a->state, length, &strangers);
	if (err)
		return sw_fail(a->error, err, "cannot read the live zombies: %s", strerror(-err));
	if (strangers)
		return sw_fail(
			a->error, -EBUSY,
			"%s: `ipv6_source_prefix: %u`: %llu live zombies are listed by another "
			"length; lift them first (`spamweir zombie list`)",
			a->plan.config->path, length, strangers);
	return 0;
}

/* If these cannot be read lists are as good as before, which is better than no publish. */
static void read_hosts(struct applying *a)
{
	struct sw_error error = { 0 };

	if (sw_hosts_read(SW_RESOLV_CONF, &a->hosts, &error)) {
		sw_warn("%s; so lists are not kept from listing them", error.text);
		a->partial = true;
	}
	a->reading.hosts = &a->hosts;
}

/* What a rollback holds counts more than the configuration. */
static void choose_base(struct applying *a)
{
	a->base = a->anew ? 0 : sw_history_held(a->instance);
	if (a->base && !sw_archive_kept(a->instance, a->base)) {
		sw_warn("generation %llu is held and no longer on disk: the configuration is published",
			a->base);
		a->base = 0;
	}
	if (a->base) {
		sw_config_free(a->plan.config);
		a->plan.config = NULL;
	}
}

/* One that was given is the plan's already. */
static int read_config(struct applying *a)
{
	int err = 0;

	choose_base(a);
	if (!a->base && !a->plan.config)
		sw_changes_note_config(a, a->instance->config);
	if (a->base)
		err = sw_archive_read(a->instance, a->base, &a->plan.config, a->error);
	else if (!a->plan.config)
		err = sw_config_read(a->instance->config, &a->plan.config, a->error);
	if (err)
		return err;
	if (a->config_text)
		sw_changes_note_config(a, a->instance->config);
	if (!a->base)
		err = sw_route_feeds_refresh(a->instance, a->plan.config, a->error);
	return err ? err
		   : sw_lists_append(a->instance, a->plan.config, SW_STORE_CREATE, &a->lists,
				     a->error);
}

/* What was read well is kept even if it is not published: another feed may have been
 * to blame. */
static int plan_all(struct applying *a, bool load)
{
	int err;

	if (a->base)
		err = sw_archive_plan(a->instance, a->base, a->plan.config, &a->plan, a->error);
	else
		err = sw_plan_of(a->plan.config, &a->reading, &a->plan, a->error);
	if (a->plan.rules && sw_rules_unfit(a->plan.rules))
		a->partial = true;
	if (!err)
		err = sw_layout_choose(a, load);
	if (err && a->plan.rules && a->state->map[SW_MAP_feeds] >= 0)
		sw_registry_note_failure(a->state, a->plan.config, a->plan.rules);
	return err ? err : check_source_length(a);
}

/* The last that closes it puts its log away, and the next one makes a new log. */
static void keep_store_open(struct applying *a)
{
	if (!a->store && !sw_store_open(a->instance->state_dir, 0, &a->store, NULL))
		sw_store_share(a->store);
}

/* Lists that have changed are parsed while this process finds out the rest, and it is forked
 * before it maps anything large. */
static void begin_lists(struct applying *a)
{
	a->reading.opened = calloc(a->plan.config->feeds + 1, sizeof(*a->reading.opened));
	if (!a->base)
		sw_ahead_begin(&a->reading, a->plan.config);
}

static int plan(struct applying *a, bool load)
{
	int err = read_config(a);

	if (err)
		return err;
	begin_lists(a);
	if (a->fresh && sw_ahead_is_long(&a->reading, a->plan.config))
		sw_maps_ahead_begin(&a->ahead, &a->state->abi.seed);
	keep_store_open(a);
	read_hosts(a);
	err = load || a->base ? -ESTALE : sw_changes_plan(a);
	if (err == -ENOMEM)
		return sw_fail(a->error, err, "no memory for what has changed");
	return err ? plan_all(a, load) : 0; /* a change leaves the length of sources as it is */
}

/* What has changed found no place: all is planned, and may be put in force otherwise. */
static int force_all(struct applying *a, bool load)
{
	int err;

	sw_changes_drop(a);
	sw_rules_free(a->plan.rules);
	a->plan.rules = NULL;
	err = plan_all(a, load);
	return err ? err : sw_put_in_force(a, load);
}

/* What a rollback holds was not read from feeds. */
static void keep_copies(struct applying *a)
{
	if (a->plan.rules && !a->base && sw_rules_keep(a->plan.config, &a->reading, a->plan.rules))
		a->partial = true;
}

/* What is in force by now is not undone for this. */
static void note_feeds(struct applying *a)
{
	int err =
		sw_registry_note_feeds(a->state, a->plan.config, a->plan.rules, a->slot, a->error);

	if (err)
		sw_warn("the new generation is in force, but its feeds' ages are not known: %s",
			strerror(-err));
}

/* One of those that come by themselves, as often as routes come and go. */
static bool is_passing(const struct applying *a)
{
	return a->changing && a->instance->cause && !strcmp(a->instance->cause, SW_ROUTES_CHANGED);
}

static void note_history(struct applying *a)
{
	int described = a->base ? -ENOENT : sw_changes_describe(a);
	const struct sw_published published = {
		.plan = &a->plan,
		.generation = a->state->abi.generation,
		.base = a->base,
		.quiet = !a->reloading, /* live zombies could not be recalled either */
		.follows = a->changing ? a->follows : 0,
		.before = a->change.before,
		.regions = &a->change.regions,
		.lineage = described ? NULL : &a->lineage,
		.passing = is_passing(a),
	};
	struct sw_error error = {};

	if (a->anew && sw_history_held(a->instance) && sw_history_hold(a->instance, 0, &error))
		sw_warn("%s; the rollback goes on to be held", error.text);
	sw_history_note(a->instance, &published);
}

static bool announce(const struct applying *a)
{
	const struct sw_config *config = a->plan.config;

	return (is_passing(a) && !sw_changes_announced(a) &&
		sw_announce_goes_on(a->instance, config, a->follows, a->state->abi.generation)) ||
	       sw_announce_publish(a->instance, a->state, config);
}

static enum sw_access access_for(unsigned how)
{
	bool try = how & SW_APPLY_TRY;

	if (how & SW_APPLY_LOAD)
		return try ? SW_TRY_CREATE : SW_CREATE;
	return try ? SW_TRY_WRITE : SW_WRITE;
}

/* With the lock held: between two looks at what is on trial nobody comes. */
static int hold(struct applying *a, unsigned how, __u64 *held)
{
	if (how & SW_APPLY_BACK && sw_trial_is_dealt_with(a->instance, a->hold))
		return sw_fail(a->error, -ECANCELED, "somebody has published meanwhile");
	*held = sw_history_held(a->instance);
	return a->hold ? sw_history_hold(a->instance, a->hold, a->error) : 0;
}

static void hold_again(struct applying *a, __u64 held)
{
	struct sw_error error = {};

	if (a->hold && a->hold != held && sw_history_hold(a->instance, held, &error))
		sw_warn("%s; the next publish will be generation %llu", error.text, a->hold);
}

static int put_in_force(struct applying *a, unsigned how)
{
	bool load = how & SW_APPLY_LOAD;
	struct sw_lists_lost lost = {};
	int err = 0;

	a->interrupted = a->state->abi.loading;
	load |= a->interrupted && how & SW_APPLY_MEND;
	if (!load && a->interrupted)
		err = sw_fail(a->error, -EUCLEAN,
			      "a load was interrupted; run `spamweir load` to mend it");
	if (!err)
		err = begin_abi(a);
	if (!err)
		err = plan(a, load);
	if (!err) {
		sw_lists_lost_find(a, &lost);
		err = sw_put_in_force(a, load);
	}
	if (err == -ESTALE && a->changing)
		err = force_all(a, load);
	if (!err) {
		a->partial |= sw_lists_lost_say(a, &lost);
		note_feeds(a);
		sw_lists_published(a->instance, &a->lists);
		note_history(a);
		sw_tenant_move_in(a->instance, a->store);
		a->partial |= !announce(a);
	}
	sw_health_set(a->state, SW_HEALTH_RELOAD_FAILED, !!err);
	keep_copies(a);
	if (err && a->fresh)
		sw_state_abandon(a->state, NULL);
	return err;
}

/* Who publishes may have forgotten that something is on trial, or be a script that never knew. */
static void end_trial(const struct applying *a, unsigned how)
{
	__u64 back = sw_trial_end(a->instance);

	if (back && back != a->hold && how & SW_APPLY_SETTLE)
		sw_note("nothing is on trial any more: generation %llu does not come back by itself "
			"(`spamweir rollback %llu` brings it)",
			back, back);
}

static int apply(struct applying *a, unsigned how)
{
	__u64 held = 0;
	int err;

	err = sw_state_open(a->instance->pin_dir, access_for(how), &a->state, a->error);
	if (err)
		return err;
	keep_store_open(a);
	err = sw_tenant_check(a->instance, a->store, a->error);
	if (err && a->state->map[SW_MAP_abi] < 0)
		sw_state_abandon(a->state, NULL);
	if (!err)
		err = hold(a, how, &held);
	if (err)
		return err;
	err = put_in_force(a, how);
	if (err)
		hold_again(a, held);
	else if (how & (SW_APPLY_SETTLE | SW_APPLY_BACK))
		end_trial(a, how);
	return err;
}

/* The config is handed out, so that nobody has to read it again and perhaps
 * find another. */
static void fill_result(struct applying *a, struct sw_apply_result *result)
{
	*result = (struct sw_apply_result){
		.config = a->plan.config,
		.partial = a->partial,
		.generation = a->state->abi.generation,
		.again_ms = sw_route_feeds_again_ms(a->plan.config),
	};
	a->plan.config = NULL;
}

static void close_opened(struct applying *a)
{
	size_t i;

	for (i = 0; a->reading.opened && a->plan.config && i < a->plan.config->feeds; i++)
		sw_opened_close(&a->reading.opened[i]);
	free(a->reading.opened);
}

static int apply_as(struct applying *a, unsigned how, struct sw_apply_result *result)
{
	int err;

	a->anew = how & SW_APPLY_ANEW;
	a->reloading = !(how & SW_APPLY_LOAD);
	a->outgrown = -1;
	a->next = SW_NO_GENERATION;
	a->spare = SW_NO_GENERATION;
	a->reading.read = sw_worker_read;
	a->reading.begin = sw_worker_begin;
	a->reading.state_dir = a->instance->state_dir;
	a->reading.publish = true;
	err = apply(a, how);
	if (result)
		*result = (struct sw_apply_result){};
	if (!err && result)
		fill_result(a, result);
	sw_maps_ahead_end(&a->ahead);
	sw_instances_close(a);
	sw_generation_close(&a->next);
	sw_gate_change_end(&a->gate);
	sw_store_close(a->store);
	sw_nics_lose(a);
	close_opened(a);
	sw_changes_drop(a);
	sw_plan_free(&a->plan);
	if (a->outgrown >= 0)
		close(a->outgrown);
	sw_state_close(a->state);
	free(a->hosts.host);
	return err;
}

int sw_apply_config(const struct sw_instance *instance, struct sw_config *config, unsigned how,
		    struct sw_apply_result *result, struct sw_error *error)
{
	struct applying a = {
		.instance = instance,
		.error = error,
		.plan = { .config = config },
		.config_text = config ? instance->config_text : 0,
	};

	return apply_as(&a, how, result);
}

int sw_apply_kept(const struct sw_instance *instance, __u64 generation, unsigned how,
		  struct sw_apply_result *result, struct sw_error *error)
{
	struct applying a = { .instance = instance, .error = error, .hold = generation };

	return apply_as(&a, how, result);
}

int sw_reload(const struct sw_instance *instance, struct sw_apply_result *result,
	      struct sw_error *error)
{
	return sw_apply_config(instance, NULL, 0, result, error);
}

int sw_reload_accepting(const struct sw_instance *instance, const char *feed,
			struct sw_apply_result *result, struct sw_error *error)
{
	struct applying a = { .instance = instance, .error = error, .reading.accept = feed };

	return apply_as(&a, 0, result);
}
