// SPDX-License-Identifier: GPL-2.0
#include "config/announce.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "config/mapping.h"
#include "config/routes.h"

#define MOST 10000000

/* The bits of SW_ANNOUNCE_; of cases there is one. */
static const char *const whats[] = { "zombie_live", "operator-block", "cases>=low", "cases>=medium",
				     "cases>=high" };
#define CASES 2
static const char *const types[] = { "blackhole", "unreachable", "prohibit" };
static const __u8 type_of[] = { RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT };

static int read_table(const struct sw_value *value, void *into)
{
	struct sw_announce_config *announce = into;

	return sw_routes_read_table(value, &announce->table);
}

static int read_one(const struct sw_value *value, void *into)
{
	struct sw_announce_config *announce = into;
	size_t which;
	int err = sw_value_word(value, whats, SW_COUNT(whats), &which);

	if (err)
		return err;
	if (which >= CASES) {
		announce->severity = which - CASES;
		which = CASES;
	}
	if (announce->what >> which & 1)
		return sw_value_fail(value, "%s is listed twice",
				     which == CASES ? "cases" : whats[which]);
	announce->what |= 1U << which;
	return 0;
}

static int read_what(const struct sw_value *value, void *into)
{
	size_t count;
	int err = sw_value_count(value, SW_COUNT(whats), &count);

	if (!err && !count)
		return sw_value_expected(value, "a list of zombie_live, operator-block and cases, "
						"such as cases>=high");
	return err ? err : sw_value_each(value, read_one, into);
}

static int read_type(const struct sw_value *value, void *into)
{
	struct sw_announce_config *announce = into;
	size_t which;
	int err = sw_value_word(value, types, SW_COUNT(types), &which);

	if (!err)
		announce->type = type_of[which];
	return err;
}

static int read_metric(const struct sw_value *value, void *into)
{
	struct sw_announce_config *announce = into;
	__u64 number;
	int err = sw_value_number(value, 0, 0xffffffff, &number);

	if (!err)
		announce->metric = number;
	return err;
}

static int read_protocol(const struct sw_value *value, void *into)
{
	static const char what[] = "spamweir, or a number from 5 to 255 that no other program uses";
	struct sw_announce_config *announce = into;
	int err = sw_routes_read_protocol(value, false, &announce->protocol);

	/* What is of that protocol is taken away if it is not to be announced. */
	if (!err && announce->protocol != SW_ROUTE_PROTOCOL &&
	    (announce->protocol <= RTPROT_STATIC || sw_route_protocol_name(announce->protocol)))
		return sw_value_expected(value, what);
	return err;
}

static int read_most(const struct sw_value *value, void *into)
{
	struct sw_announce_config *announce = into;
	__u64 number;
	int err = sw_value_number(value, 1, MOST, &number);

	if (!err)
		announce->most = number;
	return err;
}

int sw_config_read_announce(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "table", .read = read_table, .required = true },
		{ .name = "what", .read = read_what, .required = true },
		{ .name = "type", .read = read_type },
		{ .name = "metric", .read = read_metric },
		{ .name = "protocol", .read = read_protocol },
		{ .name = "max_routes", .read = read_most },
	};
	struct sw_config *config = into;

	config->announce = (struct sw_announce_config){
		.type = RTN_BLACKHOLE,
		.protocol = SW_ROUTE_PROTOCOL,
		.most = SW_ANNOUNCE_MOST,
	};
	return sw_value_mapping(value, keys, SW_COUNT(keys), &config->announce);
}

int sw_config_check_announce(const struct sw_value *value, const struct sw_config *config)
{
	size_t i;

	for (i = 0; config->announce.table && i < config->feeds; i++) {
		if (config->feed[i].routes.table == config->announce.table)
			return sw_value_fail(value,
					     "announce: the feed \"%s\" on line %d reads the same "
					     "table %u, so that nothing in it would ever end "
					     "(expected two tables)",
					     config->feed[i].name, config->feed[i].line,
					     config->announce.table);
	}
	return 0;
}
