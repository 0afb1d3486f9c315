// SPDX-License-Identifier: GPL-2.0
#include "config/interfaces.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "config/mapping.h"
#include "config/schema.h"
#include "config/vlans.h"
#include "config/words.h"

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

static int read_mode(const struct sw_value *value, void *into)
{
	struct sw_interface_config *interface = into;

	return sw_value_mode(value, &interface->monitor);
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
		{ .name = "mode", .read = read_mode },
		{ .name = "vlans", .read = sw_config_read_vlans },
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

int sw_config_read_interfaces(const struct sw_value *value, void *into)
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
