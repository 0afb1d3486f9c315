// SPDX-License-Identifier: GPL-2.0
#include "config/smtp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "config/mapping.h"
#include "config/schema.h"
#include "config/value.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_H (60 * NS_PER_MIN)
#define NS_PER_D (24 * NS_PER_H)

#define MAX_PER_S 1000
#define MAX_BURST 100000

static int read_port(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	__u64 port;
	size_t i;
	int err;

	err = sw_value_number(value, 1, 65535, &port);
	if (err)
		return err;
	for (i = 0; i < config->ports; i++) {
		if (config->port[i] == port)
			return sw_value_fail(value, "%llu is listed twice", port);
	}
	config->port[config->ports++] = port;
	return 0;
}

static int read_ports(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	size_t count;
	int err;

	err = sw_value_count(value, SW_MAX_PORTS, &count);
	if (err)
		return err;
	if (!count)
		return sw_value_fail(value, "expected at least one port");
	config->ports = 0;
	return sw_value_each(value, read_port, config);
}

static int read_source_prefix(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;
	__u64 length;
	int err;

	err = sw_value_number(value, 16, 128, &length);
	if (!err)
		config->ipv6_source_prefix = length;
	return err;
}

#define RATE "a whole number per s, min, h or d, such as 30/min"

static const struct unit {
	const char *name;
	__u64 ns;
} units[] = { { "s", NS_PER_S }, { "min", NS_PER_MIN }, { "h", NS_PER_H }, { "d", NS_PER_D } };

/* The unit behind "30/", in ns; 0: none. */
static __u64 rate_unit_ns(const char *name)
{
	size_t i;

	for (i = 0; i < SW_COUNT(units); i++) {
		if (!strcmp(units[i].name, name))
			return units[i].ns;
	}
	return 0;
}

char *sw_config_format_rate(__u64 interval_ns, const char *per, char out[SW_RATE_TEXT])
{
	size_t i;

	*out = '\0';
	for (i = 0; i < SW_COUNT(units) && !*out; i++) {
		__u64 number = (units[i].ns + interval_ns / 2) / interval_ns;

		if (number && units[i].ns / number == interval_ns)
			snprintf(out, SW_RATE_TEXT, "%llu%s%s", number, per, units[i].name);
	}
	return out;
}

const char *sw_config_parse_rate(const char *text, __u64 *interval_ns)
{
	__u64 unit, number;
	char *end;

	if (*text < '1' || *text > '9')
		return RATE;
	number = strtoull(text, &end, 10); /* saturates: above any rate that is taken */
	unit = *end == '/' ? rate_unit_ns(end + 1) : 0;
	if (!unit)
		return RATE;
	if (number > unit / NS_PER_S * MAX_PER_S)
		return "a rate of at most 1000/s";
	*interval_ns = unit / number;
	return NULL;
}

static int read_rate(const struct sw_value *value, void *into)
{
	struct sw_limit_config *limit = into;
	const char *text = sw_value_text(value, RATE), *what;

	if (!text)
		return -EINVAL;
	what = sw_config_parse_rate(text, &limit->interval_ns);
	return what ? sw_value_expected(value, what) : 0;
}

static int read_burst(const struct sw_value *value, void *into)
{
	struct sw_limit_config *limit = into;
	__u64 burst;
	int err;

	err = sw_value_number(value, 1, MAX_BURST, &burst);
	if (!err)
		limit->burst = burst;
	return err;
}

int sw_config_read_limit(const struct sw_value *value, bool closable, struct sw_limit_config *limit)
{
	static const struct sw_key keys[] = {
		{ .name = "rate", .read = read_rate, .required = true },
		{ .name = "burst", .read = read_burst, .required = true },
	};
	int err;

	*limit = (struct sw_limit_config){ .closed = closable && sw_value_is(value, "closed") };
	if (limit->closed || sw_value_is(value, "off"))
		return 0;
	if (!sw_value_is_mapping(value))
		return sw_value_expected(value, closable ? "{ rate: 30/min, burst: 10 }, off or "
							   "closed"
							 : "{ rate: 30/min, burst: 10 } or off");
	err = sw_value_mapping(value, keys, SW_COUNT(keys), limit);
	if (err)
		return err;
	if (limit->burst > NS_PER_D / limit->interval_ns)
		return sw_value_fail(value,
				     "a burst of %u takes more than 24h to refill at this "
				     "rate, which the limiter's clock cannot hold; "
				     "lower burst or raise rate",
				     limit->burst);
	return 0;
}

static int read_access_limit(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_config_read_limit(value, true, &config->limit[SW_ACCESS]);
}

static int read_upstream_limit(const struct sw_value *value, void *into)
{
	struct sw_config *config = into;

	return sw_config_read_limit(value, false, &config->limit[SW_UPSTREAM]);
}

static int read_limits(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "access", .read = read_access_limit },
		{ .name = "upstream", .read = read_upstream_limit },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}

int sw_config_read_smtp(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "ports", .read = read_ports },
		{ .name = "ipv6_source_prefix", .read = read_source_prefix },
		{ .name = "limit", .read = read_limits },
	};

	return sw_value_mapping(value, keys, SW_COUNT(keys), into);
}
