// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_parts.h"
#include "config_yaml.h"
#include "names.h"

#define NS_PER_S 1000000000ULL

/* The kernel's rule (dev_valid_name), and no control characters. */
static bool is_interface_name(const char *name)
{
	const char *c;

	if (!*name || strlen(name) >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (c = name; *c; c++) {
		if (*c == '/' || *c == ':' || isspace((unsigned char)*c))
			return false;
	}
	return !sw_has_control(name);
}

static int read_interface_name(const struct sw_value *value, void *into)
{
	static const char what[] =
		"an interface name of 1 to 15 characters, without \"/\", \":\" or blanks";
	struct sw_interface_config *interface = into;
	const char *name = sw_value_text(value, what);

	if (!name)
		return -EINVAL;
	if (!is_interface_name(name))
		return sw_value_expected(value, what);
	interface->name = strdup(name);
	return interface->name ? 0 : sw_value_no_memory(value);
}

static int read_role(const struct sw_value *value, void *into)
{
	struct sw_interface_config *interface = into;
	const char *words[SW_ROLES];
	size_t role;
	int err;

	for (role = 0; role < SW_ROLES; role++)
		words[role] = sw_role_name(role);
	err = sw_value_word(value, words, SW_ROLES, &role);
	if (!err)
		interface->role = role;
	return err;
}

static int read_xdp(const struct sw_value *value, void *into)
{
	const char *words[SW_XDP_GENERIC + 1];
	struct sw_interface_config *interface = into;
	size_t mode;
	int err;

	for (mode = 0; mode < SW_COUNT(words); mode++)
		words[mode] = sw_xdp_mode_name(mode);
	err = sw_value_word(value, words, SW_COUNT(words), &mode);
	if (!err)
		interface->xdp = mode;
	return err;
}

static int read_shared(const struct sw_value *value, void *into)
{
	struct sw_interface_config *interface = into;

	return sw_value_bool(value, &interface->shared);
}

static int read_interface(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "name", .read = read_interface_name, .required = true },
		{ .name = "role", .read = read_role, .required = true },
		{ .name = "xdp", .read = read_xdp },
		{ .name = "shared", .read = read_shared },
	};
	struct sw_config *config = into;
	struct sw_interface_config *interface = &config->interface[config->interfaces++];
	char quoted[4 * IFNAMSIZ];
	size_t i;
	int err;

	interface->line = sw_value_line(value);
	err = sw_value_mapping(value, keys, SW_COUNT(keys), interface);
	if (err)
		return err;
	for (i = 0; i < config->interfaces - 1; i++) {
		if (!strcmp(config->interface[i].name, interface->name))
			return sw_value_fail(value, "\"%s\" is listed twice, first on line %d",
					     sw_quote(quoted, sizeof(quoted), interface->name,
						      strlen(interface->name)),
					     config->interface[i].line);
	}
	return 0;
}

static int read_interfaces(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err;

	err = sw_value_count(value, SW_MAX_INTERFACES, &count);
	if (err || !count)
		return err;
	config->interface = calloc(count, sizeof(*config->interface));
	if (!config->interface)
		return sw_value_no_memory(value);
	return sw_value_each(value, read_interface, config);
}

static int read_mode(const struct sw_value *value, void *into)
{
	static const char *const words[] = { "enforce", "monitor" };
	struct sw_config *config = into;
	size_t mode;
	int err;

	err = sw_value_word(value, words, SW_COUNT(words), &mode);
	if (!err)
		config->monitor = mode;
	return err;
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
		{ .name = "interfaces", .read = read_interfaces },
		{ .name = "mode", .read = read_mode },
		{ .name = "smtp", .read = sw_config_read_smtp },
		{ .name = "feeds", .read = sw_config_read_feeds },
		{ .name = "metrics", .read = read_metrics },
		{ .name = "reload_interval", .read = read_reload_interval },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), config);
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
	};
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
	free(config->textfile);
	free(config->path);
	free(config);
}

bool sw_config_has_interface(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		if (!strcmp(config->interface[i].name, name))
			return true;
	}
	return false;
}
