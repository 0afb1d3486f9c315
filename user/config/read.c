// SPDX-License-Identifier: GPL-2.0
#include "config/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "config/announce.h"
#include "config/cases.h"
#include "config/feeds.h"
#include "config/interfaces.h"
#include "config/mapping.h"
#include "config/nat64.h"
#include "config/notices.h"
#include "config/smtp.h"
#include "config/subscribers.h"
#include "config/suspects.h"
#include "config/tunnels.h"

#define NS_PER_S 1000000000ULL

static int read_mode(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_mode(value, &config->monitor);
}

static int read_textfile(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_path(value, &config->textfile);
}

static int read_metrics_interval(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds(value, 1, &config->metrics_interval_s);
}

static int read_metrics(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "textfile", .read = read_textfile },
		{ .name = "interval", .read = read_metrics_interval },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}

static int read_reload_interval(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds(value, 0, &config->reload_interval_s);
}

static int read_top(const struct sw_value *value, struct sw_config *config)
{
	static const struct sw_key keys[] = {
		{ .name = "interfaces", .read = sw_config_read_interfaces },
		{ .name = "mode", .read = read_mode },
		{ .name = "tunnels", .read = sw_config_read_tunnels },
		{ .name = "smtp", .read = sw_config_read_smtp },
		{ .name = "nat64", .read = sw_config_read_nat64 },
		{ .name = "feeds", .read = sw_config_read_feeds },
		{ .name = "suspects", .read = sw_config_read_suspects },
		{ .name = "announce", .read = sw_config_read_announce },
		{ .name = "metrics", .read = read_metrics },
		{ .name = "subscribers", .read = sw_config_read_subscribers },
		{ .name = "cases", .read = sw_config_read_cases },
		{ .name = "notices", .read = sw_config_read_notices },
		{ .name = "reload_interval", .read = read_reload_interval },
	};
	int err = sw_value_mapping(value, keys, SW_COUNT(keys), config);

	return err ? err : sw_config_check_announce(value, config);
}

static struct sw_config *new_config(const char *path)
{
	struct sw_config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	*config = (struct sw_config){
		.path = strdup(path),
		.port = { 25 },
		.ports = 1,
		.ipv6_source_prefix = 64,
		.limit = {
			[SW_ACCESS] = { .interval_ns = 2 * NS_PER_S, .burst = 10 },
			[SW_UPSTREAM] = { .interval_ns = NS_PER_S / 10, .burst = 100 },
		},
		.metrics_interval_s = 15,
		.subscribers = {
			.keep_s = SW_SUBSCRIBERS_KEEP_S,
			.every_s = SW_SUBSCRIBERS_EVERY_S,
			.follow = 1U << SW_IPV4 | 1U << SW_IPV6,
		},
		.cases = {
			.quiet_for_s = SW_CASES_QUIET_S,
			.close_after_s = SW_CASES_CLOSE_S,
			.keep_s = SW_CASES_KEEP_S,
		},
	};
	sw_suspects_defaults(&config->suspects);
	if (config->path)
		return config;
	sw_config_free(config);
	return NULL;
}

int sw_config_read(const char *path, struct sw_config **out, struct sw_error *error)
{
	struct sw_config *config;
	struct sw_yaml yaml;
	struct sw_value root;
	int err;

	*out = NULL;
	err = sw_yaml_load(&yaml, path, error);
	if (err == -ENOENT)
		return sw_fail(error, err,
			       "%s: No such file or directory (`spamweir init -c %s` writes one)",
			       path, path);
	if (err)
		return err;
	root = sw_yaml_root(&yaml);
	config = new_config(path);
	err = config ? read_top(&root, config) : sw_value_no_memory(&root);
	sw_yaml_free(&yaml);
	if (err)
		sw_config_free(config);
	else
		*out = config;
	return err;
}

void sw_config_free(struct sw_config *config)
{
	size_t i;

	if (!config)
		return;
	for (i = 0; i < config->interfaces; i++)
		free(config->interface[i].name);
	for (i = 0; i < config->feeds; i++)
		sw_feed_config_free(&config->feed[i]);
	free(config->interface);
	free(config->feed);
	sw_subscribers_config_free(&config->subscribers);
	sw_notices_config_free(&config->notices);
	free(config->textfile);
	free(config->path);
	free(config);
}
