// SPDX-License-Identifier: GPL-2.0
#include "config/cases.h"

#include "config/mapping.h"
#include "config/schema.h"

static int read_quiet_for(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds_most(value, 1, SW_YEAR_S, &config->cases.quiet_for_s);
}

static int read_close_after(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds_most(value, 1, SW_YEAR_S, &config->cases.close_after_s);
}

static int read_keep(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_value_seconds_most(value, 1, 10 * SW_YEAR_S, &config->cases.keep_s);
}

int sw_config_read_cases(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "quiet_for", .read = read_quiet_for },
		{ .name = "close_after", .read = read_close_after },
		{ .name = "keep", .read = read_keep },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}
