// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "cli/live_output.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "kernel/generation.h"
#include "kernel/live.h"
#include "table4.h"
#include "table6.h"

#define LONGEST_NS (10 * 366 * 86400 * 1000000000ULL)

static bool is_allowed(const struct sw_policy *policy, const struct sw_prefix *address)
{
	const struct sw_layout *layout = &policy->settings.layout;
	__u8 feed;

	if (address->family == SW_IPV4)
		feed = sw_table4_lookup(policy, layout, SW_SET_MAIL, address->address);
	else
		feed = sw_table6_lookup(policy, layout, SW_SET_MAIL, sw_to_in6(address->address));
	return feed && policy->settings.feed[feed].kind == SW_KIND_ALLOW;
}

static int fill_entry(const struct sw_options *options, struct sw_live *entry,
		      struct sw_error *error)
{
	__u64 duration;

	*entry = (struct sw_live){
		.since_ns = sw_boottime_ns(),
		.until_ns = SW_LIVE_FOREVER,
		.origin = SW_ORIGIN_OPERATOR,
	};
	if (options->duration) {
		if (sw_duration_parse(options->duration, &duration) || !duration)
			return sw_fail(error, -EINVAL,
				       "`--for %s`: expected a duration such as 90s, 1h or 2d",
				       options->duration);
		if (duration > LONGEST_NS)
			return sw_fail(error, -EINVAL, "`--for %s`: ten years at most; without --for "
						       "there is no end",
				       options->duration);
		entry->until_ns = entry->since_ns + duration;
	}
	if (!options->why)
		return 0;
	if (strlen(options->why) >= sizeof(entry->why))
		return sw_fail(error, -EINVAL, "`--why`: %zu bytes are kept at most, this has %zu",
			       sizeof(entry->why) - 1, strlen(options->why));
	if (!sw_is_printable(options->why))
		return sw_fail(error, -EINVAL, "`--why`: expected a line of UTF-8 text");
	strcpy(entry->why, options->why);
	return 0;
}

static int add(const struct sw_state *state, const struct sw_policy *policy,
	       const struct sw_prefix *address, struct sw_live *entry, struct sw_error *error)
{
	struct sw_live_key key = sw_live_key(address, &policy->settings);
	char text[SW_PREFIX_TEXT];
	int err;

	entry->length = sw_source_length(&policy->settings);
	if (is_allowed(policy, address))
		return sw_fail(error, -EPERM,
			       "%s stands in an allow feed and is never a zombie; see `spamweir lookup "
			       "%s`",
			       sw_prefix_format(address, text), text);
	err = sw_live_add(state, &key, entry);
	if (err == -ENOSPC) { /* perhaps only the dead fill it */
		sw_live_sweep(state, NULL);
		err = sw_live_add(state, &key, entry);
	}
	if (err)
		return sw_fail(error, err, "cannot add %s: %s", sw_prefix_format(address, text),
			       err == -ENOSPC ? "the table of live zombies is full" : strerror(-err));
	return 0;
}

static int del(const struct sw_state *state, const struct sw_policy *policy,
	       const struct sw_prefix *address, struct sw_error *error)
{
	struct sw_live_key key = sw_live_key(address, &policy->settings);
	char text[SW_PREFIX_TEXT];
	int err = sw_live_del(state, &key);

	if (err == -ENOENT)
		return sw_fail(error, err, "%s is no live zombie; see `spamweir lookup %s`",
			       sw_prefix_format(address, text), text);
	if (err)
		return sw_fail(error, err, "cannot lift %s: %s", sw_prefix_format(address, text),
			       strerror(-err));
	return 0;
}

/* `entry` is NULL to lift what is listed. */
static int change(const struct sw_options *options, const struct sw_prefix *address,
		  struct sw_live *entry, struct sw_error *error)
{
	struct sw_generation generation = SW_NO_GENERATION;
	struct sw_state *state = NULL;
	int err;

	err = sw_state_open(options->instance.pin_dir, SW_WRITE, &state, error);
	if (!err)
		err = sw_generation_running(state->map[SW_MAP_policy], &generation, error);
	if (!err && entry)
		err = add(state, generation.policy, address, entry, error);
	else if (!err)
		err = del(state, generation.policy, address, error);
	sw_generation_close(&generation);
	sw_state_close(state);
	return err;
}

static int read_and_change(const struct sw_options *options, bool adding)
{
	const char *text = options->argument[0];
	struct sw_error error = {};
	struct sw_prefix address;
	struct sw_live entry;
	int err = 0;

	if (sw_address_parse(text, strlen(text), &address))
		err = sw_fail(&error, -EINVAL, "`%s` is no IPv4 or IPv6 address", text);
	else if (adding)
		err = fill_entry(options, &entry, &error);
	if (err) {
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	err = change(options, &address, adding ? &entry : NULL, &error);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

struct listing {
	__u64 now;
	bool json;
};

static int print_entry(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	const struct listing *listing = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);
	char text[SW_PREFIX_TEXT], age[32], end[SW_LIVE_TEXT];

	if (entry->until_ns <= listing->now)
		return 0;
	if (listing->json)
		return sw_print_json(sw_live_json(&prefix, entry, listing->now));
	printf("%-40s for %-14s %-22s %s%s%s\n", sw_prefix_format(&prefix, text),
	       sw_format_age(sw_live_age(entry, listing->now), age, sizeof(age)),
	       sw_live_end(entry, listing->now, end), sw_origin_name(entry->origin),
	       entry->why[0] ? " " : "", entry->why);
	return 0;
}

int cmd_zombie_add(const struct sw_options *options)
{
	return read_and_change(options, true);
}

int cmd_zombie_del(const struct sw_options *options)
{
	return read_and_change(options, false);
}

int cmd_zombie_list(const struct sw_options *options)
{
	struct listing listing = { .now = sw_boottime_ns(), .json = options->json };
	struct sw_state *state = NULL;
	struct sw_error error = {};
	int err;

	err = sw_state_open(options->instance.pin_dir, SW_READ, &state, &error);
	if (!err)
		err = sw_live_each(state, print_entry, &listing);
	sw_state_close(state);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
