// SPDX-License-Identifier: GPL-2.0
#include "config/mail.h"

#include "base/names.h"
#include "config/smtp.h"

int sw_config_read_to(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	bool to;
	int err = sw_value_bool(value, &to);

	if (!err)
		feed->to = to ? SW_TO_SAID : SW_TO_NOTHING;
	return err;
}

int sw_config_read_even_zombies(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_bool(value, &feed->even_zombies);
}

int sw_config_read_feed_limit(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	feed->limited = true;
	return sw_config_read_limit(value, true, &feed->limit);
}

/* `off`: it takes none. */
int sw_config_read_bounces(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	int err;

	feed->brakes = true;
	err = sw_config_read_limit(value, false, &feed->bounces);
	feed->bounces.closed = !err && !feed->bounces.interval_ns;
	return err;
}

static int check_to(const struct sw_value *value, struct sw_feed_config *feed)
{
	if (feed->kind != SW_KIND_ALLOW && (feed->to != SW_TO_IMPLIED || feed->even_zombies))
		return sw_value_fail(value,
				     "feed \"%s\" is of kind %s: `to` and `even_zombies` are for "
				     "allow",
				     feed->name, sw_kind_name(feed->kind));
	if (feed->even_zombies && feed->to != SW_TO_SAID)
		return sw_value_fail(
			value,
			"feed \"%s\" lets mail of zombies pass but says nothing of mail "
			"to it: `even_zombies: true` needs `to: true` beside it",
			feed->name);
	if (feed->even_zombies)
		feed->to = SW_TO_ZOMBIES;
	return 0;
}

static int check_limit(const struct sw_value *value, const struct sw_feed_config *feed)
{
	bool wants = feed->kind == SW_KIND_LIMIT || feed->kind == SW_KIND_PROTECT;

	if (feed->kind == SW_KIND_PROTECT && feed->limited && !feed->limit.interval_ns)
		return sw_value_fail(value,
				     "feed \"%s\" is of kind protect: its limit must be a rate "
				     "(expected `limit: { rate: 30/min, burst: 10 }`)",
				     feed->name);

	if (feed->kind == SW_KIND_PROTECT && !feed->limited && !feed->brakes)
		return sw_value_fail(
			value,
			"feed \"%s\" is of kind protect and has no limit (expected "
			"`limit: { rate: 30/min, burst: 10 }`, or `bounces` beside or in "
			"place of it)",
			feed->name);
	if (feed->kind == SW_KIND_LIMIT && !feed->limited)
		return sw_value_fail(
			value,
			"feed \"%s\" is of kind %s and has no limit (expected `limit: "
			"{ rate: 30/min, burst: 10 }`, `limit: off` or `limit: closed`)",
			feed->name, sw_kind_name(feed->kind));
	if (!wants && feed->limited)
		return sw_value_fail(value,
				     "feed \"%s\" is of kind %s: `limit` is for limit and protect",
				     feed->name, sw_kind_name(feed->kind));
	return 0;
}

int sw_config_check_mail(const struct sw_value *value, struct sw_feed_config *feed)
{
	int err = check_to(value, feed);

	if (!err && feed->brakes && feed->kind != SW_KIND_PROTECT)
		return sw_value_fail(value, "feed \"%s\" is of kind %s: `bounces` is for protect",
				     feed->name, sw_kind_name(feed->kind));
	return err ? err : check_limit(value, feed);
}

size_t sw_config_classes(const struct sw_config *config)
{
	size_t i, classes = SW_ROLES + sw_suspects_slow(&config->suspects);

	for (i = 0; i < config->feeds; i++)
		classes += config->feed[i].limited + config->feed[i].brakes;
	return classes;
}

int sw_config_check_classes(const struct sw_value *value, const struct sw_config *config)
{
	int others = SW_ROLES + sw_suspects_slow(&config->suspects);
	size_t classes = sw_config_classes(config);

	if (classes > SW_MAX_CLASSES)
		return sw_value_fail(value, "expected at most %d limits of feeds, got %zu",
				     SW_MAX_CLASSES - others, classes - others);
	return 0;
}
