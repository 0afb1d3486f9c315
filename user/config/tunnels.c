// SPDX-License-Identifier: GPL-2.0
#include "config/tunnels.h"

#include "config/mapping.h"
#include "config/schema.h"
#include "tunnel_kinds.h"

static const char *const words[SW_TUNNEL_KINDS] = {
#define SW_TUNNEL_WORD(id, name, opened) [SW_TUNNEL_##id] = name,
	SW_TUNNELS(SW_TUNNEL_WORD)
#undef SW_TUNNEL_WORD
};

/* Those that can be opened come first. */
#define COUNT_OPENED(id, name, opened) +(opened)
enum {
	OPENED = 1 SW_TUNNELS(COUNT_OPENED)
};
#undef COUNT_OPENED

static int read_kind(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t kind;
	int err = sw_value_word(value, words, OPENED, &kind);

	if (err)
		return err;
	if (config->tunnels.opened >> kind & 1)
		return sw_value_fail(value, "%s is listed twice", words[kind]);
	config->tunnels.opened |= 1U << kind;
	return 0;
}

int sw_config_read_tunnels(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err = sw_value_count(value, SW_TUNNEL_KINDS, &count);

	if (err)
		return err;
	config->tunnels.looked_for = !sw_value_is_nothing(value);
	return count ? sw_value_each(value, read_kind, config) : 0;
}
