// SPDX-License-Identifier: GPL-2.0
/* Rules that are kept as what differs from others. */
#include "policy/kept_since.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "policy/rules_merge.h"

/* What has been added to and removed from the rules in `path` since; nothing, if these
 * are all. */
struct since {
	struct sw_kept added, removed;
};

static int load_since(const char *path, struct since *since, struct sw_error *error)
{
	char *added = NULL, *removed = NULL;
	int err = 0;

	*since = (struct since){};
	if (asprintf(&added, "%s" SW_KEPT_ADDED, path) < 0 ||
	    asprintf(&removed, "%s" SW_KEPT_REMOVED, path) < 0)
		err = -ENOMEM;
	if (!err && !access(added, F_OK)) {
		err = sw_kept_load_alone(added, &since->added, error);
		if (!err)
			err = sw_kept_load_alone(removed, &since->removed, error);
	}
	free(added);
	free(removed);
	return err;
}

static void free_since(struct since *since)
{
	sw_kept_free(&since->added);
	sw_kept_free(&since->removed);
}

/* The feeds are those of what was added last, and so are all ends. */
static int apply_since(const struct since *since, struct sw_kept *kept)
{
	struct sw_rules *left = sw_rules_minus(kept->rules, since->removed.rules);
	struct sw_rules *rules = sw_rules_plus(left, since->added.rules);
	int err = rules ? sw_rule_ends_join(&rules->ends, since->added.end, since->added.ends, NULL)
			: -ENOMEM;

	sw_rules_free(left);
	if (err) {
		sw_rules_free(rules);
		return err;
	}
	sw_kept_free(kept);
	*kept = since->added;
	kept->rules = rules;
	kept->end = rules->ends.item;
	kept->file = (struct sw_mapping){};
	return 0;
}

int sw_kept_load(const char *path, struct sw_kept *out, struct sw_error *error)
{
	struct since since;
	int err = sw_kept_load_alone(path, out, error);

	if (err)
		return err;
	err = load_since(path, &since, error);
	if (!err && since.added.rules)
		err = apply_since(&since, out);
	free_since(&since);
	if (err)
		sw_kept_free(out);
	return err;
}

static int save_beside(const char *path, const char *suffix, const struct sw_config *config,
		       const struct sw_rules *feeds, struct sw_rules *rules, struct sw_error *error)
{
	char *beside = NULL;
	int err = rules && asprintf(&beside, "%s%s", path, suffix) >= 0 ? 0 : -ENOMEM;

	if (!err) {
		rules->feed = feeds->feed; /* lent */
		err = sw_kept_save(beside, config, rules, error);
		rules->feed = NULL;
	}
	free(beside);
	return err;
}

/* All that there are now: those of the regions, and elsewhere as they were. */
static int join_ends(const char *former, const struct sw_kept_step *step, const struct since *since,
		     struct sw_rule_ends *to, struct sw_error *error)
{
	struct sw_kept all = {};
	const struct sw_kept *was = since->added.rules ? &since->added : &all;
	int err = since->added.rules ? 0 : sw_kept_load_alone(former, &all, error);

	if (!err)
		err = sw_rule_ends_join(to, was->end, was->ends, step->regions);
	if (!err)
		err = sw_rule_ends_join(to, step->after->ends.item, step->after->ends.count, NULL);
	sw_kept_free(&all);
	return err;
}

/* A rule that comes back is one that was never removed, and the other way round. */
static int save_sum(const char *former, const char *path, const struct sw_config *config,
		    const struct sw_kept_step *step, const struct since *since,
		    struct sw_error *error)
{
	static const struct sw_rules none;
	const struct sw_rules *was_added = since->added.rules ?: &none;
	const struct sw_rules *was_removed = since->removed.rules ?: &none;
	struct sw_rules *came = sw_rules_minus(step->after, step->before);
	struct sw_rules *went = sw_rules_minus(step->before, step->after);
	struct sw_rules *came_new = sw_rules_minus(came, was_removed);
	struct sw_rules *went_old = sw_rules_minus(went, was_added);
	struct sw_rules *stays_added = sw_rules_minus(was_added, went);
	struct sw_rules *stays_removed = sw_rules_minus(was_removed, came);
	struct sw_rules *added = sw_rules_plus(stays_added, came_new);
	struct sw_rules *removed = sw_rules_plus(stays_removed, went_old);
	int err = added ? join_ends(former, step, since, &added->ends, error) : -ENOMEM;

	if (!err)
		err = save_beside(path, SW_KEPT_REMOVED, config, step->after, removed, error);
	if (!err)
		err = save_beside(path, SW_KEPT_ADDED, config, step->after, added, error);
	sw_rules_free(came);
	sw_rules_free(went);
	sw_rules_free(came_new);
	sw_rules_free(went_old);
	sw_rules_free(stays_added);
	sw_rules_free(stays_removed);
	sw_rules_free(added);
	sw_rules_free(removed);
	return err;
}

int sw_kept_save_step(const char *former, const char *path, const struct sw_config *config,
		      const struct sw_kept_step *step, struct sw_error *error)
{
	struct since since;
	int err = load_since(former, &since, error);

	if (!err)
		err = save_sum(former, path, config, step, &since, error);
	free_since(&since);
	return err;
}
