// SPDX-License-Identifier: GPL-2.0
/*
 * A generation knows its stamp, and its directory on disk what it was made of. Where both
 * agree, and nothing but lists has changed, and these little, the tables of the generation
 * before the running one are brought up to date: two small changes, of which the first
 * was written down.
 */
#include "run/changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "kernel/generation.h"
#include "kernel/spare.h"
#include "policy/lineage.h"
#include "run/history.h"

void sw_changes_note_config(struct applying *a, const char *path)
{
	__u64 text = sw_lineage_config(path);

	a->config_text = a->config_text && a->config_text != text ? 0 : text;
}

/* The number of the running generation; 0: what it was made of is not known. */
static int look_at_running(struct applying *a, __u64 *stamp)
{
	struct sw_generation running = SW_NO_GENERATION;
	int err = sw_generation_glance(a->state->map[SW_MAP_policy], &running, NULL);

	if (err)
		return -ESTALE;
	a->layout = running.policy->settings.layout;
	a->follows = running.policy->settings.generation;
	*stamp = running.policy->settings.stamp;
	sw_generation_close(&running);
	return *stamp ? 0 : -ESTALE;
}

/* The config's feeds and hosts as they were, and its whole text. */
static int load_lineage(struct applying *a, __u64 stamp)
{
	const struct sw_lineage *lineage = &a->lineage;

	if (!a->config_text || sw_archive_lineage(a->instance, a->follows, &a->lineage) ||
	    lineage->stamp != stamp || lineage->config != a->config_text ||
	    lineage->hosts != sw_lineage_hosts(&a->hosts) ||
	    !sw_archive_may_follow(a->instance, a->follows))
		return -ESTALE;
	return 0;
}

static bool take_spare(struct applying *a)
{
	if (sw_spare_take(a->state, &a->layout, &a->spare))
		return false;
	if (a->lineage.former && a->spare.policy->settings.stamp == a->lineage.former)
		return true;
	sw_generation_close(&a->spare);
	return false;
}

int sw_changes_plan(struct applying *a)
{
	__u64 stamp;
	int err;

	if (a->reading.accept || !a->reading.opened)
		return -ESTALE;
	err = look_at_running(a, &stamp);
	if (!err)
		err = load_lineage(a, stamp);
	if (!err)
		err = sw_change_find(a->plan.config, &a->reading, &a->lineage,
				     take_spare(a) ? &a->lineage.step : NULL, &a->plan.rules,
				     &a->change);
	a->changing = !err;
	if (err)
		sw_changes_drop(a);
	return err;
}

bool sw_changes_fit(const struct applying *a)
{
	size_t i;

	for (i = 0; i < a->lineage.feeds; i++) {
		if (a->lineage.feed[i].slot != a->slot[i])
			return false;
	}
	return true;
}

int sw_changes_begin(struct applying *a, struct sw_generation *out, struct sw_layout *used)
{
	int err = 0;

	if (a->spare.fd < 0)
		err = sw_spare_copy(a->state, &a->layout, &a->spare, a->error);
	if (err)
		return err;
	*out = a->spare;
	a->spare = SW_NO_GENERATION;
	*used = out->policy->settings.used;
	return 0;
}

void sw_changes_drop(struct applying *a)
{
	sw_generation_close(&a->spare);
	sw_change_free(&a->change);
	sw_lineage_free(&a->lineage);
	a->changing = false;
}

static bool is_same_list(const struct sw_rule_list *a, const struct sw_rule_list *b)
{
	return a->v4_count == b->v4_count && a->v6_count == b->v6_count &&
	       (!a->v4_count || !memcmp(a->v4, b->v4, a->v4_count * sizeof(*a->v4))) &&
	       (!a->v6_count || !memcmp(a->v6, b->v6, a->v6_count * sizeof(*a->v6)));
}

bool sw_changes_announced(const struct applying *a)
{
	const struct sw_rule_list *before = a->change.before->kind, *now = a->plan.rules->kind;

	return !is_same_list(&before[SW_KIND_ALLOW], &now[SW_KIND_ALLOW]) ||
	       !is_same_list(&before[SW_KIND_CNC], &now[SW_KIND_CNC]);
}

int sw_changes_describe(struct applying *a)
{
	__u64 former = a->changing ? a->lineage.stamp : 0;
	struct sw_lineage next;
	int err = sw_lineage_describe(a->plan.config, a->plan.rules, a->slot, &next);

	if (err)
		return err;
	next.stamp = a->stamp;
	next.former = former;
	next.config = a->config_text;
	next.hosts = sw_lineage_hosts(&a->hosts);
	if (a->changing) {
		next.step = a->change.step;
		a->change.step = (struct sw_regions){};
	}
	sw_lineage_free(&a->lineage);
	a->lineage = next;
	return 0;
}
