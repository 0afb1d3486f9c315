// SPDX-License-Identifier: GPL-2.0
#include "run/nics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "kernel/attach.h"
#include "kernel/offload.h"
#include "kernel/registry.h"
#include "kernel/remove.h"
#include "run/nics_find.h"
#include "run/nics_follow.h"
#include "run/nics_loaded.h"
#include "run/nics_ours.h"
#include "run/nics_shared.h"
#include "run/nics_stacked.h"

static void say_renamed(const struct applying *a, size_t i)
{
	const struct sw_config *config = a->plan.config;

	sw_warn("%s:%d: there is no interface %s; %s, which was attached in the same role, is taken "
		"for it: name it here",
		config->path, config->interface[i].line, config->interface[i].name, a->nic[i].name);
}

static void compare(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];

	if (nic->renamed)
		say_renamed(a, i);
	if (sw_nics_intact(a, i))
		return;
	a->partial = true;
	if (!nic->trouble.text[0])
		sw_nics_check_one(a, i);
	if (nic->trouble.text[0])
		sw_warn("%s", nic->trouble.text);
	else
		sw_warn("%s:%d: %s is not attached as %s: `spamweir load` does that, or the daemon",
			a->plan.config->path, nic->config.line, nic->name,
			sw_role_name(nic->config.role));
}

/* The lists are published whatever becomes of this. */
bool sw_nics_look(struct applying *a)
{
	struct sw_error error = {}, *outer = a->error;
	bool known;

	a->error = &error;
	known = !sw_nics_follow(a) && !sw_nics_find(a);
	a->error = outer;
	if (known)
		return true;
	sw_warn("%s", error.text[0] ? error.text : "no memory to see to the NICs");
	sw_nics_lose(a);
	return false;
}

void sw_nics_compare(struct applying *a)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++)
		compare(a, i);
	sw_nics_compare_loaded(a);
}

static void warn_of_tags(const struct sw_nic *nic)
{
	if (nic->config.vlans && sw_offloads_vlan(nic->name))
		sw_warn("%s: the NIC takes VLAN tags out of frames before they are judged, so that all "
			"have its own role: `ethtool -K %s rxvlan off`",
			nic->name, nic->name);
}

static int attach_one(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];
	struct sw_way way = {};
	bool generic = false;
	int err;

	nic->tried = true;
	err = sw_nics_make_way(a, i, &way);
	if (!err && a->shared[i] && !nic->elsewhere)
		err = sw_nics_attach_shared(a, i, &generic);
	else if (!err)
		err = sw_nics_attach_alone(a, i, &generic);
	sw_nics_end_way(&way, err);
	a->moved |= !err;
	if (!err && !nic->elsewhere) {
		err = sw_registry_note_interface(a->state, &nic->config, nic->ifindex, generic,
						 &nic->trouble);
		/* It is at work: that this cannot be noted is said, and no failure. */
		if (err && nic->link && nic->trouble.text[0])
			err = 0;
	}
	if (!err)
		warn_of_tags(nic);
	if (err && !nic->trouble.text[0])
		sw_fail(&nic->trouble, err, "%s: cannot attach: %s", nic->name, strerror(-err));
	return err;
}

/* All that nothing can be attached to says so; the first is why nothing is. */
static int fail_all(struct applying *a, int code)
{
	size_t i;

	for (i = 1; i < a->plan.config->interfaces; i++)
		sw_warn("%s", a->nic[i].trouble.text);
	return sw_fail(a->error, code, "%s", a->nic[0].trouble.text);
}

static bool any_due(const struct applying *a)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (sw_nic_is_due(&a->nic[i]))
			return true;
	}
	return false;
}

