// SPDX-License-Identifier: GPL-2.0
#include "run/zombies_keep.h"

#include <errno.h>

#include "base/clock.h"
#include "kernel/detected.h"
#include "kernel/detected_recall.h"
#include "kernel/generation.h"
#include "kernel/live.h"
#include "kernel/live_count.h"
#include "kernel/open.h"
#include "run/announce.h"
#include "run/remember.h"
#include "run/tenant.h"
#include "run/zombies_join.h"
#include "store/audit.h"

#define EXPIRE_MS (7LL * 86400 * 1000) /* ended ones are kept so long, to be told of */

void sw_zombies_recall(const struct sw_instance *instance, const struct sw_state *state,
		       const struct sw_config *config, struct sw_joined *joined)
{
	static const char lost[] = "live zombies that were kept are not in force";
	struct sw_joined now = {};
	struct sw_error error = {};
	struct sw_store *store;

	store = sw_remember(instance, SW_STORE_CREATE | SW_STORE_CHECK, lost);
	if (!store)
		return;
	if (sw_zombies_join(state, store, config->ipv6_source_prefix, false, &now, &error)) {
		sw_remember_no_more(store, &error, lost);
		return;
	}
	/* Where the tables had to grow, those that the first try has recalled are there. */
	joined->restored += now.restored;
	joined->ended += now.ended;
	joined->misfits = now.misfits;
	sw_store_close(store);
	if (now.restored && sw_detected_recall(state, config->suspects.max_listed))
		sw_warn("suspects that are listed again do not count towards "
			"`suspects.max_listed`");
}

void sw_zombies_recalled(const struct sw_joined *joined, const struct sw_config *config)
{
	if (joined->restored || joined->misfits)
		sw_note("%llu live zombies are in force again, %llu have ended meanwhile",
			joined->restored, joined->ended);
	if (joined->misfits)
		sw_warn("%llu live zombies are kept and not in force, for they are listed by another "
			"length than `ipv6_source_prefix: %u`",
			joined->misfits, config->ipv6_source_prefix);
}

void sw_zombies_go_on(const struct sw_instance *instance, const struct sw_state *state, __u8 length)
{
	struct sw_error error = {};
	struct sw_joined joined;
	struct sw_store *store;

	/* Who enters and lifts them has warned of a store that is not to be had. */
	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	if (sw_zombies_join(state, store, length, false, &joined, &error))
		sw_warn("%s", error.text);
	sw_store_close(store);
}

/* The running generation's prefix length of sources; 0 if there is none. */
static __u8 running_length(const struct sw_state *state)
{
	struct sw_generation running = SW_NO_GENERATION;
	__u8 length = 0;

	if (!sw_generation_glance(state->map[SW_MAP_policy], &running, NULL))
		length = sw_source_length(&running.policy->settings);
	sw_generation_close(&running);
	return length;
}

/* How many the datapath had listed in all when kernel and disk were last brought together. */
static const char listed_seen[] = "detected_seen";

/* The kernel has more than the disk if the datapath has listed some, or if that could not be
 * written for a while. */
static void tidy_store(const struct sw_state *state, struct sw_store *store, __u64 in_kernel)
{
	struct sw_error error = {};
	struct sw_joined joined;
	__u8 length = running_length(state);
	__s64 seen = 0, listed = sw_detected_listed(state);
	__u64 on_disk;
	int err;

	if (!length)
		return;
	err = sw_zombies_join(state, store, length, false, &joined, &error);
	if (!err)
		err = sw_zombies_count(store, joined.moment.wall_ms, &on_disk, &error);
	if (!err)
		err = sw_store_get_number(store, listed_seen, 0, &seen, &error);
	if (!err && (on_disk < in_kernel || seen != listed))
		err = sw_zombies_join(state, store, length, true, &joined, &error);
	if (!err && seen != listed)
		err = sw_store_put_number(store, listed_seen, listed, &error);
	if (!err)
		err = sw_zombies_expire(store, joined.moment.wall_ms - EXPIRE_MS, &error);
	if (err)
		sw_warn("%s", error.text);
}

int sw_zombies_tidy(const struct sw_instance *instance, __u64 *removed, __u64 *next_ms,
		    struct sw_error *error)
{
	struct sw_sweep sweep = {};
	struct sw_state *state;
	struct sw_store *store;
	int err;

	err = sw_state_open(instance->pin_dir, SW_TRY_WRITE, &state, error);
	if (err)
		return err;
	err = sw_live_sweep(state, &sweep);
	*removed = sweep.removed;
	/* Who writes has warned; so often it would be noise. */
	if (!err &&
	    !sw_store_open(instance->state_dir, sweep.left ? SW_STORE_CREATE : 0, &store, NULL)) {
		tidy_store(state, store, sweep.left);
		sw_store_close(store);
	}
	if (!err)
		sw_announce_again(instance, state, next_ms);
	sw_state_close(state);
	return err;
}

void sw_zombies_save(const struct sw_instance *instance)
{
	static const char lost[] = "live zombies are not kept for the next load";
	struct sw_error error = {};
	struct sw_joined joined;
	struct sw_state *state;
	struct sw_store *store = NULL;
	__u64 count = 0;
	__u8 length;

	if (sw_state_open(instance->pin_dir, SW_WRITE, &state, NULL))
		return; /* of another version: what is on disk is all there is */
	length = running_length(state);
	if (length && !sw_live_count(state, &count) && count)
		store = sw_remember(instance, SW_STORE_CREATE, lost);
	if (store && (sw_tenant_check(instance, store, &error) ||
		      sw_zombies_join(state, store, length, true, &joined, &error)))
		store = sw_remember_no_more(store, &error, lost);
	sw_store_close(store);
	sw_state_close(state);
}

__u64 sw_zombies_saved(const struct sw_instance *instance)
{
	struct sw_store *store;
	__u64 count = 0;

	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return 0;
	sw_zombies_count(store, sw_wall_ms(), &count, NULL);
	sw_store_close(store);
	return count;
}

int sw_zombies_forget_all(const struct sw_instance *instance, struct sw_error *error)
{
	struct sw_store *store;
	int err;

	err = sw_store_open(instance->state_dir, 0, &store, error);
	if (err == -ENOENT)
		return 0;
	if (err)
		return err;
	err = sw_tenant_check(instance, store, error);
	if (!err)
		err = sw_zombies_forget(store, error);
	sw_store_close(store);
	return err;
}
