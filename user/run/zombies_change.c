// SPDX-License-Identifier: GPL-2.0
#include "run/zombies_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/open.h"
#include "run/remember.h"
#include "run/tenant.h"
#include "run/zombies_join.h"
#include "store/audit.h"

#define LOST "what is done now is in force, and forgotten by the next reboot"

void sw_zombies_change_forget_store(struct sw_zombie_change *c, const struct sw_error *why)
{
	c->store = sw_remember_no_more(c->store, why, LOST);
}

int sw_zombies_change_open(const struct sw_instance *instance, struct sw_zombie_change *c)
{
	struct sw_joined joined = {};
	struct sw_error why = {};
	int err;

	err = sw_state_open(instance->pin_dir, SW_WRITE, &c->state, c->error);
	if (!err)
		err = sw_generation_running(c->state->map[SW_MAP_policy], &c->generation, c->error);
	if (err)
		return err;
	c->length = sw_source_length(&c->generation.policy->settings);
	c->moment = sw_moment_alone();
	c->store = sw_remember(instance, SW_STORE_CREATE, LOST);
	if (!c->store)
		return 0;
	err = sw_tenant_check(instance, c->store, c->error);
	if (err)
		return err;
	if (sw_zombies_join(c->state, c->store, c->length, false, &joined, &why))
		sw_zombies_change_forget_store(c, &why);
	else
		c->moment = joined.moment;
	return 0;
}

void sw_zombies_change_close(struct sw_zombie_change *c)
{
	sw_store_close(c->store);
	sw_generation_close(&c->generation);
	sw_state_close(c->state);
	free(c->key);
	free(c->before);
	free(c->after);
	free(c->kept);
}

int sw_zombies_change_allocate(struct sw_zombie_change *c, size_t count)
{
	c->count = count;
	c->key = calloc(count + 1, sizeof(*c->key));
	c->before = calloc(count + 1, sizeof(*c->before));
	c->after = calloc(count + 1, sizeof(*c->after));
	c->kept = calloc(count + 1, sizeof(*c->kept));
	return c->key && c->before && c->after && c->kept ? 0 : -ENOMEM;
}

int sw_zombies_change_look(struct sw_zombie_change *c, size_t i)
{
	int err = sw_live_get(c->state, &c->key[i], &c->before[i]);

	if (err && err != -ENOENT)
		return sw_fail(c->error, err, "cannot read the live zombies: %s", strerror(-err));
	if (err)
		c->before[i].until_ns = 0;
	return 0;
}

bool sw_zombies_change_had(const struct sw_zombie_change *c, size_t i)
{
	return c->before[i].until_ns > c->moment.boot_ns;
}

void sw_zombies_change_write(struct sw_zombie_change *c, const struct sw_prefix *lifted,
			     size_t count)
{
	struct sw_error why = {};
	int err;

	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	if (!err)
		err = sw_zombies_next_op(c->store, &c->op, &why);
	if (!err && lifted)
		err = sw_zombies_lift(c->store, lifted, count, c->op, &why);
	else if (!err)
		err = sw_zombies_put(c->store, c->kept, count, c->op, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		sw_zombies_change_forget_store(c, &why);
}

void sw_zombies_change_settle(struct sw_zombie_change *c, const char *verb)
{
	struct sw_error why = {};
	int err;

	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	if (!err)
		err = sw_zombies_settle(c->store, c->op, &why);
	if (!err && verb)
		err = sw_audit_add_as(c->store, verb, c->cause,
				      c->generation.policy->settings.generation, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		sw_zombies_change_forget_store(c, &why);
}

void sw_zombies_change_take_back(struct sw_zombie_change *c)
{
	struct sw_error why = {};
	size_t i;
	int err = 0;

	for (i = c->count; i-- > 0;) {
		if (sw_zombies_change_had(c, i))
			sw_live_add(c->state, &c->key[i], &c->before[i], 1);
		else
			sw_live_del(c->state, &c->key[i]);
	}
	if (!c->store)
		return;
	err = sw_store_begin(c->store, &why);
	for (i = 0; i < c->count && !err; i++)
		err = sw_zombies_drop(c->store, &c->kept[i].prefix, 1, &why);
	for (i = 0; i < c->count && !err; i++) {
		if (!sw_zombies_change_had(c, i))
			continue;
		c->kept[i] = sw_zombie_to_kept(&c->key[i], &c->before[i], &c->moment);
		err = sw_zombies_put(c->store, &c->kept[i], 1, c->op, &why);
	}
	if (!err)
		err = sw_zombies_settle(c->store, c->op, &why);
	if (!err)
		err = sw_store_commit(c->store, &why);
	if (err)
		sw_zombies_change_forget_store(c, &why);
}