int sw_nics_check(struct applying *a)
{
	const struct sw_config *config = a->plan.config;
	struct sw_error others;
	size_t i;
	int err;

	if (!config->interfaces)
		return sw_fail(a->error, -EINVAL, "%s: `interfaces` names none to load on",
			       config->path);
	err = sw_nics_follow(a);
	if (!err)
		err = sw_nics_find(a);
	for (i = 0; i < config->interfaces && !err; i++) {
		a->nic[i].keep = a->mending && (a->nic[i].elsewhere || sw_nics_intact(a, i));
		if (sw_nic_is_due(&a->nic[i]))
			sw_nics_check_one(a, i);
		if (!a->mending && sw_nics_others(a, i, &others))
			sw_warn("%s", others.text);
	}
	if (err || a->mending || any_due(a))
		return err;
	return fail_all(a, -ENODEV);
}

static int detach_unless_configured(void *ctx, const char *path)
{
	struct sw_error error = {};
	struct applying *a = ctx;
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (!strcmp(a->nic[i].pin, path))
			return 0;
	}
	if (!sw_detach(path, &error))
		return 0;
	sw_warn("%s", error.text);
	a->partial = true;
	return 0;
}

/* Whether the config has it, by name and role; or it is in trouble, and at work as before. */
static bool configured(const struct applying *a, const struct sw_interface_slot *slot)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		const struct sw_nic *nic = &a->nic[i];

		if (!strcmp(nic->name, slot->name) && nic->config.role == slot->role)
			return true;
		if (nic->trouble.text[0] && nic->link && slot->ifindex == nic->ifindex)
			return true;
	}
	return false;
}

/* What the config no longer names. A NIC whose role has changed keeps its
 * link, which was updated; only its old slot retires. */
static int detach_others(struct applying *a)
{
	struct sw_interface_slot slot[SW_MAX_INTERFACES];
	int i, err;

	err = sw_state_each_link(a->state, detach_unless_configured, a);
	if (!err)
		err = sw_nics_leave_others(a);
	if (!err)
		err = sw_registry_interfaces(a->state, slot, a->error);
	for (i = 0; i < SW_MAX_INTERFACES && !err; i++) {
		if (!slot[i].attached || configured(a, &slot[i]))
			continue;
		slot[i].attached = 0;
		err = sw_registry_save_interface(a->state, i, &slot[i], a->error);
	}
	return err;
}

/* Status and metrics tell of it too, by a slot that has no NIC. */
static int report(struct applying *a, size_t i)
{
	struct sw_nic *nic = &a->nic[i];

	if (nic->renamed && !a->mending)
		say_renamed(a, i);
	if (!nic->trouble.text[0])
		return 0;
	a->partial = true;
	if (!a->mending)
		sw_warn("%s", nic->trouble.text);
	if (nic->link || nic->elsewhere)
		return 0;
	return sw_registry_note_interface(a->state, &nic->config, 0, false, a->error);
}

static int note_all(struct applying *a)
{
	size_t i;
	int err = 0;

	for (i = 0; i < a->plan.config->interfaces && !err; i++)
		err = report(a, i);
	return err || a->mending ? err : detach_others(a);
}

/* What is left to do when programs are at work. To fail now would say that they are not:
 * by tables that have outgrown the former ones they judge already. */
static int tidy(struct applying *a)
{
	struct sw_error *callers = a->error, error = {};
	int err;

	if (a->mending || !a->grown)
		return note_all(a);
	a->error = &error;
	err = note_all(a);
	a->error = callers;
	if (!err)
		return 0;
	sw_warn("what was loaded is in force, but what is on other NICs may be as it was: %s; run "
		"`spamweir load` again",
		error.text[0] ? error.text : strerror(-err));
	a->partial = true;
	return 0;
}

int sw_nics_attach(struct applying *a)
{
	size_t i, done = 0;
	int failed = 0, err;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		if (!sw_nic_is_due(&a->nic[i]))
			continue;
		err = attach_one(a, i);
		done += !err;
		if (err)
			failed = err;
		/* It would go on by tables that nobody writes any more. */
		if (err && a->grown && (a->nic[i].link || a->nic[i].elsewhere))
			return sw_fail(a->error, err, "%s", a->nic[i].trouble.text);
	}
	if (failed && !done && !a->mending)
		return fail_all(a, failed);
	sw_nics_leave_twice(a);
	return tidy(a);
}
