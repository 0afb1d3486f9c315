// SPDX-License-Identifier: GPL-2.0
#include "run/lists_guard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/read.h"
#include "kernel/hosts.h"
#include "policy/guard.h"
#include "policy/own.h"
#include "policy/rules_read.h"
#include "run/route_feeds.h"
#include "worker/parse.h"

/* Own space as the config has it, of which nobody else's feed needs to be read. */
static int read_own(const struct sw_instance *instance, const struct sw_config *config,
		    struct sw_own *own, struct sw_error *error)
{
	const struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = instance->state_dir,
		.publish = true,
	};
	struct sw_config only = *config;
	struct sw_rules *rules = NULL;
	size_t i, failed;
	int err;

	only.feeds = 0;
	only.feed = calloc(config->feeds + 1, sizeof(*only.feed));
	if (!only.feed)
		return -ENOMEM;
	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].kind == SW_KIND_OWN)
			only.feed[only.feeds++] = config->feed[i];
	}
	err = sw_rules_read(&only, &reading, &rules, &failed, error);
	if (!err)
		err = sw_own_build(&rules->kind[SW_KIND_OWN], own);
	sw_rules_free(rules);
	free(only.feed);
	return err;
}

#define FORCE "; `--force` blocks it all the same"

struct protected
{
	struct sw_own own;
	struct sw_hosts hosts;
	struct sw_guard guard; /* of special-purpose space and of the hosts */
};

static int read_protected(const struct sw_instance *instance, struct protected *p,
			  struct sw_error *out)
{
	struct sw_route_aside aside = {};
	struct sw_error error = {};
	struct sw_config *config;
	int err = sw_config_read(instance->config, &config, out);

	if (err)
		return err;
	err = sw_route_feeds_aside(instance, config, &aside, out);
	if (!err)
		err = read_own(instance, config, &p->own, out);
	sw_route_feeds_aside_end(config, &aside);
	sw_config_free(config);
	if (err)
		return err;
	if (sw_hosts_read(SW_RESOLV_CONF, &p->hosts, &error))
		sw_warn("%s; so nothing keeps you from blocking them", error.text);
	return sw_guard_build(true, &p->hosts, &p->guard);
}

static void free_protected(struct protected *p)
{
	sw_own_free(&p->own);
	sw_guard_free(&p->guard);
	free(p->hosts.host);
}

/* Whether it is wider than what is listed by hand without a second thought; said. */
static bool is_wide(const struct sw_prefix *prefix, const char *does, char *text, size_t room)
{
	int most = prefix->family == SW_IPV4 ? SW_MAX_WIDTH_IPV4 : SW_MAX_WIDTH_IPV6;

	if (prefix->length >= most)
		return false;
	snprintf(text, room, "it is wider than /%d; `--force` %s it all the same", most, does);
	return true;
}

/* NULL, or what is wrong with blocking it. */
static const char *why_not(const struct protected *p, const struct sw_prefix *prefix, bool force,
			   char *text, size_t room)
{
	const struct sw_guard_range *range;
	size_t at = 0;

	range = sw_guard_find(&p->guard, &at, prefix);
	if (range && range->host) {
		snprintf(text, room, "this router needs it, or a part of it (%s)", range->what);
		return text;
	}
	if (force)
		return NULL;
	if (is_wide(prefix, "blocks", text, room))
		return text;
	if (sw_own_overlaps(&p->own, prefix))
		return "it lies in own space" FORCE;
	if (!range)
		return NULL;
	snprintf(text, room, "it is special-purpose space (%s)" FORCE, range->what);
	return text;
}

/* A slip of the hand must not let a whole botnet pass. */
static int check_allowed(struct sw_list_change *change)
{
	size_t i, refused = 0;
	char text[160];

	for (i = 0; i < change->count && !change->force; i++) {
		if (!is_wide(&change->order[i].prefix, "allows", text, sizeof(text)))
			continue;
		change->refuse(change->ctx, &change->order[i], text);
		refused++;
	}
	return refused ? -EPERM : 0;
}

int sw_lists_guard(const struct sw_instance *instance, struct sw_list_change *change,
		   struct sw_error *error)
{
	struct protected protected = {};
	size_t i, refused = 0;
	const char *why;
	char text[160];
	int err;

	if (!change->adding || change->list == SW_LIST_BOUNCES)
		return 0;
	if (change->list == SW_LIST_ALLOW)
		return check_allowed(change);
	err = read_protected(instance, &protected, error);
	for (i = 0; i < change->count && !err; i++) {
		why = why_not(&protected, &change->order[i].prefix, change->force, text,
			      sizeof(text));
		if (!why)
			continue;
		change->refuse(change->ctx, &change->order[i], why);
		refused++;
	}
	free_protected(&protected);
	return err ? err : refused ? -EPERM : 0;
}
