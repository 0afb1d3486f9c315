// SPDX-License-Identifier: GPL-2.0
#include "config/suspects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "config/mail.h"
#include "config/mapping.h"
#include "config/smtp.h"

#define MOST_SERVERS 128 /* bits that conduct has for them */
#define MOST_CONNECTIONS 1000000
#define LONGEST_S (30ULL * 86400)
#define MOST_LISTED SW_DETECTED_MAX
#define SLOW_INTERVAL_NS 10000000000ULL /* six a minute */

void sw_suspects_defaults(struct sw_suspects_config *suspects)
{
	*suspects = (struct sw_suspects_config){
		.action = {
			[SW_RULE_SERVERS] = SW_ACTION_REPORT,
			[SW_RULE_FAILURES] = SW_ACTION_REPORT,
			[SW_RULE_SILENT] = SW_ACTION_OFF,
			[SW_RULE_CONTACT] = SW_ACTION_REPORT,
		},
		.servers = 6,
		.servers_answered = 100,
		.silent = 100,
		.theta0 = SW_MILLIONTHS / 5 * 4,
		.theta1 = SW_MILLIONTHS / 5,
		.alpha = SW_MILLIONTHS / 100,
		.beta = SW_MILLIONTHS / 100,
		.contact_within_s = 86400,
		.limit = { .interval_ns = SLOW_INTERVAL_NS, .burst = 3 },
		.listed_s = 86400,
		.max_listed = 1000,
	};
}

static int read_action(const struct sw_value *value, enum sw_suspect_action *action)
{
	const char *words[SW_SUSPECT_ACTIONS];
	size_t word;
	int err;

	for (word = 0; word < SW_SUSPECT_ACTIONS; word++)
		words[word] = sw_action_name(word);
	err = sw_value_word(value, words, SW_SUSPECT_ACTIONS, &word);
	if (!err)
		*action = word;
	return err;
}

static int read_count(const struct sw_value *value, __u64 most, __u32 *out)
{
	__u64 count;
	int err = sw_value_number(value, 1, most, &count);

	if (!err)
		*out = count;
	return err;
}

/* 0.25 and the like, of up to six digits; neither 0 nor 1. */
static int read_share(const struct sw_value *value, __u32 *out)
{
	static const char what[] = "a number between 0 and 1, such as 0.25, of up to 6 digits";
	const char *text = sw_value_text(value, what);
	size_t digits, i;

	if (!text)
		return -EINVAL;
	digits = strncmp(text, "0.", 2) ? 0 : strspn(text + 2, "0123456789");
	if (!digits || digits > 6 || text[2 + digits])
		return sw_value_expected(value, what);
	*out = strtoul(text + 2, NULL, 10);
	for (i = digits; i < 6; i++)
		*out *= 10;
	return *out ? 0 : sw_value_expected(value, what);
}

static int read_limit(const struct sw_value *value, struct sw_limit_config *out)
{
	int err = sw_config_read_limit(value, true, out);

	if (!err && !out->closed && !out->interval_ns)
		return sw_value_fail(value, "who is slowed needs a rate (expected `limit: { rate: "
					    "6/min, burst: 3 }` or closed)");
	return err;
}

/* A key of one rule, into the struct sw_suspects_config. */
#define READER(name, read, ...)                                                                    \
	static int read_##name(const struct sw_value *value, void *into)                           \
	{                                                                                          \
		struct sw_suspects_config *suspects = into;                                        \
                                                                                                   \
		return read(value, __VA_ARGS__);                                                   \
	}

READER(servers_least, read_count, MOST_SERVERS, &suspects->servers)
READER(servers_answered, read_count, MOST_SERVERS, &suspects->servers_answered)
READER(servers_action, read_action, &suspects->action[SW_RULE_SERVERS])
READER(theta0, read_share, &suspects->theta0)
READER(theta1, read_share, &suspects->theta1)
READER(alpha, read_share, &suspects->alpha)
READER(beta, read_share, &suspects->beta)
READER(failures_action, read_action, &suspects->action[SW_RULE_FAILURES])
READER(silent_least, read_count, MOST_CONNECTIONS, &suspects->silent)
READER(silent_action, read_action, &suspects->action[SW_RULE_SILENT])
READER(within, sw_value_seconds_most, 60, LONGEST_S, &suspects->contact_within_s)
READER(contact_action, read_action, &suspects->action[SW_RULE_CONTACT])
READER(limit_of, read_limit, &suspects->limit)
READER(for, sw_value_seconds_most, 60, LONGEST_S, &suspects->listed_s)
READER(max_listed, read_count, MOST_LISTED, &suspects->max_listed)
READER(servers_too, sw_value_bool, &suspects->servers_too)

static int read_servers(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "at_least", .read = read_servers_least },
		{ .name = "answered", .read = read_servers_answered },
		{ .name = "action", .read = read_servers_action },
	};
	const struct sw_suspects_config *suspects = into;
	int err = sw_value_mapping(value, keys, SW_COUNT(keys), into);

	if (!err && suspects->servers_answered < suspects->servers)
		return sw_value_fail(value,
				     "`answered: %u` is below `at_least: %u`: who is answered "
				     "nearly always may try more servers, not fewer",
				     suspects->servers_answered, suspects->servers);
	return err;
}

static int read_failures(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "theta0", .read = read_theta0 },
		{ .name = "theta1", .read = read_theta1 },
		{ .name = "alpha", .read = read_alpha },
		{ .name = "beta", .read = read_beta },
		{ .name = "action", .read = read_failures_action },
	};
	const struct sw_suspects_config *suspects = into;
	int err = sw_value_mapping(value, keys, SW_COUNT(keys), into);

	if (err)
		return err;
	if (suspects->theta0 <= suspects->theta1)
		return sw_value_fail(value,
				     "theta0, how often others are answered, must be above theta1, "
				     "how often zombies are");
	if (suspects->alpha + suspects->beta >= SW_MILLIONTHS)
		return sw_value_fail(value, "alpha and beta must be less than 1 together");
	return 0;
}

static int read_silent(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "at_least", .read = read_silent_least },
		{ .name = "action", .read = read_silent_action },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}

static int read_contact(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "within", .read = read_within },
		{ .name = "action", .read = read_contact_action },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}

int sw_config_read_suspects(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "servers", .read = read_servers },
		{ .name = "failures", .read = read_failures },
		{ .name = "silent", .read = read_silent },
		{ .name = "contact", .read = read_contact },
		{ .name = "limit", .read = read_limit_of },
		{ .name = "for", .read = read_for },
		{ .name = "max_listed", .read = read_max_listed },
		{ .name = "servers_too", .read = read_servers_too },
	};
	struct sw_config *config = into;
	int err = sw_value_mapping(value, keys, SW_COUNT(keys), &config->suspects);

	return err ? err : sw_config_check_classes(value, config);
}
